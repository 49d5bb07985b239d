// A block is one thing to look at, a table or a picture, with what repeats it: every number on the page is the answer to a request, and the
// request can be had as a command line, its answer in the formats that the command has.
import {h, fill} from './markup.js';
import {ask, commandLine} from './ask.js';
import {words} from './choices.js';

const formats = [['markdown', 'Markdown'], ['latex', 'LaTeX'], ['csv', 'CSV'], ['svg', 'SVG']];

/**
 * block is a titled part of a panel. update shows what a request gave; where its command lacks a format, another request may stand in, by
 * the name of the format.
 */
export function block({title, level = 2, announce, class: kind = ''}) {
  const body = h('div', {class: 'body'});
  const said = h('span', {class: 'said', role: 'status'});
  const tools = h('div', {class: 'tools', role: 'group', 'aria-label': `copy: ${title}`});
  const heading = h(`h${level}`, null, title);
  const element = h('section', {class: `block ${kind}`}, h('div', {class: 'head'}, heading, said, tools), body);
  let request = null;
  let standIns = {};

  const copied = async (what, text) => {
    const done = await copy(text);
    said.textContent = done ? `${what} copied` : 'the browser does not let this page copy';
    announce?.(said.textContent);
    setTimeout(() => { said.textContent = ''; }, 2500);
  };
  const copyFormat = async (format, label) => {
    const answer = await ask(`copy ${title}`, {...(standIns[format] ?? request), format});
    if (answer?.error) said.textContent = answer.error.message;
    else if (answer) await copied(label, answer.output);
  };
  const makeTools = () => {
    const known = words(request.command, 'format');
    fill(tools,
      h('button', {type: 'button', onclick: async () => copied('command', await commandLine(plainly(request)))}, 'command'),
      formats.filter(([format]) => known.includes(format) || standIns[format]).map(([format, label]) => h('button', {type: 'button', onclick: () => copyFormat(format, label)}, label)));
  };
  const update = (content, asked, others = {}) => {
    keepFocus(body, () => fill(body, content));
    if (!asked) return;
    const isOther = asked.command !== request?.command || Object.keys(others).join() !== Object.keys(standIns).join();
    request = asked;
    standIns = others;
    if (isOther) makeTools();
  };
  return {element, body, heading, update};
}

/** keepFocus lets a change leave the focus on the element of the same data-key. */
function keepFocus(element, change) {
  const active = document.activeElement;
  const key = element.contains(active) ? active.dataset.key : null;
  change();
  if (key) [...element.querySelectorAll('[data-key]')].find((e) => e.dataset.key === key)?.focus();
}

/** plainly is a request as a person would type it: tables are what the command line prints by itself. */
function plainly({format, ...rest}) {
  return rest;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', {class: 'unseen', value: text});
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
