// Formulas as they are set in print, from the text of an exact expression such as N^2*(L-1).
import {h} from './markup.js';

const signs = {'*': '·', '-': '−', Theta: 'Θ'};

/** formula shows an expression: names slanted, powers raised. */
export function formula(text) {
  return h('span', {class: 'formula', role: 'math', 'aria-label': text}, spelled(String(text)));
}

const brackets = {floor: ['⌊', '⌋'], ceil: ['⌈', '⌉']};

function spelled(text) {
  const rounded = text.match(/\b(floor|ceil)\(/);
  if (rounded) {
    const from = rounded.index + rounded[0].length;
    const to = closing(text, from);
    const [open, close] = brackets[rounded[1]];
    return [spelled(text.slice(0, rounded.index)), open, spelled(text.slice(from, to)), close, spelled(text.slice(to + 1))].flat();
  }
  const pieces = text.match(/\^(?:\((?:[^()]|\([^()]*\))*\)|[\w.]+)|[A-Za-z_]\w*|\d[\d.]*|\s+|./gu) ?? [];
  return pieces.map((piece) => {
    if (piece[0] === '^') return h('sup', null, spelled(piece.slice(1).replace(/^\((.*)\)$/, '$1')));
    if (signs[piece]) return signs[piece];
    return /^[A-Za-z_]/.test(piece) ? h('i', null, piece) : piece;
  });
}

/** closing is where the bracket closes that opened before a place. */
function closing(text, from) {
  let depth = 1;
  let at = from;
  for (; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) break;
  }
  return at;
}
