// Formulas as they are set in print, from the text of an exact expression such as N^2*(L-1).
import {h} from './markup.js';

const signs = {'*': '·', '-': '−', Theta: 'Θ'};

/** formula shows an expression: names slanted, powers raised. */
export function formula(text) {
  return h('span', {class: 'formula'}, spelled(String(text)));
}

function spelled(text) {
  const pieces = text.match(/\^(?:\((?:[^()]|\([^()]*\))*\)|[\w.]+)|[A-Za-z_]\w*|\d[\d.]*|\s+|./gu) ?? [];
  return pieces.map((piece) => {
    if (piece[0] === '^') return h('sup', null, spelled(piece.slice(1).replace(/^\((.*)\)$/, '$1')));
    if (signs[piece]) return signs[piece];
    return /^[A-Za-z_]/.test(piece) ? h('i', null, piece) : piece;
  });
}
