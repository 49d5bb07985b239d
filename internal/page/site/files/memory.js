// How a network is run and trained: whatever options calc has that say it, with the words that they take.
import {h, fill} from './markup.js';
import {words, usual, isSwitch, takes} from './choices.js';
import {number, toggle, choice} from './controls.js';

/** memoryOptions are the options that the panels offer; what an engine does not know is left out. */
const memoryOptions = ['dtype', 'weights', 'precision', 'framework', 'optimizer', 'checkpoint', 'concat', 'attention', 'inplace', 'fold-norms', 'loss'];

/** memoryControls makes the controls; change hears of options by their names. */
export function memoryControls(change) {
  const batch = number({label: 'B', hint: 'samples of a batch', value: usual('calc', 'batch'), from: 1, to: 256, onchange: (text) => change('batch', text)});
  const known = memoryOptions.filter((option) => takes('calc', option));
  const controls = new Map(known.map((option) => {
    const label = option.replaceAll('-', ' ');
    if (isSwitch('calc', option)) return [option, toggle({label, value: false, onchange: (on) => change(option, on ? 'on' : '')})];
    const byDefault = usual('calc', option);
    return [option, choice({label, values: words('calc', option), none: byDefault ? null : 'as usual', value: byDefault, onchange: (text) => change(option, text === byDefault ? '' : text)})];
  }));
  const grid = h('div', {class: 'grid'});
  fill(grid, [...controls.values()].map((c) => c.element));
  return {
    element: h('div', {class: 'memory'}, batch.element, h('details', null, h('summary', null, 'memory and training'), grid)),
    options: ['batch', ...known],
    set(values) {
      batch.set(values.batch || usual('calc', 'batch'));
      for (const option of known) controls.get(option).set(isSwitch('calc', option) ? values[option] === 'on' : values[option] || usual('calc', option));
    },
  };
}

/** given are the options as a request of a command holds them. */
export function given(command, options, values) {
  const kept = options.filter((option) => values[option] && takes(command, option));
  return Object.fromEntries(kept.map((option) => [option, isSwitch(command, option) ? true : values[option]]));
}
