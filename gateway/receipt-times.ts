/** Gives each message on a topic a receipt time of its own, epoch milliseconds. */
export type ReceiptTimes = (topic: string) => number;

/** How far receipt times may run ahead of the clock: a thousand messages on one topic, all at once. */
const MAX_AHEAD_MS = 1000;
/** Topics remembered before those whose time has passed are let go. */
const TOPICS = 1000;

/**
 * Receipt times by the clock, a millisecond later where a message came on the same topic in the same one: a reading
 * without a time of its own has that of its receipt, and must not take the place of the one before it. Who sends more
 * than a thousand a second on one topic for longer gets equal times again.
 */
export function createReceiptTimes(now: () => number): ReceiptTimes {
  const lastOf = new Map<string, number>();
  return (topic) => {
    const nowMs = now();
    const last = lastOf.get(topic);
    // Much later than now: the clock was set back.
    const isBehind = last === undefined || last < nowMs || last > nowMs + MAX_AHEAD_MS;
    const receivedAtMs = isBehind ? nowMs : Math.min(last + 1, nowMs + MAX_AHEAD_MS);
    if (last === undefined && lastOf.size >= TOPICS) letGo(lastOf, nowMs);
    lastOf.set(topic, receivedAtMs);
    return receivedAtMs;
  };
}

function letGo(lastOf: Map<string, number>, nowMs: number): void {
  for (const [topic, last] of lastOf) if (last < nowMs) lastOf.delete(topic);
  // The clock was set back, or a thousand topics came in one millisecond: neither is worth the memory.
  if (lastOf.size >= TOPICS) lastOf.clear();
}
