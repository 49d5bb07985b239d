// The founding question, for any depth and width: what each scheme of skip connections costs, and what it buys.
import {h, fill, name, picture} from './markup.js';
import {ask} from './ask.js';
import {words, only} from './choices.js';
import {block} from './block.js';
import {failure} from './table.js';
import {exactJSON, plain} from './figures.js';
import {schemeName} from './zoo.js';
import {schemeControls, settings, switches, usualValues} from './schemecontrols.js';
import {schemeTable, schemeAnswer} from './schemetable.js';

const plottedAtFirst = 4; // schemes in the plot until others are chosen

/** schemesPanel makes the panel. */
export function schemesPanel({announce, save}) {
  const usual = usualValues();
  let values = {...usual};
  let rows = []; // what calc and flow say of each scheme
  let forms = new Map(); // the closed form of the parameters, by the name that the scheme has as a network
  let formed = null; // the answer that they are of
  const sentences = h('p', {class: 'answer'});
  const costs = block({title: 'Schemes side by side', announce});
  const plot = block({title: 'Cost over depth', announce});
  const arcs = block({title: 'The chosen scheme', announce});
  const change = (changes) => {
    Object.assign(values, changes);
    save(kept());
    update();
  };
  const controls = schemeControls(change);
  const element = h('div', {class: 'panel schemes'},
    h('div', {class: 'hero'}, h('section', null, h('h1', null, 'Why add the old activations, when concatenating them looks more natural?'), sentences), plot.element),
    h('section', {class: 'strip', 'aria-label': 'settings of the schemes'}, controls.element),
    costs.element, arcs.element);
  plot.body.before(controls.axes);
  plot.body.after(controls.curves);

  const kept = () => Object.fromEntries(Object.entries(values).filter(([key, text]) => text !== usual[key]));
  const isMaps = () => values.maps === 'on';
  const names = () => rows.map((row) => row.name);
  const plotted = () => {
    const wanted = values.plot.split(',').filter((scheme) => names().includes(scheme));
    return wanted.length > 0 ? wanted : names().slice(0, plottedAtFirst);
  };

  /** given are the options of calc and flow. */
  const given = (command) => {
    const options = {};
    for (const {option, isMap} of settings) if (!isMap || isMaps()) options[option] = values[option];
    for (const option of switches) options[option] = values[option] === 'on';
    if (values.variants === 'on') options.scheme = words('calc', 'scheme').join(',');
    return {command, ...only(command, options), format: 'json'};
  };

  /** bound are the symbols that some of these schemes have, as --set takes them. */
  const bound = (schemes, isWanted = () => true) => {
    const known = new Set(rows.filter((row) => schemes.includes(row.name)).flatMap((row) => Object.keys(row.symbols)));
    const texts = {...Object.fromEntries(settings.map(({option, symbol}) => [symbol, values[option]])), ...Object.fromEntries(switches.map((s) => [s, values[s] === 'on' ? '1' : '0']))};
    return Object.entries(texts).filter(([symbol]) => known.has(symbol) && isWanted(symbol)).map(([symbol, text]) => `${symbol}=${text}`).join(',');
  };

  /** update asks for the numbers first, which a slider waits for, then for what is drawn. */
  async function update() {
    const asked = given('calc');
    const [priced, carried] = await Promise.all([ask('schemes calc', asked), ask('schemes flow', given('flow'))]);
    if (!priced || !carried) return;
    if (priced.error) {
      costs.update(failure(priced.error), asked);
      return;
    }
    rows = exactJSON(priced.output).rows;
    join(carried, (row, flow) => ({...flow, ...row}));
    showRows(asked);
    showForms(asked);
    updatePlot();
    updateArcs();
  }

  /** formsRequest asks for the formulas, which are the same for all numbers. */
  const formsRequest = () => ({command: 'formula', networks: names().map((scheme) => ({name: schemeName(scheme, isMaps())})), columns: ['params'],
    set: bound(names(), (symbol) => switches.includes(symbol)), format: 'json'});

  /** showForms adds the formulas and their orders. */
  async function showForms(asked) {
    const request = formsRequest();
    const answer = await ask('schemes formula', request);
    if (!answer || answer === formed) return;
    formed = answer;
    forms = answer.output ? new Map(exactJSON(answer.output).rows.map((row, k) => [request.networks[k].name, row.costs.params])) : new Map();
    showRows(asked);
  }

  /** join adds what another answer says of the same schemes. */
  function join(answer, joined) {
    if (!answer.output) return;
    const others = new Map(exactJSON(answer.output).rows.map((row) => [row.name, row]));
    rows = rows.map((row) => (others.has(row.name) ? joined(row, others.get(row.name)) : row));
  }

  function showRows(asked) {
    if (!names().includes(values.chosen)) values.chosen = names()[Math.min(2, rows.length - 1)];
    controls.set(values, plotted(), names(), Object.keys(rows[0].symbols));
    const formOf = (scheme) => forms.get(schemeName(scheme, isMaps()));
    costs.update(schemeTable(rows, formOf, values.chosen, (chosen) => change({chosen})), asked, {latex: formsRequest()});
    fill(sentences, schemeAnswer(rows, isMaps()));
    announce(sentences.textContent);
  }

  async function updatePlot() {
    const symbol = values.over;
    const at = values[settings.find((s) => s.symbol === symbol).option];
    const to = Math.max(20, 2 * Number(at));
    const request = {command: 'plot', ...only('plot', {over: `${symbol}=2:${to}`, cost: values.cost, at, set: bound(plotted(), (s) => s !== symbol)}), networks: plotted().map((scheme) => ({name: isMaps() ? `${scheme}-conv` : scheme})), format: 'svg'};
    const answer = await ask('schemes plot', request);
    if (!answer) return;
    plot.heading.textContent = `${plain(values.cost)} over ${symbol}`;
    plot.update(answer.error ? failure(answer.error) : picture(answer.output), request);
  }

  async function updateArcs() {
    const request = {command: 'draw', networks: [{name: schemeName(values.chosen, isMaps())}], set: bound([values.chosen]), format: 'svg'};
    const answer = await ask('schemes draw', request);
    if (!answer) return;
    fill(arcs.heading, 'The skips of ', name(values.chosen));
    arcs.update(answer.error ? failure(answer.error) : picture(answer.output), request);
  }

  return {
    element,
    values: kept,
    show(addressed) {
      values = {...usual, ...addressed};
      update();
      controls.set(values, [], [], []);
    },
  };
}
