// How numbers are shown. They come with every digit, and a number of a script would lose some: they stay texts until they are printed.

/** exactJSON reads JSON and keeps each number as the text it is written with. */
export function exactJSON(text) {
  return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (found) => (found[0] === '"' ? found : `"${found}"`)));
}

/** value is the nearest number to a text such as 12, 3.5 or 25/51. */
export function value(text) {
  const [above, below] = String(text).split('/');
  return below === undefined ? Number(above) : Number(above) / Number(below);
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const longestCount = 15; // digits of a count that is shown whole

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** significant is a number with so many significant digits, without an exponent where it is short. */
function significant(number, digits = 4) {
  if (number === 0) return '0';
  const size = Math.abs(number);
  if (size >= 1e15 || size < 1e-4) return number.toExponential(digits - 2).replace('e+', 'e');
  if (size >= 10 ** (digits - 1)) return grouped(Math.round(number).toString());
  return Number(number.toPrecision(digits)).toString();
}

/** count shows a whole number, all of it where it is not too long to read. */
export function count(text) {
  if (text === null || text === undefined) return '—';
  const digits = String(text);
  if (!/^\d+$/.test(digits)) return Number.isNaN(value(digits)) ? digits : significant(value(digits)); // 2^999 is too long to write out
  return digits.length <= longestCount ? grouped(digits) : `~${Number(digits).toExponential(2).replace('e+', 'e')}`;
}

/** bytes shows an amount of memory in units of 1024. */
export function bytes(text) {
  if (text === null || text === undefined) return '—';
  let amount = value(text);
  if (amount >= 1024 ** 7) return `~${amount.toExponential(2).replace('e+', 'e')} B`;
  let unit = 0;
  while (amount >= 999.5 && unit < prefixes.length - 1) {
    amount /= 1024;
    unit++;
  }
  if (unit === 0) return `${amount} B`;
  return `${amount >= 99.5 ? Math.round(amount) : amount.toPrecision(3)} ${prefixes[unit].toUpperCase()}iB`;
}

/** ratio shows a ratio or a gain, to four digits. */
export function ratio(text) {
  if (text === null || text === undefined) return '—';
  return Number.isNaN(value(text)) ? String(text) : significant(value(text));
}

/** amount shows a cost by what its name says it is. */
export function amount(cost, text) {
  if (/bytes$/.test(cost)) return bytes(text);
  if (/gain$|^intensity$|_path$|^effective/.test(cost)) return ratio(text);
  return count(text);
}

/** plain is the name of a cost as words. */
export function plain(cost) {
  return cost.replaceAll('_', ' ');
}

/** shape shows extents such as 3x224x224. */
export function shape(text) {
  return String(text).replace(/(?<=[\d)])x(?=[\d(])/g, '×');
}
