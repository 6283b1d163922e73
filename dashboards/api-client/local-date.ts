const DAY_MS = 86_400_000;
/** Asia/Shanghai has had no daylight saving since 1991: one offset is right for every reading there can be. */
const OFFSET_MS = 8 * 3_600_000;

/** `2026-11-22`: a calendar date of Asia/Shanghai, whatever the browser's zone. */
export type LocalDate = string;

/** The date in Shanghai at an instant (RFC 3339 or epoch milliseconds). */
export function localDateOf(instant: string | number): LocalDate {
  return wallTimeOf(instant).slice(0, 10);
}

/** `2026-11-22T13:45:00`, the wall clock of Shanghai at an instant. */
export function wallTimeOf(instant: string | number): string {
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 19);
}

/** The instant at which a date begins in Shanghai, with its offset. */
export function dayStart(date: LocalDate): string {
  return `${date}T00:00:00+08:00`;
}

/** The date `days` later (or earlier, where negative). */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first day of the month that lies `months` after the one of `date`. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1))
    .toISOString()
    .slice(0, 10);
}

/** The share of a year that is over at the end of a date, 0 to 1. */
export function yearElapsed(date: LocalDate): number {
  const start = Date.UTC(Number(date.slice(0, 4)), 0, 1);
  const end = Date.UTC(Number(date.slice(0, 4)) + 1, 0, 1);
  return (Date.parse(`${date}T00:00:00Z`) + DAY_MS - start) / (end - start);
}
