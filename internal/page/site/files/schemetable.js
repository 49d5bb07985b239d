// The founding answer: a table of what schemes cost and buy, and two sentences that say it.
import {h, name} from './markup.js';
import {table} from './table.js';
import {formula} from './formula.js';
import {count, bytes, ratio, value} from './figures.js';

const columns = [
  {head: 'scheme'},
  {head: 'params', group: 'as a formula', title: 'learnable elements, as a formula of the symbols'},
  {head: 'order', title: 'how it grows'},
  {head: 'params', figures: true, group: 'what it costs', title: 'learnable elements'},
  {head: 'to add', figures: true, title: 'parameters by those of add'},
  {head: 'macs', figures: true, title: 'multiply-accumulates of a forward pass'},
  {head: 'saved', figures: true, title: 'bytes kept from the forward pass for the backward pass'},
  {head: 'paths', figures: true, group: 'what it buys', title: 'ways from the input to an output'},
  {head: 'mean length', figures: true, title: 'weight layers on a path, in the mean'},
  {head: 'gradient', figures: true, title: 'mean square of the gradient at the first weight layer by that at the last, at initialisation'},
];

/** schemeTable shows a row for each scheme, with its closed form where formOf knows it; choose hears which is to be drawn. */
export function schemeTable(rows, formOf, chosen, choose) {
  return table({caption: 'what each scheme costs and buys', columns, rows: rows.map((row) => ({
    class: row.name === chosen ? 'chosen' : null,
    cells: [
      h('button', {type: 'button', class: 'pick', 'data-key': row.name, 'aria-pressed': String(row.name === chosen), title: 'draw its skips', onclick: () => choose(row.name)}, name(row.name)),
      formula(formOf(row.name)?.expression ?? row.formula?.params ?? '—'),
      formula(formOf(row.name)?.order ?? '…'),
      count(row.params), times(row.ratio_to_add), count(row.macs), bytes(row.training_saved_bytes),
      shown(row.paths, count), ratio(row.mean_path), shown(row.gradient_gain, ratio),
    ],
  }))});
}

/** shown prints a number, or shows a power that is too long to write out. */
function shown(text, print) {
  return /\^/.test(text ?? '') ? formula(text) : print(text);
}

function times(text) {
  return text === undefined || text === null ? '—' : `${ratio(text)}×`;
}

/** schemeAnswer says in two sentences what adding, concatenating and neither come to. */
export function schemeAnswer(rows, isMaps) {
  const [plain, add, concat] = ['plain', 'add', 'concat'].map((scheme) => rows.find((row) => row.name === scheme));
  if (!plain || !add || !concat) return [];
  const strong = (text) => h('strong', null, text);
  const {L, N} = add.symbols;
  const same = add.params === plain.params;
  return [
    `Without skips, ${count(L)} layers of ${count(N)} ${isMaps ? 'channels' : 'units'} hold `, strong(count(plain.params)), ' parameters, and ',
    same ? 'as many with skips that add' : [strong(count(add.params)), ' with skips that add'], '; concatenating every earlier layer into each later one takes ',
    strong(count(concat.params)), `, ${ratio(concat.ratio_to_add)} times as many. `,
    bought(add, concat, strong),
  ].flat(2);
}

function bought(add, concat, strong) {
  if (!add.paths || !concat.paths || !add.gradient_gain || !concat.gradient_gain) return [];
  const both = add.paths === concat.paths ? ['Both open the same ', shown(add.paths, count), ' paths'] : ['They open ', shown(add.paths, count), ' and ', shown(concat.paths, count), ' paths'];
  return [both, ', but on its way back to the first layer the gradient is multiplied by ', strong(shown(add.gradient_gain, ratio)), ' where skips add and by ',
    strong(shown(concat.gradient_gain, ratio)), ' where they concatenate.'];
}
