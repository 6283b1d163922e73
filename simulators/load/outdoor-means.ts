import { dayIndexOf, dayStartOf, CHINA_OFFSET_MS } from './local-days.ts';
import { outdoorOf } from './outdoor.ts';

/** The mean outdoor temperature, °C, of each local day (`YYYY-MM-DD`) that [fromMs, toMs] touches. */
export function outdoorMeans(fromMs: number, toMs: number, seed = 1): { date: string; meanC: number }[] {
  const rows: { date: string; meanC: number }[] = [];
  for (let day = dayIndexOf(fromMs); day <= dayIndexOf(toMs); day++) {
    const quarters = outdoorOf(day, seed);
    const meanC = quarters.reduce((sum, value) => sum + value, 0) / quarters.length;
    rows.push({ date: new Date(dayStartOf(day) + CHINA_OFFSET_MS).toISOString().slice(0, 10), meanC });
  }
  return rows;
}
