// The symbols of a network as sliders, within ranges in which they make sense.
import {h, fill} from './markup.js';
import {number, field} from './controls.js';

const shownAtOnce = 6;

/** symbolControls makes the controls; change hears of a symbol and its new text, which is empty where it is what the network says. */
export function symbolControls(change) {
  const few = h('div', {class: 'controls'});
  const more = h('div', {class: 'controls'});
  const rest = h('details', {class: 'rest', hidden: true}, h('summary', null, 'more symbols'), more);
  let controls = new Map();

  return {
    element: h('div', null, few, rest),
    /** offer makes a control for each symbol of a network, at the values that the network gives them. */
    offer(usual) {
      controls = new Map(Object.entries(usual).map(([symbol, text]) => [symbol, controlOf(symbol, text, (now) => change(symbol, now === text ? '' : now))]));
      const elements = [...controls.values()].map((c) => c.element);
      fill(few, elements.slice(0, shownAtOnce));
      fill(more, elements.slice(shownAtOnce));
      rest.hidden = elements.length <= shownAtOnce;
    },
    set(texts) {
      for (const [symbol, control] of controls) if (texts[symbol] !== undefined) control.set(texts[symbol]);
    },
  };
}

function controlOf(symbol, text, onchange) {
  if (!/^\d+$/.test(text) || text.length > 9) return field({label: symbol, value: text, onchange});
  return number({label: symbol, value: text, ...rangeOf(Number(text)), onchange});
}

/** rangeOf goes from one to some times a value; what is 0 or 1 may be a switch as well as a small number. */
function rangeOf(value) {
  if (value <= 1) return {from: 0, to: 8};
  if (value <= 16) return {from: 1, to: Math.max(16, 4 * value)};
  const step = value % 32 === 0 ? 32 : value % 16 === 0 ? 16 : value % 2 === 0 ? 2 : 1;
  return {from: step, to: 4 * value, step};
}

/** settings writes bound symbols as --set takes them. */
export function settings(texts) {
  return Object.entries(texts).filter(([, text]) => text !== '').map(([symbol, text]) => `${symbol}=${text}`).join(',');
}

/** parsed reads what settings wrote. */
export function parsed(text) {
  return Object.fromEntries((text ?? '').split(',').filter(Boolean).map((part) => part.split(/=(.*)/s).slice(0, 2)));
}
