import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Finding } from '../../../domain/finding.ts';
import { QUALITY_CODE } from '../../../domain/quality.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createUsageSettings } from '../../../services/usage/create-usage-settings.ts';
import { qualityOf } from '../../../services/usage/interval-code.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { seededRandom } from '../../support/random-life.ts';
import { registerHistory } from '../../support/register-history.ts';

const zone = createZone('Asia/Shanghai');
const settings = createUsageSettings(zone, { stuckDays: 1 });
const END = zone.at(2027, 1, 1);
const IDS = ['a', 'b', 'c'];

interface Kept {
  store: SeriesStore;
  use(meters: readonly UsageMeter[]): void;
  run(): Promise<void>;
  /** A process that ends, and another that begins. */
  restart(): void;
  /** Intervals, sums and findings as text, without what is missing: where usage was once known, that stays explicit. */
  stored(): Promise<string[]>;
}

async function openKept(): Promise<Kept> {
  const store = await openDuckdbStore({ file: ':memory:' });
  const findings = new Map<string, Finding[]>();
  const open = () => createMaterialiser(store, zone, () => END, settings);
  let materialiser = open();
  let meters: readonly UsageMeter[] = [];
  return {
    store,
    use: (list) => materialiser.useMeters((meters = list)),
    run: async () => {
      const isMore = (): Promise<boolean> =>
        materialiser.run(async (change) => {
          for (const [meter, found] of change.findings ?? []) {
            const kept = (findings.get(meter) ?? []).filter(({ toMs }) => toMs < found.fromMs);
            findings.set(meter, [...kept, ...found.findings]);
          }
        });
      while (await isMore()) continue;
      expect(materialiser.failure()).toBe('');
    },
    restart: () => {
      materialiser = open();
      materialiser.useMeters(meters);
    },
    stored: async () => {
      const out: string[] = [];
      for (const { meter, starts, values, qualities, states } of await store.baseUsageOfEach(IDS, 0, END))
        for (const [index, at] of starts.entries())
          if (qualityOf(qualities[index]!) !== QUALITY_CODE.missing)
            out.push(`${meter} ${at} ${values[index]} ${qualities[index]} ${states[index]}`);
      for (const step of ['hour', 'day', 'month'] as const) {
        for (const sum of await store.meterUsage(step, IDS, 0, END))
          if (sum.missingMs < sum.endMs - sum.startMs) out.push(Object.values(sum).join(' '));
        for (const sum of await store.institutionUsage(step, ['school'], 0, END))
          if (sum.measuredMs + sum.estimatedMs + sum.manualMs > 0) out.push(Object.values(sum).join(' '));
      }
      for (const [meter, found] of findings)
        for (const one of found) out.push(`${meter} ${Object.values(one).join(' ')}`);
      return out.sort();
    },
  };
}

test('readings late and shuffled, decisions that come and go, restarts: the bytes of a run from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed);
      const histories = IDS.map((id, index) => {
        const { meter, readings } = registerHistory(seed + index, zone, 3);
        const rows = readings.map(([observedAtMs, value]): ReadingRow => ({
          meter: id,
          metric: 'total',
          observedAtMs,
          value,
          receivedAtMs: observedAtMs,
          flags: 0,
          position: 1,
        }));
        return { meter: { ...meter, id }, rows };
      });
      const meters = histories.map(({ meter }) => meter);
      const rows = histories.flatMap((history) => history.rows);

      const once = await openKept();
      await once.store.writeReadings(rows);
      once.use(meters);
      await once.run();
      const want = await once.stored();
      await once.store.close();

      const some = (meter: UsageMeter): UsageMeter => {
        if (random() < 0.5) return meter;
        const { decisions = [], manual = [], ...rest } = meter;
        return {
          ...rest,
          decisions: decisions.filter(() => random() < 0.6),
          manual: manual.filter(() => random() < 0.6),
        };
      };
      const live = await openKept();
      live.use(meters.map(some));
      const disorder = random() ** 4;
      const lateness = new Map(rows.map((one) => [one, one.observedAtMs + random() * disorder * 86_400_000]));
      const arriving = rows.toSorted((a, b) => lateness.get(a)! - lateness.get(b)!);
      for (let at = 0, size = 0; at < arriving.length; at += size) {
        size = 1 + Math.floor(random() ** 3 * 60);
        await live.store.writeReadings(arriving.slice(at, at + size));
        if (random() < 0.15) live.use(meters.map(some));
        await live.run();
        if (random() < 0.05) live.restart();
      }
      live.use(meters);
      await live.run();
      expect(await live.stored()).toEqual(want);
      await live.store.close();
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);
