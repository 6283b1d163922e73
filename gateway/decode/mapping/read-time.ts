import type { Zone } from '../../../domain/zone.ts';

/** How a payload tells the time: domain/field-mapping.ts. */
export type TimeFormat = 'epoch-s' | 'epoch-ms' | 'rfc3339' | 'local' | 'auto';

const DATE_TIME =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[Tt ](\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d:?\d\d)?$/;
const DIGITS = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{1,3})?$/;
const NUMBER = /^-?\d{1,16}(\.\d{1,9})?$/;
/** Between the two, seconds and milliseconds of this century cannot be mistaken for each other. */
const SECONDS_BELOW = 1e11;
/** What a date can tell. */
const MAX_MS = 8.64e15;

/** The instant that a value tells, epoch milliseconds; undefined where it tells none in that format. */
export function readTime(value: unknown, format: TimeFormat, zone: Zone): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : undefined;
  switch (format) {
    case 'epoch-s':
      return instant(number === undefined ? undefined : number * 1000);
    case 'epoch-ms':
      return instant(number);
    case 'rfc3339':
      return typeof value === 'string' ? dateTime(value, undefined) : undefined;
    case 'local':
      return typeof value === 'string' || typeof value === 'number' ? localTime(String(value), zone) : undefined;
    default: {
      const local = typeof value === 'string' ? localTime(value, zone) : undefined;
      if (local !== undefined || number === undefined) return local;
      return instant(number < SECONDS_BELOW ? number * 1000 : number);
    }
  }
}

function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

function instant(ms: number | undefined): number | undefined {
  return ms !== undefined && Math.abs(ms) <= MAX_MS ? Math.round(ms) : undefined;
}

function localTime(text: string, zone: Zone): number | undefined {
  const parts = DIGITS.exec(text);
  return parts === null ? dateTime(text, zone) : atLocal(parts, zone);
}

// With an offset where the text has one; without it a local time, where a zone is given.
function dateTime(text: string, zone: Zone | undefined): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const offset = parts[8];
  if (offset === undefined) return zone === undefined ? undefined : atLocal(parts, zone);
  const utcMs = atLocal(parts, UTC);
  const offsetMs = offsetOf(offset);
  return utcMs === undefined || offsetMs === undefined ? undefined : utcMs - offsetMs;
}

const UTC = { at: (year: number, month: number, day: number, hour = 0) => Date.UTC(year, month - 1, day, hour) };

function atLocal(parts: RegExpExecArray, zone: Pick<Zone, 'at'>): number | undefined {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 || year < 1970) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const fraction = parts[7] === undefined ? 0 : Math.round(Number(`0.${parts[7]}`) * 1000);
  return zone.at(year, month, day, hour) + minute * 60_000 + second * 1000 + fraction;
}

function offsetOf(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
