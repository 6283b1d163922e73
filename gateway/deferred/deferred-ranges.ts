/** A stretch of the log whose messages, all that begin in [from, to), are still to be dealt with. */
export interface DeferredRange {
  from: number;
  to: number;
  messages: number;
  /** Since when they wait, epoch milliseconds. */
  atMs: number;
}

/** Adds a range to those that wait, by rising position; what overlaps becomes one. */
export function addRange(ranges: DeferredRange[], range: DeferredRange): void {
  const before = ranges.at(-1);
  if (before === undefined || before.to <= range.from) {
    ranges.push(range);
    return;
  }
  const first = ranges.findIndex(({ to }) => to > range.from);
  const behind = ranges.findIndex(({ from }) => from >= range.to);
  const end = behind < 0 ? ranges.length : behind;
  const known = ranges.slice(first, end);
  const joined = known.reduce(
    (sum, { from, to, atMs }) => ({
      ...sum,
      from: Math.min(sum.from, from),
      to: Math.max(sum.to, to),
      atMs: Math.min(sum.atMs, atMs),
    }),
    range,
  );
  const messages = known.reduce((sum, each) => sum + each.messages, 0);
  ranges.splice(first, known.length, { ...joined, messages: Math.max(messages, range.messages) });
}

/** Takes off what stands before `before`; `messages` of it were dealt with, which tells what is left of a range cut. */
export function takeOff(ranges: DeferredRange[], before: number, messages: number): void {
  const count = ranges.findIndex(({ to }) => to > before);
  const gone = ranges.splice(0, count < 0 ? ranges.length : count);
  const first = ranges[0];
  if (first === undefined || first.from >= before) return;
  const ofFirst = messages - gone.reduce((sum, range) => sum + range.messages, 0);
  ranges[0] = { ...first, from: before, messages: Math.max(1, first.messages - Math.max(0, ofFirst)) };
}
