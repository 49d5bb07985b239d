// Several networks: side by side, at equal budget, where one overtakes another, and what other tools would print.
import {h, fill, name, picture} from './markup.js';
import {ask} from './ask.js';
import {words, takes} from './choices.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {exactJSON, amount, ratio, plain} from './figures.js';
import {formula} from './formula.js';
import {field, choice, toggle} from './controls.js';
import {zoo, schemeName} from './zoo.js';
import {memoryControls, given} from './memory.js';
import {subjectOf, ownSubject, valuesOf} from './subject.js';

const atFirst = ['plain', 'add', 'concat'];
const shown = ['params', 'macs', 'flops', 'activations', 'param_bytes', 'training_saved_bytes', 'training_total_bytes', 'inference_peak_bytes'];
const most = 6; // networks

/** comparePanel makes the panel. */
export function comparePanel({announce, save}) {
  let values = {};
  let rows = [];
  let own = null;
  const chips = h('ul', {class: 'chips', 'aria-label': 'networks compared'});
  const added = field({label: 'add a network', words: zoo().then((shipped) => [...words('calc', 'scheme').map((scheme) => schemeName(scheme, false)), ...shipped.map((row) => row.name)]), placeholder: 'resnet50', onchange: (text) => {
    if (text) setNames([...names(), text]);
    added.input.value = '';
  }});
  const ownButton = h('button', {type: 'button', class: 'button', onclick: () => addOwn()}, '');
  const memory = memoryControls((option, text) => change({[option]: text}));
  const set = field({label: 'set', placeholder: 'L=40,k=12', onchange: (text) => change({set: text})});
  const as = h('details', {class: 'as'}, h('summary', null, 'what a tool would print'), h('div', {class: 'curves'}));
  const costs = block({title: 'Side by side', announce});
  const budget = block({title: 'At equal budget', announce});
  const cross = block({title: 'Where one overtakes another', announce});
  const plot = block({title: 'Cost over a symbol', announce});
  const symbol = choice({label: 'over', values: ['batch'], onchange: (over) => change({over})});
  const cost = choice({label: 'cost', values: words('solve', 'columns').map((c) => [c, plain(c)]), value: 'params', onchange: (of) => change({cost: of})});
  const limit = field({label: 'budget', placeholder: '1M, 8GiB, or empty: what the first costs', onchange: (text) => change({limit: text})});
  const element = h('div', {class: 'panel compare'},
    h('section', {class: 'lead'}, h('h1', null, 'Which of them, and from where on?'), chips, h('div', {class: 'options'}, added.element, ownButton)),
    h('div', {class: 'bench'}, h('aside', {'aria-label': 'how they are run and counted'}, set.element, memory.element, as), costs.element),
    h('div', {class: 'strip options'}, cost.element, symbol.element, limit.element),
    h('div', {class: 'pair'}, budget.element, cross.element), plot.element);

  const names = () => (values.networks ? values.networks.split(',') : values.yaml || values.file ? [] : atFirst);
  const networks = () => [...names().map((n) => ({name: n})), ...(own ? [own.network] : [])];

  function setNames(list) {
    change({networks: [...new Set(list)].slice(0, most).join(',')});
  }

  async function addOwn() {
    own = ownSubject();
    change({networks: names().join(','), ...await valuesOf(own)});
  }

  function change(changes) {
    values = {...values, ...changes};
    save(values);
    update();
  }

  const base = (command, options) => ({command, networks: networks(), ...(values.set ? {set: values.set} : {}), ...given(command, memory.options, values), ...options, format: 'json'});

  async function update() {
    showChips();
    memory.set(values);
    showConventions();
    cost.set(values.cost || 'params');
    limit.set(values.limit ?? '');
    set.set(values.set ?? '');
    const request = base('calc', values.as ? {as: values.as.split(',')} : {});
    const answer = await ask('compare calc', request);
    if (!answer) return;
    if (answer.error) {
      costs.update(failure(answer.error), request);
      return;
    }
    const {rows: found, notes: said} = exactJSON(answer.output);
    rows = found;
    costs.update([sideBySide(rows), notes(said)], request);
    announce(rows.map((row) => `${row.name}: ${amount('params', row.params)} params`).join('; '));
    offerSymbols();
    showBudget();
    showCross();
    showPlot();
  }

  function showChips() {
    const parts = [...names().map((n) => [n, () => setNames(names().filter((other) => other !== n))])];
    if (own) parts.push([own.title, () => { own = null; change({yaml: '', file: ''}); }]);
    fill(chips, parts.map(([text, drop]) => h('li', null, name(text), h('button', {type: 'button', 'aria-label': `remove ${text}`, onclick: drop}, '×'))));
    const offered = ownSubject();
    ownButton.hidden = !offered || Boolean(own);
    fill(ownButton, 'Add ', name(offered?.title ?? ''));
  }

  function showConventions() {
    const chosen = (values.as ?? '').split(',').filter(Boolean);
    const boxes = words('calc', 'as').map((tool) => toggle({label: tool, value: chosen.includes(tool), onchange: (on) => {
      change({as: on ? [...chosen, tool].join(',') : chosen.filter((t) => t !== tool).join(',')});
    }}).element);
    if (!as.contains(document.activeElement)) fill(as.lastChild, boxes);
    as.hidden = boxes.length === 0;
  }

  /** offerSymbols offers those that all networks have, and the batch. */
  function offerSymbols() {
    const common = Object.keys(rows[0]?.symbols ?? {}).filter((s) => rows.every((row) => s in (row.symbols ?? {})) && /^\d+$/.test(rows[0].symbols[s]) && Number(rows[0].symbols[s]) > 1);
    symbol.offer([...common, 'batch']);
    values.over = [...common, 'batch'].includes(values.over) ? values.over : common[0] ?? 'batch';
    symbol.set(values.over);
  }

  const chosenCost = () => values.cost || 'params';

  async function showBudget() {
    const of = values.limit || rows[0]?.[chosenCost()];
    if (!of || of === '0') return;
    const request = base('solve', {for: values.over, budget: `${chosenCost()}=${of}`, columns: [...new Set([chosenCost(), 'params', 'macs'])]});
    const answer = await ask('compare solve', request);
    if (!answer) return;
    if (answer.error) {
      budget.update(failure(answer.error), request);
      return;
    }
    const {rows: found, notes: said} = exactJSON(answer.output);
    budget.update([
      h('p', {class: 'quiet'}, `The greatest ${values.over} with which ${plain(chosenCost())} stays within ${values.limit || amount(chosenCost(), of)}${values.limit ? '' : ', as much as the first has'}.`),
      table({caption: 'networks at equal budget', columns: [{head: 'network'}, {head: values.over, figures: true}, {head: plain(chosenCost()), figures: true}, {head: 'one more takes', figures: true}],
        rows: found.map((row) => ({cells: [name(row.network), row.value ?? '—', amount(chosenCost(), row.costs?.[chosenCost()]), amount(chosenCost(), row.next?.costs?.[chosenCost()])]}))}),
      notes(said)], request);
  }

  async function showCross() {
    const [first, ...others] = networks();
    const found = [];
    let request = null;
    for (const other of others) {
      request = {...base('cross', {over: values.over, columns: [chosenCost()]}), networks: [other, first]};
      const answer = await ask(`compare cross ${JSON.stringify(other)}`, request);
      if (!answer) return;
      found.push(answer.error ? failure(answer.error) : crossing(exactJSON(answer.output), called(other), called(first)));
    }
    cross.update(found.length > 0 ? found : h('p', {class: 'quiet'}, 'Two networks are needed.'), request);
  }

  function crossing(answer, a, b) {
    const of = chosenCost();
    const places = answer.crossings.filter((c) => c.cost === of).map((c) => h('li', null, `from ${values.over} = ${c.at} on `, h('b', null, name(c.above)), ` has more ${plain(of)}, ${ratio(c.ratio)} times as much there`));
    const law = answer.ratio[of];
    return h('div', {class: 'crossing'},
      h('h3', null, name(a), ' and ', name(b)),
      places.length > 0 ? h('ul', null, places) : h('p', {class: 'quiet'}, sentenceOf(answer.regions[of], a, b)),
      law?.formula && h('p', {class: 'quiet'}, 'ratio ', formula(law.formula)));
  }

  function sentenceOf(regions, a, b) {
    const more = [...new Set((regions ?? []).map((r) => r.more).filter(Boolean))];
    return more.length === 1 ? `${more[0]} has more wherever they differ.` : `${a} and ${b} cost the same.`;
  }

  async function showPlot() {
    const at = Number(rows[0]?.symbols?.[values.over] ?? 1);
    const request = {...base('plot', {over: `${values.over}=1:${Math.max(32, 4 * at)}`, cost: chosenCost(), ...(takes('plot', 'at') ? {at: String(at)} : {})}), format: 'svg'};
    const answer = await ask('compare plot', request);
    if (!answer) return;
    plot.heading.textContent = `${plain(chosenCost())} over ${values.over}`;
    plot.update(answer.error ? failure(answer.error) : picture(answer.output), request);
  }

  return {
    element,
    values: () => values,
    async show(addressed) {
      values = addressed;
      const found = addressed.yaml || addressed.file ? await subjectOf(addressed) : null;
      own = found?.network ? found : null;
      update();
    },
  };
}

const called = (network) => network.name ?? network.file;

/** sideBySide has a row for each cost and each tool's figure, a column for each network. */
function sideBySide(rows) {
  const first = rows[0];
  const cells = (pick, cost) => rows.map((row) => {
    const text = pick(row);
    const base = pick(first);
    const to = row !== first && base && base !== '0' && text ? h('small', null, ` ${ratio(`${text}/${base}`)}×`) : null;
    return [amount(cost, text), to];
  });
  const tools = [...new Set(rows.flatMap((row) => Object.keys(row.as ?? {})))];
  return table({
    caption: 'costs of each network', columns: [{head: 'cost'}, ...rows.map((row) => ({head: name(row.name), figures: true}))],
    rows: [
      ...shown.filter((cost) => rows.some((row) => row[cost] && row[cost] !== '0')).map((cost) => ({cells: [plain(cost), ...cells((row) => row[cost], cost)]})),
      ...tools.map((tool) => ({cells: [h('span', null, 'as ', h('b', null, tool)), ...cells((row) => row.as?.[tool], 'macs')]})),
    ],
  });
}
