// Elements are built, never parsed from text: whatever a network is called, it is text to the browser.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** h builds an element. Properties that begin with "on" are listeners, null and false ones are left out, children are nodes or texts. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  fill(element, ...children);
  return element;
}

/** fill puts these children in the place of those an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** name shows a text that somebody else wrote: its direction of writing ends with it. */
export function name(text) {
  return h('bdi', null, text);
}

const pictureElements = new Set(['svg', 'g', 'path', 'line', 'circle', 'rect', 'text', 'tspan', 'title', 'desc', 'polyline', 'polygon']);
const pictureAttributes = new Set(['viewBox', 'width', 'height', 'role', 'aria-label', 'class', 'd', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry',
  'dx', 'dy', 'points', 'transform', 'font-size', 'font-weight', 'stroke-width', 'stroke-dasharray', 'text-anchor', 'opacity', 'fill-opacity', 'stroke-opacity', 'data-links']);

const ownStyle = new Map();

/** sheetOf keeps style sheets by their text: pictures share one. */
function sheetOf(text) {
  if (!ownStyle.has(text)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    ownStyle.set(text, sheet);
  }
  return ownStyle.get(text);
}

const pictureStyle = `
:host{display:block}
svg{display:block;width:100%;height:auto;min-width:min(var(--picture-width),36rem);max-width:var(--picture-width);margin-inline:auto}
.paper{display:none}
[data-links]{cursor:pointer;outline:none}
[data-links] .touch{stroke:transparent;stroke-width:16;stroke-dasharray:none;pointer-events:stroke}
[data-links]:hover .touch{stroke:var(--touched)}
[data-links]:focus-visible .touch{stroke:var(--focus);stroke-width:12}
[data-links][aria-pressed=true] .touch{stroke:var(--chosen)}
`;

/**
 * picture copies the drawing of an SVG text into an element with a tree of its own, by a list of what is known to be a drawing: neither
 * scripts nor references nor listeners are on it. onLink hears of arcs that are chosen, by the numbers of their links.
 */
export function picture(text, {onLink = null, chosen = ''} = {}) {
  let style = ''; // parsed as a part of the drawing, it would be held against the policy of the page
  const drawn = text.replace(/<style>([^<]*)<\/style>/, (_, rules) => {
    style = rules;
    return '';
  });
  const parsed = new DOMParser().parseFromString(drawn, 'image/svg+xml').documentElement;
  const host = h('div', {class: 'picture'});
  if (parsed.localName !== 'svg') return host;
  const root = host.attachShadow({mode: 'open'});
  const width = parseFloat(parsed.getAttribute('width'));
  if (width > 0) host.style.setProperty('--picture-width', `${Math.round(width)}px`);
  root.adoptedStyleSheets = [sheetOf(style), sheetOf(pictureStyle)];
  const drawing = copyOf(parsed);
  if (onLink) makeLinks(drawing, onLink, chosen);
  root.append(drawing);
  return host;
}

function copyOf(element) {
  const copy = document.createElementNS(svgNamespace, element.localName);
  for (const {name, value} of element.attributes) if (pictureAttributes.has(name)) copy.setAttribute(name, value);
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && child.namespaceURI === svgNamespace && pictureElements.has(child.localName)) copy.append(copyOf(child));
  }
  return copy;
}

/** makeLinks lets arcs be chosen by pointer and by key. A wide stroke below each is easier to hit, and shows what is chosen. */
function makeLinks(drawing, onLink, chosen) {
  drawing.setAttribute('role', 'group');
  for (const arc of drawing.querySelectorAll('[data-links]')) {
    const links = arc.getAttribute('data-links');
    arc.setAttribute('tabindex', '0');
    arc.setAttribute('role', 'button');
    arc.setAttribute('aria-label', arc.querySelector('title')?.textContent ?? `link ${links}`);
    arc.setAttribute('aria-pressed', String(links === chosen));
    arc.addEventListener('click', () => onLink(links));
    arc.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onLink(links);
    });
    for (const line of [...arc.querySelectorAll('path,line')]) {
      const touch = line.cloneNode(false);
      touch.setAttribute('class', 'touch');
      touch.removeAttribute('stroke-width');
      arc.prepend(touch);
    }
  }
}
