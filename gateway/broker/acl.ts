/** What a user of the broker may do. */
export type Principal =
  | { kind: 'collector'; id: string }
  /** Reads alerts: of all institutions, or of those given. */
  | { kind: 'reader'; id: string; institutions: 'all' | ReadonlySet<string> };

/** True where `principal` may subscribe to `filter`: a collector to its own commands, a reader below alerts. */
export function maySubscribe(principal: Principal, filter: string, base: string): boolean {
  if (principal.kind === 'collector') return filter === `${base}/${principal.id}/command`;
  return filter === `${base}/alerts/#` || filter.startsWith(`${base}/alerts/`);
}

/** True where a message on `topic` may be handed to `principal`; filters with wildcards are narrowed here. */
export function mayReceive(principal: Principal, topic: string, base: string): boolean {
  if (principal.kind === 'collector') return topic === `${base}/${principal.id}/command`;
  if (!topic.startsWith(`${base}/alerts/`)) return false;
  if (principal.institutions === 'all') return true;
  return principal.institutions.has(topic.slice(`${base}/alerts/`.length).split('/')[0] ?? '');
}
