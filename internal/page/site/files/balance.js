// Networks weighed against each other over one symbol: how far each goes within a budget, and where one overtakes another.
import {h, name, picture} from './markup.js';
import {ask} from './ask.js';
import {words, only} from './choices.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {exactJSON, amount, ratio, plain} from './figures.js';
import {formula} from './formula.js';
import {field, choice} from './controls.js';

/** balancePart makes the part. base gives the request that all requests about the networks begin as, change hears of new values. */
export function balancePart({announce, base, change}) {
  const budget = block({title: 'At equal budget', announce});
  const cross = block({title: 'Where one overtakes another', announce});
  const plot = block({title: 'Cost over a symbol', announce});
  const symbol = choice({label: 'over', values: ['batch'], onchange: (over) => change({over})});
  const cost = choice({label: 'cost', values: words('solve', 'columns').map((c) => [c, plain(c)]), value: 'params', onchange: (of) => change({cost: of})});
  const limit = field({label: 'budget', placeholder: '1M, 8GiB, or empty: what the first costs', onchange: (text) => change({limit: text})});
  let of = 'params'; // the cost
  let over = 'batch';

  async function showBudget(most, isFirst) {
    if (!most || most === '0') return;
    const request = base('solve', {for: over, budget: `${of}=${most}`, columns: [...new Set([of, 'params', 'macs'])]});
    const answer = await ask('compare solve', request);
    if (answer) budget.update(answer.error ? failure(answer.error) : within(exactJSON(answer.output), most, isFirst), request);
  }

  function within({rows, notes: said}, most, isFirst) {
    const limited = isFirst ? `${amount(of, most)}, as much as the first has` : most;
    const columns = [{head: 'network'}, {head: over, figures: true}, {head: plain(of), figures: true}, {head: 'one more takes', figures: true}];
    return [
      h('p', {class: 'quiet'}, `The greatest ${over} with which ${plain(of)} stays within ${limited}.`),
      table({caption: 'networks at equal budget', columns, rows: rows.map((row) => ({cells: [name(row.network), row.value ?? '—', amount(of, row.costs?.[of]), amount(of, row.next?.costs?.[of])]}))}),
      notes(said),
    ];
  }

  async function showCross([first, ...others]) {
    const requests = others.map((other) => ({...base('cross', {over, columns: [of]}), networks: [other, first]}));
    const answers = await Promise.all(requests.map((request, k) => ask(`compare cross ${k}`, request)));
    if (answers.some((answer) => !answer)) return;
    const found = answers.map((answer, k) => (answer.error ? failure(answer.error) : crossings(exactJSON(answer.output), called(others[k]), called(first))));
    cross.update(found.length > 0 ? found : h('p', {class: 'quiet'}, 'Two networks are needed.'), requests[0]);
  }

  function crossings(answer, a, b) {
    const places = answer.crossings.filter((c) => c.cost === of).map((c) => (
      h('li', null, `from ${over} = ${c.at} on `, h('b', null, name(c.above)), ` has more ${plain(of)}, ${ratio(c.ratio)} times as much there`)));
    const law = answer.ratio[of];
    return h('div', {class: 'crossing'},
      h('h3', null, name(a), ' and ', name(b)),
      places.length > 0 ? h('ul', null, places) : h('p', {class: 'quiet'}, order(answer.regions[of], a, b)),
      law?.formula && h('p', {class: 'quiet'}, 'ratio ', formula(law.formula)));
  }

  async function showPlot(rows) {
    const at = rows.map((row) => row.symbols?.[over] ?? '1');
    const isSame = at.every((value) => value === at[0]);
    const options = {over: `${over}=1:${Math.max(32, ...at.map((value) => 4 * Number(value)))}`, cost: of, at: isSame ? at[0] : ''};
    const request = {...base('plot', only('plot', options)), format: 'svg'};
    const answer = await ask('compare plot', request);
    if (!answer) return;
    plot.heading.textContent = `${plain(of)} over ${over}`;
    plot.update(answer.error ? failure(answer.error) : picture(answer.output), request);
  }

  return {
    elements: [h('div', {class: 'strip options'}, cost.element, symbol.element, limit.element), h('div', {class: 'pair'}, budget.element, cross.element), plot.element],
    /** update weighs networks, of which calc gave rows. */
    update(values, rows, networks) {
      of = values.cost || 'params';
      const offered = [...common(rows), 'batch'];
      over = offered.includes(values.over) ? values.over : offered[0];
      symbol.offer(offered);
      symbol.set(over);
      cost.set(of);
      limit.set(values.limit ?? '');
      showBudget(values.limit || rows[0][of], !values.limit);
      showCross(networks);
      showPlot(rows);
    },
  };
}

const called = (network) => network.name ?? network.file;

/** common are the symbols that all networks have, with numbers that can grow. */
function common(rows) {
  const first = rows[0].symbols ?? {};
  return Object.keys(first).filter((s) => /^\d+$/.test(first[s]) && Number(first[s]) > 1 && rows.every((row) => s in (row.symbols ?? {})));
}

function order(regions, a, b) {
  const more = [...new Set((regions ?? []).map((r) => r.more).filter(Boolean))];
  return more.length === 1 ? `${more[0]} has more wherever they differ.` : `${a} and ${b} cost the same.`;
}
