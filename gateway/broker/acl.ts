/** What a user of the broker may do. */
export type Principal =
  | { kind: 'collector'; id: string }
  /** Reads alerts: of all institutions, or of those given. */
  | { kind: 'reader'; id: string; institutions: 'all' | ReadonlySet<string> };

/**
 * True where `principal` may subscribe to `filter`: a collector to its own commands, also as the Sparkplug edge node of
 * its name, a reader below alerts.
 */
export function maySubscribe(principal: Principal, filter: string, base: string): boolean {
  if (principal.kind === 'collector') return isCommandOf(principal.id, filter, base);
  return filter === `${base}/alerts/#` || filter.startsWith(`${base}/alerts/`);
}

/** True where a message on `topic` may be handed to `principal`; filters with wildcards are narrowed here. */
export function mayReceive(principal: Principal, topic: string, base: string): boolean {
  if (principal.kind === 'collector') return isCommandOf(principal.id, topic, base);
  if (!topic.startsWith(`${base}/alerts/`)) return false;
  if (principal.institutions === 'all') return true;
  return principal.institutions.has(topic.slice(`${base}/alerts/`.length).split('/')[0] ?? '');
}

// A topic, or a filter that stands for commands to nobody else.
function isCommandOf(collector: string, topic: string, base: string): boolean {
  if (topic === `${base}/${collector}/command`) return true;
  const [namespace, group, kind, edgeNode, ...device] = topic.split('/');
  if (namespace !== 'spBv1.0' || !group || group === '#' || edgeNode !== collector) return false;
  // Clients subscribe with a `#` behind their name too: it stands for the name alone as well.
  if (kind === 'NCMD') return device.length === 0 || (device.length === 1 && device[0] === '#');
  return kind === 'DCMD' && device.length === 1 && device[0] !== '';
}
