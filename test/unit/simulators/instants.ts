/** An instant by Baotou's wall clock, `2026-01-31` or `2026-01-31T15:00`. */
export function local(text: string): number {
  return Date.parse(`${text.length === 10 ? `${text}T00:00` : text}:00+08:00`);
}

export const HOUR_MS = 3_600_000;
