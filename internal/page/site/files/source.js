// Where a network comes from: a field for the name of a shipped one, an editor for YAML, a place to drop a file.
import {h, fill, name} from './markup.js';
import {ask, store} from './ask.js';
import {zoo} from './zoo.js';
import {field} from './controls.js';
import {shippedSubject, textSubject, fileSubject} from './subject.js';

const largestText = 1 << 20; // bytes of a YAML file that the editor takes

const zooNames = () => zoo().then((rows) => rows.map((row) => row.name));

/** sourcePicker makes the parts; choose hears of a new subject. */
export function sourcePicker(choose) {
  const named = field({label: 'shipped network', words: zooNames(), placeholder: 'resnet50, unet, llama-7b …', onchange: (text) => text && choose(shippedSubject(text))});
  const file = h('input', {type: 'file', class: 'unseen', id: 'file', accept: '.onnx,.yaml,.yml', onchange: () => file.files[0] && take(file.files[0])});
  const edit = h('button', {type: 'button', class: 'button', onclick: () => write()}, 'Edit as YAML');
  const about = h('p', {class: 'about'});
  const editor = yamlEditor((text) => choose(textSubject(text, subject?.text === undefined ? undefined : subject.title)));
  let subject = null;

  async function take(dropped) {
    if (/\.ya?ml$/i.test(dropped.name) && dropped.size <= largestText) choose(textSubject(await dropped.text(), dropped.name));
    else choose(fileSubject(dropped.name, store(dropped)));
    file.value = '';
  }

  /** write puts the YAML of a shipped network into the editor, as zoo prints it. */
  async function write() {
    if (subject?.text === undefined && subject?.network.name) {
      const answer = await ask('zoo text', {command: 'zoo', networks: [subject.network]});
      if (!answer?.output) return;
      choose(textSubject(answer.output));
    }
    editor.focus();
  }

  const element = h('div', {class: 'source'},
    h('div', {class: 'options'}, named.element, edit, h('label', {class: 'button'}, h('span', null, 'Open an ONNX or YAML file'), file), h('span', {class: 'hint'}, 'or drop one anywhere here; it stays on this machine')),
    about, editor.element);
  return {
    element,
    take,
    set(now) {
      subject = now;
      named.set(now?.network?.name ?? '');
      editor.set(now?.text);
      edit.hidden = !now?.network?.name;
      fill(about);
      zoo().then((rows) => {
        const row = now === subject && rows.find((r) => r.name === now?.network?.name);
        if (row) fill(about, 'source: ', name(row.source));
      });
    },
    mark: editor.mark,
  };
}

/** yamlEditor is a field for a network's text, with the numbers of its lines and the engine's message at the line that it is about. */
function yamlEditor(changed) {
  const gutter = h('div', {class: 'gutter', 'aria-hidden': 'true'});
  const message = h('div', {class: 'message', role: 'alert', id: 'editor-message'});
  let waiting = 0;
  const area = h('textarea', {'aria-label': 'the network as YAML', 'aria-describedby': 'editor-message', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', wrap: 'off', oninput: () => {
    number();
    clearTimeout(waiting);
    waiting = setTimeout(() => changed(area.value), 150);
  }});
  const element = h('div', {class: 'editor', hidden: true}, h('div', {class: 'lines'}, gutter, area), message);
  area.addEventListener('scroll', () => { gutter.scrollTop = area.scrollTop; });

  function number(wrong = 0) {
    const lines = area.value.split('\n').length;
    area.rows = Math.min(Math.max(lines, 8), 26);
    fill(gutter, Array.from({length: lines}, (_, k) => h('span', {class: k + 1 === wrong ? 'wrong' : null}, String(k + 1))));
  }
  return {
    element,
    focus: () => area.focus(),
    set(text) {
      element.hidden = text === undefined;
      if (text !== undefined && area.value !== text) area.value = text;
      number();
    },
    /** mark shows an error of the text at its line, or none; it reports whether there was a line to show it at. */
    mark(error) {
      const isPlaced = Boolean(error?.line) && !element.hidden;
      number(isPlaced ? error.line : 0);
      area.setAttribute('aria-invalid', String(isPlaced));
      fill(message, isPlaced ? [
        h('button', {type: 'button', class: 'place', onclick: () => goTo(error)}, `line ${error.line}`), ' ', name(error.message),
        error.hint && h('span', {class: 'hint'}, ' ', name(error.hint)),
      ] : null);
      return isPlaced;
    },
  };

  function goTo({line, column = 1}) {
    const before = area.value.split('\n').slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    area.focus();
    area.setSelectionRange(before + column - 1, before + column);
  }
}
