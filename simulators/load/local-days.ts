/** Mainland China keeps one offset all year (no daylight saving since 1991), so local days are plain arithmetic. */
export const CHINA_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
export const QUARTER_MS = 900_000;
export const QUARTERS = 96;

/** The local day that an instant lies in, counted from 1 January 1970. */
export function dayIndexOf(ms: number): number {
  return Math.floor((ms + CHINA_OFFSET_MS) / DAY_MS);
}

/** The instant at which a local day begins. */
export function dayStartOf(index: number): number {
  return index * DAY_MS - CHINA_OFFSET_MS;
}

/** Where simulated registers begin: 1 January 2025, local time. Earlier instants are counted back from it. */
export const ORIGIN_DAY = dayIndexOf(Date.UTC(2025, 0, 1) - CHINA_OFFSET_MS);
