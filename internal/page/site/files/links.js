// One link of a network: what it holds and causes, and what the network would cost with it, or with all skips, of another kind.
import {h, fill, name} from './markup.js';
import {ask} from './ask.js';
import {words, usual, isSwitch, extra, goesWith} from './choices.js';
import {segments, toggle, choice, field} from './controls.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {exactJSON, amount, bytes, ratio, plain, value, shape} from './figures.js';

const inCard = ['params', 'macs', 'flops', 'training_saved_bytes', 'inference_peak_bytes'];
const apart = ['to', 'only', 'layers']; // options of swap that are set otherwise, or list what is not shown

/** linksPart makes the part. base gives the request that all of its requests begin as, change hears of new values. */
export function linksPart({announce, base, change}) {
  const card = block({title: 'A link', announce});
  const swap = block({title: 'Of another kind', announce});
  let values = {};
  const kinds = segments({label: 'make it', values: [['', 'as it is'], ...words('swap', 'to').map((to) => [to, to === 'none' ? 'cut' : to])], value: '', onchange: (to) => change({to})});
  const scope = segments({label: 'which', values: [['one', 'this link'], ['all', 'all skips']], value: 'all', onchange: (of) => change({of})});
  const further = new Map(extra('swap', 'skips').filter((o) => !apart.includes(o)).map((option) => [option, furtherControl(option, (text) => change({[option]: text}))]));
  const controls = h('div', {class: 'options'}, scope.element, kinds.element, [...further.values()].map((c) => c.element));
  swap.body.before(controls);
  const element = h('div', {class: 'pair links', id: 'links'}, card.element, swap.element);

  async function showCard() {
    const request = base('skips', {all: true, columns: inCard});
    const answer = await ask('network skips', request);
    if (!answer) return;
    if (answer.error) {
      card.update(failure(answer.error), request);
      return;
    }
    const links = exactJSON(answer.output).skips;
    const chosen = links.filter((link) => overlap(link.ids, values.link));
    fill(card.heading, values.link && chosen.length > 0 ? `Link ${values.link}` : 'A link');
    const hint = links.length === 0 ? 'This network has no links to choose.' : 'Choose an arc of the drawing, by pointer or with Tab and Enter.';
    card.update(chosen.length === 0 ? h('p', {class: 'quiet'}, hint) : chosen.slice(0, 1).map(linkCard), request);
  }

  async function showSwap() {
    const isOne = values.of === 'one';
    for (const [option, control] of further) control.element.hidden = !values.to || !goesWith('swap', option, values);
    if (!values.to || (isOne && !values.link)) {
      swap.update(h('p', {class: 'quiet'}, values.to ? 'Choose an arc of the drawing first.' : 'Choose a kind to see the price at once: before, after, ratio.'));
      return;
    }
    const set = [...further].filter(([option, control]) => values[option] && !control.element.hidden);
    const options = Object.fromEntries(set.map(([option]) => [option, isSwitch('swap', option) ? true : values[option]]));
    const request = base('swap', {to: values.to, ...(isOne ? {only: values.link} : {}), ...options});
    const answer = await ask('network swap', request);
    if (!answer) return;
    swap.update(answer.error ? failure(answer.error) : swapTable(exactJSON(answer.output), announce), request);
  }

  return {
    element,
    set(now) {
      values = now;
      values = {...values, of: values.of || (values.link ? 'one' : 'all')};
      kinds.set(values.to ?? '');
      scope.set(values.of);
      for (const [option, control] of further) control.set(isSwitch('swap', option) ? values[option] === 'on' : values[option] || usual('swap', option));
    },
    update() {
      showSwap();
      showCard();
    },
  };
}

/** furtherControl sets an option of swap; changed hears an empty text where it is as usual. */
function furtherControl(option, changed) {
  const label = option.replaceAll('-', ' ');
  const byDefault = usual('swap', option);
  const told = (text) => changed(text === byDefault ? '' : text);
  if (isSwitch('swap', option)) return toggle({label, value: false, onchange: (on) => changed(on ? 'on' : '')});
  const offered = words('swap', option);
  if (offered.length === 0) return field({label, value: byDefault, onchange: told});
  return choice({label, values: offered.map((w) => [w, plain(w)]), none: byDefault ? null : 'no', value: byDefault, onchange: told});
}

/** overlap reports whether one of these numbers is in a text such as 3,7-9. */
function overlap(ids, ranges) {
  if (!ranges) return false;
  const spans = ranges.split(',').map((r) => r.split('-').map(Number));
  return ids.some((id) => spans.some(([first, last = first]) => Number(id) >= first && Number(id) <= last));
}

function linkCard(link) {
  const what = `${link.shortcut ? `${link.shortcut} ` : ''}${link.kind}${link.class === 'skip' ? ' skip' : `, a ${link.class}`}`;
  const facts = [
    ['what', link.count > 1 ? `${what}, ${link.count} alike` : what], ['from', name(link.from)], ['into', name(link.to)], ['tensor', link.tensor && shape(link.tensor)],
    ['holds', bytes(link.bytes)], ['jumps over', `${link.span} weight layers`],
  ];
  return [
    h('dl', {class: 'facts'}, facts.map(([term, fact]) => [h('dt', null, term), h('dd', null, fact)])),
    table({caption: 'what the link causes', columns: [{head: 'it causes'}, {head: 'amount', figures: true}, {head: 'of all', figures: true}],
      rows: inCard.filter((cost) => cost in link.causes).map((cost) => ({cells: [plain(cost), amount(cost, link.causes[cost]), share(link.share[cost])]}))}),
  ];
}

function share(text) {
  return text === null || text === undefined ? '—' : `${ratio(String(100 * value(text)))} %`;
}

function swapTable(swapped, announce) {
  const costs = Object.keys(swapped.before).filter((cost) => swapped.before[cost] !== '0' || swapped.after[cost] !== '0');
  announce(`params ${amount('params', swapped.before.params)} before, ${amount('params', swapped.after.params)} after`);
  const first = ['params', 'macs', 'flops', 'activations', 'training_saved_bytes', 'training_total_bytes', 'inference_peak_bytes', 'traffic_bytes'];
  return [
    table({caption: 'the network before and after', columns: [{head: 'cost'}, {head: 'before', figures: true}, {head: 'after', figures: true}, {head: 'ratio', figures: true}],
      rows: first.filter((cost) => costs.includes(cost)).map((cost) => ({class: swapped.ratio[cost] === '1' ? 'same' : null,
        cells: [plain(cost), amount(cost, swapped.before[cost]), amount(cost, swapped.after[cost]), ratio(swapped.ratio[cost])]}))}),
    notes(swapped.notes),
  ];
}
