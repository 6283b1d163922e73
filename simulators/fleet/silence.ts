import { faultsOf, isFaultDate } from '../faults.ts';
import { CHINA_OFFSET_MS, dayIndexOf } from '../load/local-days.ts';
import type { MeterModel } from '../load/meter-model.ts';

/** Tells the instants at which a meter sends nothing; undefined for one that is never silent. */
export function silenceOf(model: MeterModel): ((ms: number) => boolean) | undefined {
  const faults = faultsOf(model.faults, 'silence', model.spec);
  if (faults.length === 0) return undefined;
  const days = new Map<number, boolean>();
  return (ms) => {
    const day = dayIndexOf(ms);
    let silent = days.get(day);
    if (silent === undefined) {
      const date = new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 10);
      silent = faults.some((fault) => isFaultDate(fault, date));
      days.set(day, silent);
    }
    return silent;
  };
}
