// What can be set of the schemes: numbers by sliders, what stands behind each layer, what is plotted.
import {h, fill} from './markup.js';
import {usual, words} from './choices.js';
import {number, toggle, choice} from './controls.js';

/** settings are set by sliders: the option, the symbol of the networks, and the range of the slider. */
export const settings = [
  {option: 'depth', symbol: 'L', hint: 'layers', from: 2, to: 100},
  {option: 'width', symbol: 'N', hint: 'units of a layer', from: 2, to: 1024},
  {option: 'growth', symbol: 'k', hint: 'growth of densenet', from: 1, to: 64},
  {option: 'classes', symbol: 'M', hint: 'outputs of a head', from: 1, to: 1000},
  {option: 'batch', symbol: 'B', hint: 'samples of a batch', from: 1, to: 256},
  {option: 'kernel', symbol: 'K', hint: 'side of a kernel', from: 1, to: 11, isMap: true},
  {option: 'map', symbol: 'S', hint: 'side of a map', from: 1, to: 128, isMap: true},
];

/** switches put something to each layer; they are symbols of the networks too, 1 or 0. */
export const switches = ['bias', 'norm', 'relu'];

const labels = {bias: 'bias', norm: 'batch norm', relu: 'ReLU', maps: 'convolutions on maps', variants: 'variants too'};

/** usualValues are those that the address leaves out. */
export function usualValues() {
  const values = {maps: '', variants: '', chosen: '', plot: '', over: 'L', cost: 'params'};
  for (const {option} of settings) values[option] = usual('calc', option);
  for (const option of switches) values[option] = '';
  return values;
}

/** schemeControls makes the controls; change hears of new values by their names. */
export function schemeControls(change) {
  const numbers = settings.map((s) => ({...s, ...number({label: s.symbol, hint: s.hint, value: usual('calc', s.option), from: s.from, to: s.to, onchange: (text) => change({[s.option]: text})})}));
  const toggles = [...switches, 'maps', 'variants'].map((key) => ({key, ...toggle({label: labels[key], value: false, onchange: (on) => change({[key]: on ? 'on' : ''})})}));
  const over = choice({label: 'over', values: ['L'], value: 'L', onchange: (text) => change({over: text})});
  const cost = choice({label: 'plot', values: words('plot', 'cost').map((c) => [c, c.replaceAll('_', ' ')]), value: 'params', onchange: (text) => change({cost: text})});
  const curves = h('fieldset', {class: 'curves'}, h('legend', {class: 'unseen'}, 'schemes in the plot'));

  const showCurves = (names, plotted) => {
    if (curves.contains(document.activeElement)) return;
    const boxes = names.map((scheme) => toggle({label: scheme, value: plotted.includes(scheme), onchange: () => {
      const now = names.filter((_, k) => boxes[k].element.querySelector('input').checked);
      change({plot: now.join(',')});
    }}));
    fill(curves, h('legend', {class: 'unseen'}, 'schemes in the plot'), boxes.map((b) => b.element));
  };
  return {
    element: h('div', {class: 'controls'}, numbers.map((n) => n.element), h('div', {class: 'toggles'}, toggles.map((t) => t.element))),
    axes: h('div', {class: 'options'}, cost.element, over.element),
    curves,
    set(values, plotted, names, symbols) {
      for (const n of numbers) {
        n.set(values[n.option]);
        n.element.hidden = Boolean(n.isMap) && values.maps !== 'on';
      }
      for (const t of toggles) t.set(values[t.key] === 'on');
      const offered = settings.filter((s) => symbols.includes(s.symbol) || s.symbol === values.over).map((s) => s.symbol);
      over.offer(offered);
      over.set(values.over);
      cost.set(values.cost);
      if (names.length > 0) showCurves(names, plotted);
    },
  };
}
