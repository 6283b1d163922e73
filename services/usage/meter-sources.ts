import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { UsageMeter } from './meter-config.ts';
import { registerPlan } from './register-plan.ts';
import type { TouchedMeter } from './resumptions.ts';
import { usageSource, type UsageSource } from './usage-source.ts';

/** Touched meters with what their usage is made of; the others have nothing that makes usage. */
export interface Sourced {
  metered: Required<TouchedMeter>[];
  /** Those that have it since what was touched: all their usage was made of something else. */
  changed: string[];
  without: UsageMeter[];
}

/** Knows what the usage of each meter is made of. A register that was stored once is remembered; the others are asked again. */
export interface MeterSources {
  of(touched: readonly TouchedMeter[]): Promise<Sourced>;
}

/** Starts without knowing any. */
export function createMeterSources(
  store: Pick<SeriesStore, 'latest' | 'registerBeforeEach'>,
  zone: Zone,
): MeterSources {
  const registered = new Set<string>();

  async function ask(touched: readonly TouchedMeter[]): Promise<Sourced> {
    const stored = new Map<string, Set<string>>();
    for (const { meter, metric } of await store.latest(touched.map((one) => one.meter.id)))
      stored.set(meter, (stored.get(meter) ?? new Set()).add(metric));
    const sourced: Sourced = { metered: [], changed: [], without: [] };
    const doubtful = new Map<UsageSource, TouchedMeter[]>();
    for (const one of touched) {
      const metrics = stored.get(one.meter.id) ?? new Set();
      const plan = registerPlan(one.meter, zone);
      const source = usageSource(metrics, plan);
      if (source === undefined) {
        sourced.without.push(one.meter);
        continue;
      }
      sourced.metered.push({ ...one, source });
      if (metrics.has('total')) registered.add(one.meter.id);
      if (!metrics.has(source) || !hasAnother(source, metrics, plan.given !== undefined)) continue;
      doubtful.set(source, [...(doubtful.get(source) ?? []), one]);
    }
    for (const [source, ones] of doubtful) {
      const instants = ones.map(({ meter, touchedMs }) => ({ meter: meter.id, atMs: touchedMs }));
      const before = await store.registerBeforeEach(instants, source);
      for (const { meter } of ones) if (!before.has(meter.id)) sourced.changed.push(meter.id);
    }
    return sourced;
  }

  return {
    of: async (touched) => {
      const known = touched.filter(({ meter }) => registered.has(meter.id));
      const unknown = touched.filter(({ meter }) => !registered.has(meter.id));
      const asked = unknown.length === 0 ? { metered: [], changed: [], without: [] } : await ask(unknown);
      return { ...asked, metered: [...known.map((one) => ({ ...one, source: 'total' as const })), ...asked.metered] };
    },
  };
}

/** Whether usage may have been made of something else before a source was there. */
function hasAnother(source: UsageSource, metrics: ReadonlySet<string>, isGiven: boolean): boolean {
  const behind = { total: ['delta', 'rate'], delta: ['rate'], rate: [] }[source];
  return behind.some((metric) => metrics.has(metric)) || (isGiven && source !== 'total');
}
