// What is set by hand: a slider with a box for numbers, switches, choices among words.
import {h, fill} from './markup.js';

let lastLabel = 0;

/** number is a slider with a box beside it: the slider has a sensible range, the box takes any number. */
export function number({label, hint = '', value, from, to, step = 1, onchange}) {
  const id = `c${++lastLabel}`;
  const slider = h('input', {type: 'range', min: from, max: to, step, value, 'aria-label': `${label}${hint ? `, ${hint}` : ''}`});
  const box = h('input', {type: 'text', inputmode: 'numeric', id, value, autocomplete: 'off', spellcheck: 'false'});
  slider.addEventListener('input', () => {
    box.value = slider.value;
    onchange(slider.value);
  });
  box.addEventListener('input', () => {
    if (/^\d+$/.test(box.value)) slider.value = box.value;
    if (box.value.trim() !== '') onchange(box.value.trim());
  });
  const set = (text) => {
    if (document.activeElement !== box) box.value = text;
    if (/^\d+$/.test(text)) slider.value = text;
  };
  const element = h('div', {class: 'number'}, h('label', {for: id}, h('b', null, label), hint && h('span', null, hint)), slider, box);
  return {element, set};
}

/** toggle is a switch. */
export function toggle({label, value, onchange}) {
  const input = h('input', {type: 'checkbox', checked: value, onchange: () => onchange(input.checked)});
  return {element: h('label', {class: 'toggle'}, input, h('span', null, label)), set: (on) => { input.checked = on; }};
}

/** choice is one of several words; none is what stands first where it is given. */
export function choice({label, values, value = '', none = null, onchange}) {
  const select = h('select', {onchange: () => onchange(select.value)});
  const offer = (offered) => fill(select, none === null ? null : h('option', {value: ''}, none), offered.map((v) => option(v)));
  offer(values);
  select.value = value;
  return {element: h('label', {class: 'choice'}, h('span', null, label), select), set: (chosen) => { select.value = chosen; }, offer};
}

function option(offered) {
  const [value, text] = Array.isArray(offered) ? offered : [offered, offered];
  return h('option', {value}, text);
}

/** segments is one of few words that all stand there. */
export function segments({label, values, value, onchange}) {
  const group = `g${++lastLabel}`;
  const inputs = values.map((offered) => {
    const [word, text] = Array.isArray(offered) ? offered : [offered, offered];
    return h('label', null, h('input', {type: 'radio', name: group, value: word, checked: word === value, onchange: () => onchange(word)}), h('span', null, text));
  });
  const element = h('fieldset', {class: 'segments'}, h('legend', null, label), h('div', null, inputs));
  const set = (chosen) => {
    for (const input of element.querySelectorAll('input')) input.checked = input.value === chosen;
  };
  return {element, set};
}

/** field is a line of text, with words that complete it once their promise is kept. */
export function field({label, value = '', words = null, placeholder = '', onchange}) {
  const list = words && h('datalist', {id: `w${++lastLabel}`});
  words?.then((known) => fill(list, known.map((w) => h('option', {value: w}))));
  const input = h('input', {type: 'text', value, placeholder, list: list && list.id, autocomplete: 'off', spellcheck: 'false', onchange: () => onchange(input.value.trim())});
  return {element: h('label', {class: 'field'}, h('span', null, label), input, list), input, set: (text) => { if (document.activeElement !== input) input.value = text; }};
}
