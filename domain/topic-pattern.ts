/**
 * A topic filter with names in braces for single levels, e.g. `tele/{address}/SENSOR` or `dtu/{collector}/up`.
 * `+` stands for a level that does not matter, `#` at the end for all that follow. `{collector}`, `{meter}`,
 * `{address}` say who speaks; any other name can be used in a mapping's address template.
 */
export interface TopicPattern {
  /** The MQTT filter that lets through what the pattern may fit. */
  filter: string;
  /** The named levels of a topic, or undefined where it does not fit. */
  match(topic: string): Record<string, string> | undefined;
}

const LEVEL = /^(?:\{([a-z][A-Za-z0-9]{0,31})\}|\+|[^+#{}\0]*)$/;
const MAX_CHARACTERS = 512;

/** Reads a pattern; undefined where it is none (a brace or wildcard out of place, a name used twice, too long). */
export function parseTopicPattern(text: string): TopicPattern | undefined {
  if (text === '' || text.length > MAX_CHARACTERS) return undefined;
  const levels = text.split('/');
  const isOpen = levels.at(-1) === '#';
  if (isOpen) levels.pop();
  if (levels.length === 0) return undefined;
  const parts: { name?: string; literal?: string }[] = [];
  const names = new Set<string>();
  for (const level of levels) {
    const found = LEVEL.exec(level);
    if (found === null) return undefined;
    const name = found[1];
    if (name !== undefined && names.has(name)) return undefined;
    if (name !== undefined) names.add(name);
    parts.push(name === undefined ? (level === '+' ? {} : { literal: level }) : { name });
  }
  const filterLevels = parts.map(({ literal }) => literal ?? '+');
  return {
    filter: [...filterLevels, ...(isOpen ? ['#'] : [])].join('/'),
    match: (topic) => {
      const given = topic.split('/');
      if (isOpen ? given.length < parts.length : given.length !== parts.length) return undefined;
      const named: Record<string, string> = {};
      for (const [index, { name, literal }] of parts.entries()) {
        const level = given[index]!;
        if (literal !== undefined && literal !== level) return undefined;
        if (name !== undefined) named[name] = level;
      }
      return named;
    },
  };
}
