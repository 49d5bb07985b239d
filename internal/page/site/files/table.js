// Tables: heads that say what a column is, numbers under each other by their digits.
import {h} from './markup.js';

/**
 * table shows rows of cells, each a node or a text; the first cell of a row is its head. A column has a head, and may have a title, be one
 * of figures, and begin a group of columns with a name. caption is for those who do not see the table.
 */
export function table({caption, columns, rows}) {
  const head = h('tr', null, columns.map((c) => h('th', {scope: 'col', class: classOf(c), title: c.title}, c.head)));
  const body = rows.map((row) => h('tr', {class: row.class}, row.cells.map((cell, k) => (
    k === 0 ? h('th', {scope: 'row'}, cell) : h('td', {class: classOf(columns[k])}, cell)))));
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    h('table', null, h('caption', {class: 'unseen'}, caption), h('thead', null, groupHeads(columns), head), h('tbody', null, body)));
}

function classOf(column) {
  return [column.figures && 'figures', column.group && 'first'].filter(Boolean).join(' ') || null;
}

/** groupHeads is the row of the names of groups, over the columns from the one that begins a group to the next such. */
function groupHeads(columns) {
  if (!columns.some((c) => c.group)) return null;
  const heads = [];
  for (const c of columns) {
    if (c.group !== undefined || heads.length === 0) heads.push(h('th', {scope: 'colgroup', colspan: '1', class: c.group ? 'first' : null}, c.group ?? ''));
    else heads.at(-1).colSpan++;
  }
  return h('tr', {class: 'groups'}, heads);
}

/** notes are what an answer says under its table. */
export function notes(texts) {
  if (!texts?.length) return null;
  return h('ul', {class: 'notes'}, texts.map((t) => h('li', null, h('bdi', null, t))));
}

/** failure shows the engine's own message, as the command line prints it. */
export function failure(error) {
  return h('pre', {class: 'failure', role: 'alert'}, error.text || `skipcost: ${error.message}`);
}
