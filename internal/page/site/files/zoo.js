// The networks that are shipped.
import {ask} from './ask.js';
import {exactJSON} from './figures.js';

const waitForFirst = 1500; // milliseconds
let shipped = null; // a promise of rows: name, file, set, source

/** zoo is asked for once, after what is seen at first: reading all networks takes longer than any answer. */
export function zoo() {
  shipped ??= new Promise((resolve) => { setTimeout(resolve, waitForFirst); })
    .then(() => ask('zoo', {command: 'zoo', format: 'json'}))
    .then((answer) => (answer?.output ? exactJSON(answer.output).rows : []));
  return shipped;
}

/** schemeName names a scheme where networks are named, some of which are called as schemes are. */
export function schemeName(scheme, isMaps) {
  return `scheme/${scheme}${isMaps ? '-conv' : ''}`;
}
