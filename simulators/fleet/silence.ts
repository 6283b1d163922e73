import { type FaultKind, faultsOf, isFaultDate } from '../faults.ts';
import { CHINA_OFFSET_MS, dayIndexOf } from '../load/local-days.ts';
import type { MeterModel } from '../load/meter-model.ts';

/** Tells the instants at which a meter sends nothing; undefined for one that is never silent. */
export function silenceOf(model: MeterModel): ((ms: number) => boolean) | undefined {
  return daysOf(model, 'silence');
}

/** Tells the instants whose readings are lost for good; undefined for a meter that loses none. */
export function outageOf(model: MeterModel): ((ms: number) => boolean) | undefined {
  return daysOf(model, 'outage');
}

function daysOf(model: MeterModel, kind: FaultKind): ((ms: number) => boolean) | undefined {
  const faults = faultsOf(model.faults, kind, model.spec);
  if (faults.length === 0) return undefined;
  const days = new Map<number, boolean>();
  return (ms) => {
    const day = dayIndexOf(ms);
    let isFaulty = days.get(day);
    if (isFaulty === undefined) {
      const date = new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 10);
      isFaulty = faults.some((fault) => isFaultDate(fault, date));
      days.set(day, isFaulty);
    }
    return isFaulty;
  };
}
