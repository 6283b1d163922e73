import type { QuarantineReason } from '../../domain/reading.ts';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const LOCAL = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;

/** A device time, or why it is none. */
export type TimeOutcome = { ok: true; ms: number } | { ok: false; reason: QuarantineReason; detail: string };

/** Reads a device time: epoch milliseconds, or RFC 3339 with an offset. A local time without one is refused. */
export function parseTime(value: unknown): TimeOutcome {
  if (typeof value === 'number') {
    return Number.isSafeInteger(Math.round(value)) && Number.isFinite(value)
      ? { ok: true, ms: Math.round(value) }
      : { ok: false, reason: 'bad-time', detail: `"ts" ${value} is no instant` };
  }
  if (typeof value !== 'string') {
    return { ok: false, reason: 'bad-time', detail: '"ts" is epoch milliseconds or RFC 3339 with an offset' };
  }
  if (LOCAL.test(value)) {
    return {
      ok: false,
      reason: 'bad-time',
      detail: `"ts" ${value.slice(0, 64)} has no offset; write it with Z or +08:00`,
    };
  }
  const ms = isRfc3339(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms)
    ? { ok: false, reason: 'bad-time', detail: `"ts" ${value.slice(0, 64)} is not RFC 3339 with an offset` }
    : { ok: true, ms };
}

// The engine takes 30 February for 2 March: a day that the month does not have is refused here.
function isRfc3339(text: string): boolean {
  const parts = RFC3339.exec(text);
  if (parts === null) return false;
  const day = Number(parts[3]);
  const midnight = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, day));
  return midnight.getUTCDate() === day;
}
