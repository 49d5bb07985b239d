// The networks that are shipped.
import {ask} from './ask.js';
import {exactJSON} from './figures.js';

let shipped = []; // rows of the zoo: name, file, set, source

/** learnZoo asks for them once. */
export async function learnZoo() {
  const answer = await ask('zoo', {command: 'zoo', format: 'json'});
  if (answer?.output) shipped = exactJSON(answer.output).rows;
}

/** zooNames are the names of networks. */
export function zooNames() {
  return shipped.map((row) => row.name);
}

/** zooRow is what is known of a network by its name. */
export function zooRow(name) {
  return shipped.find((row) => row.name === name) ?? null;
}

/** schemeName is how a scheme is named where networks are: one that is called as a network is says that it is a scheme. */
export function schemeName(scheme, isMaps) {
  const named = isMaps ? `${scheme}-conv` : scheme;
  return zooRow(named) ? `scheme/${named}` : named;
}
