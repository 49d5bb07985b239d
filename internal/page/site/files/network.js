// One network: what it costs, where its memory goes, how it is linked, and what other links would cost.
import {h, fill, name} from './markup.js';
import {ask} from './ask.js';
import {exactJSON, amount, shape} from './figures.js';
import {sourcePicker} from './source.js';
import {symbolControls, settings, parsed} from './symbols.js';
import {memoryControls, given} from './memory.js';
import {totalsPart} from './totals.js';
import {viewsPart} from './views.js';
import {linksPart} from './links.js';
import {shippedSubject, subjectOf, valuesOf, withoutSubject} from './subject.js';

const atFirst = 'resnet50';

/** networkPanel makes the panel. */
export function networkPanel({announce, save}) {
  let values = {};
  let subject = null;

  /** base is a request about the network, with how it is set and run. */
  const base = (command, options) => ({command, networks: [subject.network], ...(values.set ? {set: values.set} : {}), ...given(command, parts.memory.options, values), ...options, format: 'json'});

  /** change takes new values over and shows what follows from them: everything, or a part. */
  const change = (changes, showPart = update) => {
    values = {...values, ...changes};
    keep();
    parts.links.set(values);
    showPart();
  };
  const choose = (chosen) => {
    const isOther = chosen.title !== subject?.title;
    subject = chosen;
    if (isOther) values = Object.fromEntries(Object.entries(values).filter(([key]) => parts.memory.options.includes(key)));
    parts.source.set(subject);
    keep();
    update();
  };
  const parts = makeParts({announce, base, change, choose, setOf: () => values.set});

  async function keep() {
    values = {...withoutSubject(values), ...await valuesOf(subject)};
    save(values);
  }

  async function update() {
    parts.links.set(values);
    parts.memory.set(values);
    const request = base('calc', {peak: true});
    const answer = await ask('network calc', request);
    if (!answer) return;
    fill(parts.title, name(subject.title));
    parts.element.classList.toggle('stale', Boolean(answer.error));
    const isMarked = parts.source.mark(answer.error);
    if (answer.error) {
      if (!isMarked) parts.totals.fail(answer.error, request);
      announce(answer.error.message);
      return;
    }
    const {rows: [row], notes} = exactJSON(answer.output);
    showRow(row, notes, request);
  }

  async function showRow(row, notes, request) {
    parts.totals.show(row, notes, request);
    fill(parts.summary, [row.input && `input ${shape(row.input)} → output ${shape(row.output)}`, row.weight_layers && `${row.weight_layers} weight layers`, row.skips && `${row.skips} skips`].filter(Boolean).join(', '));
    announce(`${subject.title}: ${amount('params', row.params)} params, ${amount('macs', row.macs)} macs`);
    await offerSymbols(row);
    if (row.peak) parts.views.showPeak(row.peak, request);
    parts.views.showSkips(values.link);
    parts.links.update();
    parts.totals.showFormulas();
    parts.views.showPlots();
  }

  let offered = ''; // the network that the sliders are of

  /** offerSymbols makes the sliders of another network, at what it gives its symbols when nothing is set. */
  async function offerSymbols(row) {
    const of = JSON.stringify(subject.network.name ?? [subject.title, Object.keys(row.symbols ?? {})]);
    if (of !== offered) {
      const unset = values.set ? await ask('network unset', {command: 'calc', networks: [subject.network], format: 'json'}) : null;
      parts.symbols.offer((unset?.output ? exactJSON(unset.output).rows[0].symbols : row.symbols) ?? {});
      offered = of;
    }
    parts.symbols.set({...row.symbols, ...parsed(values.set)});
  }

  async function show(addressed) {
    const found = await subjectOf(addressed) ?? shippedSubject(atFirst);
    values = addressed;
    if (found.lost) {
      fill(parts.title, name(found.lost));
      fill(parts.summary, 'This address is of a file that is not at hand: open or drop it here to see what the address shows.');
      return;
    }
    subject = found;
    parts.source.set(subject);
    update();
  }
  return {element: parts.element, values: () => values, show};
}

/** makeParts makes what the panel is put together from. */
function makeParts({announce, base, change, choose, setOf}) {
  const title = h('h1', null, '');
  const summary = h('p', {class: 'answer'});
  const source = sourcePicker(choose);
  const symbols = symbolControls((symbol, text) => change({set: settings({...parsed(setOf()), [symbol]: text})}));
  const memory = memoryControls((option, text) => change({[option]: text}));
  const totals = totalsPart({announce, base});
  const links = linksPart({announce, base, change: (changes) => change(changes, links.update)});
  const views = viewsPart({announce, base, onLink: (link) => change({link, of: 'one'}, () => {
    links.update();
    views.showSkips(link);
  })});
  const element = h('div', {class: 'panel network'},
    h('section', {class: 'lead'}, title, summary, source.element),
    h('div', {class: 'bench'}, h('aside', {'aria-label': 'symbols and memory'}, symbols.element, memory.element), totals.element),
    views.drawing, links.element, views.further);
  acceptDrops(element, source.take);
  return {element, title, summary, source, symbols, memory, totals, links, views};
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
