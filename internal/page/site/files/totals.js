// What a network costs: numbers, with their formulas once these are found.
import {h} from './markup.js';
import {ask} from './ask.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {amount, plain} from './figures.js';
import {formula} from './formula.js';

const longestFormula = 90; // characters
const costs = ['params', 'macs', 'flops', 'activations', 'param_bytes', 'training_saved_bytes', 'training_total_bytes', 'inference_peak_bytes', 'training_macs', 'traffic_bytes', 'kv_cache_bytes'];

/** totalsPart makes the part. base gives the request that all requests about the network begin as. */
export function totalsPart({announce, base}) {
  const totals = block({title: 'What it costs', announce});
  let found = {question: '', costs: {}}; // closed forms by cost, and what they answer
  let shown = null;

  /** formulaRequest leaves symbols free that the sliders bind. */
  function formulaRequest() {
    const {set, ...request} = base('formula', {});
    return request;
  }

  function render() {
    const {row, said, request} = shown;
    const asked = formulaRequest();
    const forms = found.question === JSON.stringify(asked) ? found.costs : {};
    const rows = costs.filter((cost) => row[cost] !== undefined && row[cost] !== '0').map((cost) => ({
      cells: [plain(cost), h('span', {title: row[cost]}, amount(cost, row[cost])), closed(forms[cost], row.formula?.[cost])],
    }));
    const columns = [{head: 'cost'}, {head: 'amount', figures: true}, {head: 'as a formula'}];
    totals.update([table({caption: 'costs of the network', columns, rows}), notes(said)], request, {latex: asked});
  }

  return {
    element: totals.element,
    show(row, said, request) {
      shown = {row, said, request};
      render();
    },
    fail: (error, request) => totals.update(failure(error), request),
    async showFormulas() {
      const asked = formulaRequest();
      const answer = await ask('network formula', asked);
      const question = JSON.stringify(asked);
      if (!answer?.output || found.question === question) return;
      found = {question, costs: JSON.parse(answer.output).rows[0].costs};
      render();
    },
  };
}

/** closed shows a formula, of params at least; one of numbers alone says nothing new, and a long one is for the copy. */
function closed(form, atLeast) {
  const expression = [form?.expression, atLeast].find((e) => /[A-Za-z]/.test(e ?? ''));
  if (!expression) return '';
  return expression.length > longestFormula ? h('span', {class: 'quiet', title: expression}, '…') : formula(expression);
}
