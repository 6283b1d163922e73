import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ReadingRow } from '../../../domain/reading.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { lifeOf, LIFE_END_MS as END, LIFE_ZONE as zone, seededRandom } from '../../support/random-life.ts';

const DAY = 86_400_000;
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];

/** All that is stored of usage: intervals with their states, and every sum; stores have an order of their own. */
async function stored(store: SeriesStore, ids: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const { meter, starts, values, qualities, states } of await store.baseUsageOfEach(ids, ...FAR))
    for (const [index, at] of starts.entries())
      out.push(`${meter} ${at} ${values[index]} ${qualities[index]} ${states[index]}`);
  for (const step of ['hour', 'day', 'month'] as const) {
    for (const sum of await store.meterUsage(step, ids, ...FAR)) out.push(Object.values(sum).join(' '));
    for (const sum of await store.institutionUsage(step, ['school', 'court'], ...FAR))
      out.push(Object.values(sum).join(' '));
  }
  return out.sort();
}

async function madeAtOnce(meters: readonly UsageMeter[], rows: readonly ReadingRow[]): Promise<string[]> {
  const store = await openDuckdbStore({ file: ':memory:' });
  await store.writeReadings(rows);
  const materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters(meters);
  await materialiser.run();
  const made = await stored(
    store,
    meters.map(({ id }) => id),
  );
  await store.close();
  return made;
}

test('meters that are replaced and change their multipliers: any order and batching makes the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 100, max: 400 }),
      fc.double({ min: 0, max: 1 }),
      async (...given) => {
        const [seed, batch, disorder] = given;
        const random = seededRandom(seed);
        const lives = ['a', 'b', 'c', 'd'].map((id) => lifeOf(id, random));
        const meters = lives.map(({ meter }) => meter);
        const ids = meters.map(({ id }) => id);
        const rows = lives.flatMap((life) => life.rows).sort((a, b) => a.observedAtMs - b.observedAtMs);
        // From in order to thoroughly shuffled, and some twice.
        const lateness = new Map(rows.map((one) => [one, one.observedAtMs + random() * disorder ** 4 * 6 * DAY]));
        const arriving = [...rows.toSorted((a, b) => lateness.get(a)! - lateness.get(b)!), ...rows.slice(0, 30)];

        const store = await openDuckdbStore({ file: ':memory:' });
        let materialiser = createMaterialiser(store, zone, () => END);
        materialiser.useMeters(meters);
        for (let at = 0; at < arriving.length; at += batch) {
          await store.writeReadings(arriving.slice(at, at + batch));
          if (random() < 0.4) await materialiser.run();
          if (random() < 0.1) {
            materialiser = createMaterialiser(store, zone, () => END);
            materialiser.useMeters(meters);
          }
        }
        await materialiser.run();
        const live = await stored(store, ids);
        expect(live).toEqual(await madeAtOnce(meters, rows));
        await store.dropUsage();
        await materialiser.run();
        expect(await stored(store, ids)).toEqual(live);
        await store.close();
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);
