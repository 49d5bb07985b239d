// What the Schemes panel asks, from its values and from what is known of the schemes: rows of calc, with the symbols of each.
import {words, only} from './choices.js';
import {schemeName} from './zoo.js';
import {settings, switches} from './schemecontrols.js';

/** isMaps reports whether the schemes are of convolutions. */
export function isMaps(values) {
  return values.maps === 'on';
}

/** pricedRequest asks calc or flow for the schemes. */
export function pricedRequest(command, values) {
  const options = {};
  for (const {option, isMap} of settings) if (!isMap || isMaps(values)) options[option] = values[option];
  for (const option of switches) options[option] = values[option] === 'on';
  if (values.variants === 'on') options.scheme = words('calc', 'scheme').join(',');
  return {command, ...only(command, options), format: 'json'};
}

/** formsRequest asks for the formulas, which are the same for all numbers. */
export function formsRequest(values, rows) {
  const networks = rows.map((row) => ({name: schemeName(row.name, isMaps(values))}));
  return {command: 'formula', networks, columns: ['params'], set: bound(values, rows, (symbol) => switches.includes(symbol)), format: 'json'};
}

/** plotRequest asks for curves over the chosen symbol, with its value marked. */
export function plotRequest(values, rows) {
  const symbol = values.over;
  const at = values[settings.find((s) => s.symbol === symbol).option];
  const options = {over: `${symbol}=2:${Math.max(20, 2 * Number(at))}`, at, cost: values.cost, set: bound(values, rows, (s) => s !== symbol)};
  const networks = rows.map((row) => ({name: isMaps(values) ? `${row.name}-conv` : row.name})); // among schemes alone, no prefix is needed
  return {command: 'plot', ...only('plot', options), networks, format: 'svg'};
}

/** arcsRequest asks for a drawing of one scheme. */
export function arcsRequest(values, row) {
  return {command: 'draw', networks: [{name: schemeName(row.name, isMaps(values))}], set: bound(values, [row]), format: 'svg'};
}

/** bound are the symbols that some of these schemes have, as --set takes them. */
function bound(values, rows, isWanted = () => true) {
  const known = new Set(rows.flatMap((row) => Object.keys(row.symbols)));
  const texts = [...settings.map(({option, symbol}) => [symbol, values[option]]), ...switches.map((s) => [s, values[s] === 'on' ? '1' : '0'])];
  return texts.filter(([symbol]) => known.has(symbol) && isWanted(symbol)).map(([symbol, text]) => `${symbol}=${text}`).join(',');
}
