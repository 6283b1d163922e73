import type { Zone } from '../../../domain/zone.ts';

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
/** Epoch seconds from 2001 to 5138, epoch milliseconds from 2001 to 5138: the two never meet. */
const SECONDS = { from: 1e9, to: 1e11 } as const;
const MILLISECONDS = { from: 1e12, to: 1e14 } as const;

/** `2026-01-08T14:30:00+08:00`, `2026-01-08 14:30:00.5`, `2026/1/8 14:30` */
const WRITTEN =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[Tt ](\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?([Zz]|[+-]\d\d:?\d\d)?$/;
/** `20260108143000`, with milliseconds too */
const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/;
const EPOCH = /^(?:\d{10}|\d{13})$/;

/**
 * The instant that a message tells beside its frames, epoch milliseconds: a number (or its digits) of seconds or
 * milliseconds, RFC 3339, or date and time of day without an offset, which are those of `zone`. Undefined for anything
 * else (uptime, counters, 30 February).
 */
export function payloadTime(value: unknown, zone: Zone): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  if (EPOCH.test(text)) return fromEpoch(Number(text));
  const parts = COMPACT.exec(text) ?? WRITTEN.exec(text);
  return parts === null ? undefined : fromParts(parts, zone);
}

function fromEpoch(value: number): number | undefined {
  if (value >= SECONDS.from && value < SECONDS.to) return Math.round(value * SECOND_MS);
  return value >= MILLISECONDS.from && value < MILLISECONDS.to ? Math.round(value) : undefined;
}

function fromParts(parts: RegExpExecArray, zone: Zone): number | undefined {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const rest = minute * MINUTE_MS + second * SECOND_MS + Math.round(Number(`0.${parts[7] ?? 0}`) * SECOND_MS);
  const offset = offsetOf(parts[8]);
  if (offset === undefined) return zone.at(year, month, day, hour) + rest;
  return Date.UTC(year, month - 1, day, hour) + rest - offset;
}

type Six = [number, number, number, number, number, number];

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text.length === 1) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}
