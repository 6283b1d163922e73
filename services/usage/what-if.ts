import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { type AsideRows, createAsideStore } from './aside-store.ts';
import { createMaterialiser } from './materialise.ts';
import type { UsageMeter } from './meter-config.ts';
import type { UsageSettings } from './usage-settings.ts';
import { outdatedBy } from './outdated-by.ts';

const FAR_MS = 8.64e15;

/** A meter's usage as it is and as it would be, made of the same readings; sums by start, from the first that may differ. */
export interface WhatIf {
  fromMs: number;
  before: AsideRows;
  after: AsideRows;
}

/** From when on two accounts of a meter differ; undefined where they do not. */
export function differFromMs(meter: UsageMeter, changed: UsageMeter, zone: Zone): number | undefined {
  const { id } = meter;
  const fromMs = outdatedBy(new Map([[id, meter]]), new Map([[id, changed]]), zone).meters.get(id);
  return fromMs === Number.POSITIVE_INFINITY ? undefined : fromMs;
}

/**
 * What a meter's usage would be if the registry said `changed` of it instead of `meter`: both are made by the very
 * materialiser, over a store that keeps what it writes to itself, from the readings stored when it is called. Nothing
 * is written. Undefined where the two do not differ.
 */
export async function whatIf(
  store: SeriesStore,
  zone: Zone,
  now: () => number,
  meter: UsageMeter,
  changed: UsageMeter,
  settings?: UsageSettings,
): Promise<WhatIf | undefined> {
  const { id } = meter;
  const fromMs = differFromMs(meter, changed, zone);
  if (fromMs === undefined) return undefined;
  const latest = await store.latest([id]);
  const manualMs = (changed.manual ?? []).map(({ atMs }) => atMs);
  const knownToMs = Math.max(0, ...latest.map(({ observedAtMs }) => observedAtMs), ...manualMs);
  const made = async (of: UsageMeter): Promise<AsideRows> => {
    const aside = createAsideStore(store, id, knownToMs);
    const materialiser = createMaterialiser(aside, zone, now, settings);
    // By itself: whom it counts for is another question.
    materialiser.useMeters([{ ...of, parentId: null, shares: [] }]);
    await aside.touch([{ meter: id, fromMs, toMs: FAR_MS }]);
    await materialiser.run();
    const failure = materialiser.failure();
    if (failure !== '') throw new PlatformError('not-ready', failure, { retryable: true });
    return aside.rows();
  };
  return { fromMs, before: await made(meter), after: await made(changed) };
}
