/** True where a subscription to `filter` gets messages on `topic` (MQTT 3.1.1, 4.7). Both are well formed. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (!hasWildcard(filter)) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  // A wildcard at the first level does not stand for the broker's own topics (4.7.2).
  if (topic.startsWith('$') && wanted[0] !== levels[0]) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** True for a filter that stands for more than the one topic of its name. */
export function hasWildcard(filter: string): boolean {
  return filter.includes('#') || filter.includes('+');
}
