// The page: three panels about one engine, of which the address says which is shown, and with which values.
import {h, fill} from './markup.js';
import {start} from './ask.js';
import {know} from './choices.js';
import {read, write} from './state.js';
import {schemesPanel} from './schemes.js';
import {networkPanel} from './network.js';
import {comparePanel} from './compare.js';

const panels = [
  {id: 'schemes', title: 'Schemes', make: schemesPanel},
  {id: 'network', title: 'Network', make: networkPanel},
  {id: 'compare', title: 'Compare', make: comparePanel},
];

const place = document.getElementById('panel');
const live = document.getElementById('live');
const engine = document.getElementById('engine');
const made = new Map(); // panels by name, made when they are first seen
let seen = '';
let announcing = 0;

/** lacking is what the browser has not got of what the engine needs. */
function lacking() {
  const needed = {WebAssembly: 'WebAssembly', Worker: 'web workers', DecompressionStream: 'unpacking of gzip (DecompressionStream)'};
  return Object.keys(needed).filter((name) => !(name in globalThis)).map((name) => needed[name]);
}

/** announce says a sentence to those who do not see what has changed, once it has settled. */
function announce(sentence) {
  clearTimeout(announcing);
  announcing = setTimeout(() => { live.textContent = sentence; }, 700);
}

function fail(reason) {
  engine.textContent = 'no engine';
  engine.classList.add('failed');
  const lack = document.getElementById('lack');
  const words = `The engine does not run in this browser: ${reason}.`;
  if (lack) {
    lack.hidden = false;
    lack.textContent = words;
  } else {
    announce(words);
  }
}

function makeTabs() {
  const tabs = panels.map((p) => h('a', {role: 'tab', id: `tab-${p.id}`, href: `#${p.id}`, 'aria-controls': 'panel'}, p.title));
  const bar = document.getElementById('tabs');
  fill(bar, tabs);
  bar.addEventListener('keydown', (event) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.indexOf(document.activeElement);
    const to = tabs[(at + step + tabs.length) % tabs.length];
    to.focus();
    to.click();
  });
  bar.addEventListener('click', (event) => {
    const tab = event.target.closest('[role=tab]');
    if (!tab) return;
    event.preventDefault();
    const id = tab.id.replace('tab-', '');
    if (id !== seen) go(id, made.get(id)?.values() ?? {});
  });
}

function go(id, values) {
  write(id, values, true);
  show();
}

/** show makes the page what the address says. */
function show() {
  const {panel, values} = read();
  const chosen = panels.find((p) => p.id === panel) ?? panels[0];
  if (!made.has(chosen.id)) {
    const save = (now) => { if (seen === chosen.id) write(chosen.id, now); };
    made.set(chosen.id, chosen.make({announce, save}));
  }
  if (seen !== chosen.id) {
    seen = chosen.id;
    fill(place, made.get(chosen.id).element);
    place.setAttribute('aria-labelledby', `tab-${chosen.id}`);
    place.setAttribute('role', 'tabpanel');
    document.title = `skipcost: ${chosen.title.toLowerCase()}`;
    for (const tab of document.querySelectorAll('[role=tab]')) {
      const isSelected = tab.id === `tab-${chosen.id}`;
      tab.setAttribute('aria-selected', String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
  }
  made.get(chosen.id).show(values);
}

const missing = lacking();
if (missing.length > 0) {
  fail(`it has no ${missing.join(' and no ')}`);
} else {
  makeTabs();
  start((choices) => {
    know(choices);
    engine.textContent = 'engine ready, on this machine';
    engine.classList.add('ready');
    if (seen !== '') return; // it has started anew
    show();
    addEventListener('hashchange', show);
  }, fail);
}
