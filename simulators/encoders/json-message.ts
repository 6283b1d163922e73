/** A message of a device that publishes JSON on topics of its own. */
export interface JsonMessage {
  topic: string;
  payload: string;
}

/** What such a device measures: register in kWh (as `reverseKwh` what it gave back), power in W. */
export interface PlugReading {
  atMs: number;
  totalKwh: number;
  reverseKwh?: number;
  powerW?: number;
  voltage?: number;
  current?: number;
  powerFactor?: number;
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** Local date and time of mainland China without an offset, as `2026-01-08T14:30:00`. */
export function localTime(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19);
}

/** The object without what is undefined. */
export function known<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
