// What the engine offers: its commands, their options, and the words that these take. Menus are made of it, so that what the engine
// learns is on the page without a word here.

let offered = {commands: {}};

/** know keeps what the engine said that it offers. */
export function know(choices) {
  offered = choices;
}

/** words are those that an option of a command takes; none where it takes any text, or is not known. */
export function words(command, option) {
  return offered.commands[command]?.[option]?.values ?? [];
}

/** usual is the text of an option that is not given. */
export function usual(command, option) {
  return offered.commands[command]?.[option]?.default ?? '';
}

/** isSwitch reports whether an option is on or off. */
export function isSwitch(command, option) {
  return offered.commands[command]?.[option]?.kind === 'switch';
}

/** takes reports whether a command has an option. */
export function takes(command, option) {
  return Boolean(offered.commands[command]?.[option]);
}

/** extra are the options that one command has and another has not. */
export function extra(command, other) {
  return Object.keys(offered.commands[command] ?? {}).filter((option) => !takes(other, option));
}

/**
 * goesWith reports whether an option can be of use beside others that are given. Its help says it: "with --equal" where it needs another
 * one, "of --to densenet" where it needs a text of another one.
 */
export function goesWith(command, option, given) {
  const help = offered.commands[command]?.[option]?.usage ?? '';
  const needed = help.match(/^with --([\w-]+)/)?.[1];
  if (needed) return Boolean(given[needed]);
  const texts = [...help.matchAll(/ of --([\w-]+) ([\w-]+)/g)];
  return texts.length === 0 || texts.some(([, other, text]) => given[other] === text);
}

/** only are those of the options that a command has, of which the value is no blank. */
export function only(command, options) {
  return Object.fromEntries(Object.entries(options).filter(([option, value]) => value !== '' && value !== false && takes(command, option)));
}
