// The founding question, for any depth and width: what each scheme of skip connections costs, and what it buys.
import {h, fill, name, picture} from './markup.js';
import {ask} from './ask.js';
import {block} from './block.js';
import {failure} from './table.js';
import {exactJSON, plain} from './figures.js';
import {schemeName} from './zoo.js';
import {schemeControls, usualValues} from './schemecontrols.js';
import {isMaps, pricedRequest, formsRequest, plotRequest, arcsRequest} from './schemerequests.js';
import {schemeTable, schemeAnswer} from './schemetable.js';

const plottedAtFirst = 4; // schemes in the plot until others are chosen
const chosenAtFirst = 2; // the third: the first whose skips can be seen growing

/** schemesPanel makes the panel. */
export function schemesPanel({announce, save}) {
  const usual = usualValues();
  let values = {...usual};
  let rows = []; // what calc and flow say of each scheme
  let forms = new Map(); // the closed form of the parameters, by the name that the scheme has as a network
  let formed = null; // the answer that they are of
  const kept = () => Object.fromEntries(Object.entries(values).filter(([key, text]) => text !== usual[key]));
  const change = (changes) => {
    Object.assign(values, changes);
    save(kept());
    update();
  };
  const {element, sentences, controls, costs, plot, arcs} = makeParts(announce, change);

  /** update asks for the numbers first, which a slider waits for, then for what is drawn. */
  async function update() {
    const asked = pricedRequest('calc', values);
    const [priced, carried] = await Promise.all([ask('schemes calc', asked), ask('schemes flow', pricedRequest('flow', values))]);
    if (!priced || !carried) return;
    if (priced.error) {
      costs.update(failure(priced.error), asked);
      return;
    }
    const flows = new Map(carried.output ? exactJSON(carried.output).rows.map((row) => [row.name, row]) : []);
    rows = exactJSON(priced.output).rows.map((row) => ({...flows.get(row.name), ...row}));
    if (!rows.some((row) => row.name === values.chosen)) values.chosen = rows[Math.min(chosenAtFirst, rows.length - 1)].name;
    showRows(asked);
    showForms(asked);
    draw(plot, plotRequest(values, plotted()), `${plain(values.cost)} over ${values.over}`);
    draw(arcs, arcsRequest(values, rows.find((row) => row.name === values.chosen)), 'The skips of ', name(values.chosen));
  }

  const plotted = () => {
    const wanted = values.plot.split(',');
    const found = rows.filter((row) => wanted.includes(row.name));
    return found.length > 0 ? found : rows.slice(0, plottedAtFirst);
  };

  function showRows(asked) {
    const formOf = (scheme) => forms.get(schemeName(scheme, isMaps(values)));
    controls.set(values, plotted().map((row) => row.name), rows.map((row) => row.name), Object.keys(rows[0].symbols));
    costs.update(schemeTable(rows, formOf, values.chosen, (chosen) => change({chosen})), asked, {latex: formsRequest(values, rows)});
    fill(sentences, schemeAnswer(rows, isMaps(values)));
    announce(sentences.textContent);
  }

  /** showForms adds the formulas and their orders. */
  async function showForms(asked) {
    const request = formsRequest(values, rows);
    const answer = await ask('schemes formula', request);
    if (!answer || answer === formed) return;
    formed = answer;
    forms = answer.output ? new Map(exactJSON(answer.output).rows.map((row, k) => [request.networks[k].name, row.costs.params])) : new Map();
    showRows(asked);
  }

  return {
    element,
    values: kept,
    show(addressed) {
      values = {...usual, ...addressed};
      controls.set(values, [], [], []);
      update();
    },
  };
}

/** draw shows the picture that a request gives, below a heading. */
async function draw(place, request, ...heading) {
  const answer = await ask(`schemes ${request.command}`, request);
  if (!answer) return;
  fill(place.heading, heading);
  place.update(answer.error ? failure(answer.error) : picture(answer.output), request);
}

/** makeParts makes what the panel is put together from. */
function makeParts(announce, change) {
  const sentences = h('p', {class: 'answer'});
  const costs = block({title: 'Schemes side by side', announce});
  const plot = block({title: 'Cost over depth', announce});
  const arcs = block({title: 'The chosen scheme', announce});
  const controls = schemeControls(change);
  const element = h('div', {class: 'panel schemes'},
    h('div', {class: 'hero'}, h('section', null, h('h1', null, 'Why add the old activations, when concatenating them looks more natural?'), sentences), plot.element),
    h('section', {class: 'strip', 'aria-label': 'settings of the schemes'}, controls.element),
    costs.element, arcs.element);
  plot.body.before(controls.axes);
  plot.body.after(controls.curves);
  return {element, sentences, controls, costs, plot, arcs};
}
