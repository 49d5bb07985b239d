// One network: what it costs, where its memory goes, how it is linked, and what other links would cost.
import {h, fill, name, picture} from './markup.js';
import {ask} from './ask.js';
import {block} from './block.js';
import {table, notes, failure} from './table.js';
import {exactJSON, amount, bytes, plain} from './figures.js';
import {formula} from './formula.js';
import {sourcePicker} from './source.js';
import {symbolControls, settings, parsed} from './symbols.js';
import {memoryControls, given} from './memory.js';
import {linksPart} from './links.js';
import {shippedSubject, subjectOf, valuesOf} from './subject.js';

const atFirst = 'resnet50';
const longestFormula = 90; // characters
const alongDepth = ['inference_peak_bytes', 'signal_gain', 'gradient_gain'];
const costs = ['params', 'macs', 'flops', 'activations', 'param_bytes', 'training_saved_bytes', 'training_total_bytes', 'inference_peak_bytes', 'training_macs', 'traffic_bytes', 'kv_cache_bytes'];

/** networkPanel makes the panel. */
export function networkPanel({announce, save}) {
  let values = {};
  let subject = null;
  let priced = ''; // the network that the symbols on the page are of
  const title = h('h1', null, '');
  const summary = h('p', {class: 'answer'});
  const source = sourcePicker(choose);
  const symbols = symbolControls((symbol, text) => change({set: settings({...parsed(values.set), [symbol]: text})}));
  const memory = memoryControls((option, text) => change({[option]: text}));
  const totals = block({title: 'What it costs', announce});
  const drawing = block({title: 'Its skips', announce});
  const links = linksPart({announce, base, change: (changes) => { change(changes, links.update); }});
  const peak = block({title: 'Where the peak stands', announce});
  const training = block({title: 'What training holds', announce});
  const profile = block({title: 'Memory, signal and gradient along the depth', announce});
  const element = h('div', {class: 'panel network'},
    h('section', {class: 'lead'}, title, summary, source.element),
    h('div', {class: 'bench'}, h('aside', {'aria-label': 'symbols and memory'}, symbols.element, memory.element), totals.element),
    drawing.element, links.element, peak.element, training.element, profile.element);
  acceptDrops(element, source.take);

  /** base is a request about the network, with how it is set and run. */
  function base(command, options) {
    return {command, networks: [subject.network], ...(values.set ? {set: values.set} : {}), ...given(command, memory.options, values), ...options, format: 'json'};
  }

  async function keep() {
    const {name: _, yaml: __, file: ___, ...rest} = values;
    values = {...rest, ...await valuesOf(subject)};
    save(values);
  }

  function choose(chosen) {
    const isOther = chosen.title !== subject?.title;
    subject = chosen;
    if (isOther) values = Object.fromEntries(Object.entries(values).filter(([key]) => memory.options.includes(key)));
    source.set(subject);
    keep();
    update();
  }

  /** change takes new values over and shows what follows from them: everything, or a part. */
  function change(changes, showPart = update) {
    values = {...values, ...changes};
    keep();
    links.set(values);
    showPart();
  }

  async function update() {
    links.set(values);
    memory.set(values);
    const request = base('calc', {peak: true});
    const answer = await ask('network calc', request);
    if (!answer) return;
    fill(title, name(subject.title));
    if (!source.mark(answer.error) && answer.error) totals.update(failure(answer.error), request);
    element.classList.toggle('stale', Boolean(answer.error));
    if (answer.error) {
      announce(answer.error.message);
      return;
    }
    const row = exactJSON(answer.output).rows[0];
    showTotals(row, exactJSON(answer.output).notes, request);
    await offerSymbols(row);
    showPeak(row, request);
    showDrawing();
    links.update();
    showPlots();
    showFormulas();
  }

  /** offerSymbols makes the sliders of another network, at what it gives its symbols when nothing is set. */
  async function offerSymbols(row) {
    const of = JSON.stringify(subject.network.name ?? [subject.title, Object.keys(row.symbols ?? {})]);
    if (of !== priced) {
      const unset = values.set ? await ask('network unset', {command: 'calc', networks: [subject.network], format: 'json'}) : null;
      symbols.offer((unset?.output ? exactJSON(unset.output).rows[0].symbols : row.symbols) ?? {});
      priced = of;
    }
    symbols.set({...row.symbols, ...parsed(values.set)});
  }

  let forms = null; // closed forms by cost, of the network that is shown

  function showTotals(row, said, request) {
    const shown = costs.filter((cost) => row[cost] !== undefined && row[cost] !== '0');
    totals.update([
      table({caption: 'costs of the network', columns: [{head: 'cost'}, {head: 'amount', figures: true}, {head: 'as a formula'}],
        rows: shown.map((cost) => ({cells: [plain(cost), h('span', {title: row[cost]}, amount(cost, row[cost])), closed(forms?.[cost], row.formula?.[cost])]}))}),
      notes(said)], request, {latex: formulaRequest()});
    const parts = [row.input && `input ${shape(row.input)} → output ${shape(row.output)}`, row.weight_layers && `${row.weight_layers} weight layers`, row.skips && `${row.skips} skips`];
    fill(summary, parts.filter(Boolean).join(', '));
    announce(`${subject.title}: ${amount('params', row.params)} params, ${amount('macs', row.macs)} macs`);
    totals.again = (now) => { forms = now; showTotals(row, said, request); };
  }

  /** formulaRequest leaves symbols free that the sliders bind. */
  function formulaRequest() {
    const {set, ...request} = base('formula', {});
    return request;
  }

  async function showFormulas() {
    const answer = await ask('network formula', formulaRequest());
    if (!answer) return;
    totals.again(answer.output ? exactJSON(answer.output).rows[0].costs : null);
  }

  async function showDrawing() {
    const request = {...base('draw', {}), format: 'svg'};
    const answer = await ask('network draw', request);
    if (!answer) return;
    const onLink = (link) => {
      change({link, of: 'one'}, () => { links.update(); showDrawing(); });
    };
    drawing.update(answer.error ? failure(answer.error) : picture(answer.output, {onLink, chosen: values.link}), request);
  }

  function showPeak(row, request) {
    if (!row.peak) return;
    peak.update([
      h('p', {class: 'quiet'}, `${bytes(row.peak.bytes)} of activations at `, h('b', null, name(row.peak.at))),
      table({caption: 'tensors in memory at the peak', columns: [{head: 'tensor'}, {head: 'bytes', figures: true}, {head: 'kept alive by'}],
        rows: row.peak.live.map((t) => ({cells: [h('span', {title: shape(t.shape)}, name(t.tensor)), bytes(t.bytes), name(t.kept_alive_by)]}))}),
    ], request);
  }

  /** showPlots draws what takes longest, of what goes along the depth and of what training holds. */
  async function showPlots() {
    for (const [place, kind, options] of [[training, 'memory', {}], [profile, 'layers', {cost: alongDepth}]]) {
      const request = {...base('plot', {[kind]: true, ...options}), format: 'svg'};
      const answer = await ask(`network ${kind}`, request);
      if (answer) place.update(answer.error ? failure(answer.error) : picture(answer.output), request);
    }
  }

  return {
    element,
    values: () => values,
    async show(addressed) {
      const found = await subjectOf(addressed) ?? shippedSubject(atFirst);
      values = addressed;
      if (found.lost) {
        fill(title, name(found.lost));
        fill(summary, 'This address is of a file that is not at hand: open or drop it here to see what the address shows.');
        return;
      }
      subject = found;
      source.set(subject);
      update();
    },
  };
}

function shape(text) {
  return String(text).replaceAll('x', '×');
}

/** closed shows a formula, of params at least; one of numbers alone says nothing new, and a long one is for the copy. */
function closed(form, atLeast) {
  const expression = [form?.expression, atLeast].find((e) => /[A-Za-z]/.test(e ?? ''));
  if (!expression) return '';
  return expression.length > longestFormula ? h('span', {class: 'quiet', title: expression}, '…') : formula(expression);
}

/** acceptDrops lets a file be dropped anywhere on the panel. */
function acceptDrops(element, take) {
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    element.classList.add('dropping');
  });
  element.addEventListener('dragleave', () => element.classList.remove('dropping'));
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    element.classList.remove('dropping');
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}
