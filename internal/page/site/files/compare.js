// Several networks: side by side, and what a tool would print of them; balance.js weighs them against each other.
import {h, fill, name} from './markup.js';
import {ask} from './ask.js';
import {words} from './choices.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {exactJSON, amount, ratio, plain} from './figures.js';
import {field, toggle} from './controls.js';
import {zoo, schemeName} from './zoo.js';
import {memoryControls, given} from './memory.js';
import {balancePart} from './balance.js';
import {subjectOf, ownSubject, valuesOf, withoutSubject} from './subject.js';

const atFirst = ['plain', 'add', 'concat'];
const shown = ['params', 'macs', 'flops', 'activations', 'param_bytes', 'training_saved_bytes', 'training_total_bytes', 'inference_peak_bytes'];
const most = 6; // networks: as many as a plot tells apart

/** comparePanel makes the panel. */
export function comparePanel({announce, save}) {
  let values = {};
  let own = null; // a text or file among the networks
  const names = () => (values.networks ? values.networks.split(',') : own ? [] : atFirst);
  const networks = () => [...names().map((n) => ({name: n})), ...(own ? [own.network] : [])];
  const base = (command, options) => ({command, networks: networks(), ...(values.set ? {set: values.set} : {}), ...given(command, parts.memory.options, values), ...options, format: 'json'});
  const change = (changes) => {
    values = {...values, ...changes};
    save(values);
    update();
  };
  const setNames = (list) => change({networks: [...new Set(list)].slice(0, most).join(',')});
  const addOwn = async () => {
    const networksNow = names().join(',');
    own = ownSubject();
    change({networks: networksNow, ...await valuesOf(own)});
  };
  const dropOwn = () => {
    own = null;
    values = withoutSubject(values);
    change({});
  };
  const parts = makeParts({announce, base, change, addOwn, addName: (text) => setNames([...names(), text])});

  function showChips() {
    const chips = names().map((n) => chip(n, () => setNames(names().filter((other) => other !== n))));
    fill(parts.chips, chips, own && chip(own.title, dropOwn));
    const offered = ownSubject();
    parts.ownButton.hidden = !offered || Boolean(own);
    fill(parts.ownButton, 'Add ', name(offered?.title ?? ''));
  }

  async function update() {
    showChips();
    parts.memory.set(values);
    parts.set.set(values.set ?? '');
    parts.tools.set(values.as ?? '');
    const request = base('calc', values.as ? {as: values.as.split(',')} : {});
    const answer = await ask('compare calc', request);
    if (!answer) return;
    if (answer.error) {
      parts.costs.update(failure(answer.error), request);
      return;
    }
    const {rows, notes: said} = exactJSON(answer.output);
    parts.costs.update([sideBySide(rows), notes(said)], request);
    announce(rows.map((row) => `${row.name}: ${amount('params', row.params)} params`).join('; '));
    parts.balance.update(values, rows, networks());
  }

  return {
    element: parts.element,
    values: () => values,
    async show(addressed) {
      values = addressed;
      const found = addressed.yaml || addressed.file ? await subjectOf(addressed) : null;
      own = found?.network ? found : null;
      update();
    },
  };
}

function chip(text, drop) {
  return h('li', null, name(text), h('button', {type: 'button', 'aria-label': `remove ${text}`, onclick: drop}, '×'));
}

/** makeParts makes what the panel is put together from. */
function makeParts({announce, base, change, addOwn, addName}) {
  const chips = h('ul', {class: 'chips', 'aria-label': 'networks compared'});
  const known = zoo().then((shipped) => [...words('calc', 'scheme').map((scheme) => schemeName(scheme, false)), ...shipped.map((row) => row.name)]);
  const added = field({label: 'add a network', words: known, placeholder: 'resnet50', onchange: (text) => {
    if (text) addName(text);
    added.input.value = '';
  }});
  const ownButton = h('button', {type: 'button', class: 'button', onclick: addOwn});
  const set = field({label: 'set', placeholder: 'L=40,k=12', onchange: (text) => change({set: text})});
  const memory = memoryControls((option, text) => change({[option]: text}));
  const tools = toolChoice((as) => change({as}));
  const costs = block({title: 'Side by side', announce});
  const balance = balancePart({announce, base, change});
  const element = h('div', {class: 'panel compare'},
    h('section', {class: 'lead'}, h('h1', null, 'Which of them, and from where on?'), chips, h('div', {class: 'options'}, added.element, ownButton)),
    h('div', {class: 'bench'}, h('aside', {'aria-label': 'how they are run and counted'}, set.element, memory.element, tools.element), costs.element),
    balance.elements);
  return {element, chips, ownButton, set, memory, tools, costs, balance};
}

/** toolChoice is a switch for each tool whose counting is known. */
function toolChoice(onchange) {
  let chosen = [];
  const boxes = new Map(words('calc', 'as').map((tool) => [tool, toggle({label: tool, value: false, onchange: (on) => {
    onchange((on ? [...chosen, tool] : chosen.filter((t) => t !== tool)).join(','));
  }})]));
  const element = h('details', null, h('summary', null, 'what a tool would print'), h('div', {class: 'curves'}, [...boxes.values()].map((b) => b.element)));
  const set = (text) => {
    chosen = text.split(',').filter(Boolean);
    for (const [tool, box] of boxes) box.set(chosen.includes(tool));
  };
  return {element, set};
}

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
