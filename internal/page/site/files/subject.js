// The network in question: a shipped one by its name, a text in the editor, or a file that was dropped. The last is told to the Compare
// panel too.
import {pack, unpack} from './state.js';

const usualFile = 'network.yaml';
let own = null; // the last text or file

/** shippedSubject is a network by its name. */
export function shippedSubject(name) {
  return {title: name, network: {name}};
}

/** textSubject is a network by the text of its file. */
export function textSubject(text, file = usualFile) {
  own = {title: file, text, network: {file, text}};
  return own;
}

/** fileSubject is a network in a file that the engine reads from; key is what store called it. */
export function fileSubject(file, key) {
  own = {title: file, file, network: {file, stored: key}};
  return own;
}

/** ownSubject is the last network that is no shipped one, or null. */
export function ownSubject() {
  return own;
}

/** valuesOf are what the address holds of a subject. A file's content is not on it: it would have to be dropped again. */
export async function valuesOf(subject) {
  if (subject.text !== undefined) return {yaml: await pack(subject.text), file: subject.title === usualFile ? '' : subject.title};
  if (subject.file) return {file: subject.file};
  return {name: subject.network.name};
}

/** subjectOf is the subject that an address holds, null for none, and {lost: file} for a file that is not at hand. */
export async function subjectOf(values) {
  if (values.yaml) {
    const text = await unpack(values.yaml);
    return text === null ? {lost: 'the text in this address'} : textSubject(text, values.file || usualFile);
  }
  if (values.file) return own?.title === values.file ? own : {lost: values.file};
  return values.name ? shippedSubject(values.name) : null;
}

/** withoutSubject are the values of an address that are not of its subject. */
export function withoutSubject({name, yaml, file, ...rest}) {
  return rest;
}
