import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';

import type { ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createChangedSeries } from '../../../services/decisions/effect/changed-series.ts';
import { institutionChanges } from '../../../services/decisions/effect/institution-changes.ts';
import { loadRuleWindows } from '../../../services/rules/rule-window.ts';
import type { RuleSubject } from '../../../services/rules/rule-subject.ts';
import { parseRuleSettings } from '../../../services/rules/settings.ts';
import { createMaterialiser, type Materialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import { whatIf } from '../../../services/usage/what-if.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { seededRandom } from '../../support/random-life.ts';

const zone = createZone('Asia/Shanghai');
const HOUR = 3_600_000;
const start = zone.at(2026, 3, 30);
const END = start + 10 * 24 * HOUR;
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];
const KEYS = ['school', 'court'];

const stores: SeriesStore[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

const plain = (id: string, over: Partial<UsageMeter> = {}): UsageMeter => ({
  id,
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: null,
  ratedMaximum: null,
  expectedIntervalS: 3600,
  parentId: null,
  multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
  shares: [{ institutionId: 'school', subItem: null, share: 1, validFrom: '1970-01-01', validTo: null }],
  ...over,
});
const reading = (id: string, hour: number): ReadingRow => {
  const observedAtMs = start + hour * HOUR;
  return { meter: id, metric: 'total', observedAtMs, value: 100 + hour, receivedAtMs: 0, flags: 0, position: 1 };
};
const readings = (id: string, fromHour: number, toHour: number): ReadingRow[] =>
  Array.from({ length: toHour - fromHour + 1 }, (_, index) => reading(id, fromHour + index));

async function open(meters: readonly UsageMeter[]): Promise<{ store: SeriesStore; materialiser: Materialiser }> {
  const store = await openDuckdbStore({ file: ':memory:' });
  stores.push(store);
  const materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters(meters);
  return { store, materialiser };
}

async function sums(store: SeriesStore): Promise<string[]> {
  const out: string[] = [];
  for (const step of ['hour', 'day', 'month'] as const)
    for (const sum of await store.institutionUsage(step, KEYS, ...FAR))
      out.push(`${step} ${Object.values(sum).join(' ')}`);
  return out;
}

const missingHours = async (store: SeriesStore, step: 'hour' | 'day' | 'month'): Promise<number> =>
  (await store.institutionUsage(step, ['school'], ...FAR)).reduce((sum, { missingMs }) => sum + missingMs / HOUR, 0);

test('meters that die, begin late, or are silent for days: sums made in pieces are those made from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed);
      const upTo = (most: number): number => Math.floor(random() * most);
      const removedMs = start + (60 + upTo(60)) * HOUR;
      const removal = { kind: 'removal' as const, atMs: removedMs, closingRegister: null, openingRegister: null };
      const shares: UsageMeter['shares'] = [
        { institutionId: 'school', subItem: 'A1', share: 0.5, validFrom: '1970-01-01', validTo: '2026-04-02' },
        { institutionId: 'court', subItem: null, share: 0.5, validFrom: '1970-01-01', validTo: null },
      ];
      const meters = [
        plain('goes on'),
        plain('dies', { shares }),
        plain('late', { parentId: random() < 0.5 ? 'goes on' : null }),
        plain('silent', random() < 0.5 ? { expectedIntervalS: 900 } : {}),
        plain('removed', { events: [removal] }),
        plain('never'),
        plain('of court', { shares: [{ ...shares[1]!, share: 1 }] }),
      ];
      const silentFrom = 20 + upTo(30);
      const rows = [
        ...readings('goes on', 0, 120),
        ...readings('dies', 2, 10 + upTo(40)),
        ...readings('late', 30 + upTo(40), 80 + upTo(30)),
        ...readings('silent', 0, silentFrom),
        ...readings('silent', silentFrom + 20 + upTo(40), 120),
        ...readings('removed', 0, 40),
        ...readings('of court', 50, 120),
      ];
      const lateness = random() ** 3 * 100 * HOUR;
      const due = new Map(rows.map((row) => [row, row.observedAtMs + random() * lateness]));
      const arriving = rows.toSorted((a, b) => due.get(a)! - due.get(b)!);

      const pieces = await open(meters);
      let { materialiser } = pieces;
      const batch = 40 + upTo(120);
      for (let from = 0; from < arriving.length; from += batch) {
        await pieces.store.writeReadings(arriving.slice(from, from + batch));
        await materialiser.run();
        if (random() > 0.2) continue;
        materialiser = createMaterialiser(pieces.store, zone, () => END);
        materialiser.useMeters(meters);
      }
      const live = await sums(pieces.store);

      const whole = await open(meters);
      await whole.store.writeReadings(rows);
      await whole.materialiser.run();
      expect(live).toEqual(await sums(whole.store));
      expect(await missingHours(whole.store, 'hour')).toBeGreaterThan(0);
      expect(await missingHours(whole.store, 'day')).toBe(await missingHours(whole.store, 'hour'));
      expect(await missingHours(whole.store, 'month')).toBe(await missingHours(whole.store, 'hour'));

      await pieces.store.dropUsage();
      await materialiser.run();
      expect(await sums(pieces.store)).toEqual(live);
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 60_000);

test('a meter that has died is missing until it is back, and no more when it is', async () => {
  const { store, materialiser } = await open([plain('a'), plain('b')]);
  await store.writeReadings([...readings('a', 0, 10), ...readings('b', 0, 4)]);
  await materialiser.run();
  const missing = await missingHours(store, 'hour');
  await store.writeReadings(readings('a', 11, 20));
  await materialiser.run();
  expect(await missingHours(store, 'hour')).toBe(missing + 10);
  const reader = createUsageReader(store, zone, () => new Map(['a', 'b'].map((id) => [id, plain(id)])));
  const asked = [['school'], start, start + 24 * HOUR] as const;
  const [day] = await reader.institutionUsage(...asked, '1d');
  expect(day!.quality.missing).toBeCloseTo((missing + 10) / (day!.meterMs! / HOUR));
  const quarters = await reader.institutionUsage(...asked, '15m');
  const missingMs = quarters.reduce((sum, { quality, meterMs }) => sum + quality.missing * meterMs!, 0);
  expect(missingMs / HOUR).toBeCloseTo(missing + 10);

  await store.writeReadings(readings('b', 20, 20));
  await materialiser.run();
  expect(await missingHours(store, 'hour')).toBeLessThanOrEqual(2);
});

test('a meter whose removal is entered is missing no more from there on', async () => {
  const { store, materialiser } = await open([plain('a'), plain('b')]);
  await store.writeReadings([...readings('a', 0, 40), ...readings('b', 0, 4)]);
  await materialiser.run();
  const missing = await missingHours(store, 'hour');
  const removal = {
    kind: 'removal' as const,
    atMs: start + 30 * HOUR,
    closingRegister: null,
    openingRegister: null,
  };
  materialiser.useMeters([plain('a'), plain('b', { events: [removal] })]);
  await materialiser.run();
  const fresh = await open([plain('a'), plain('b', { events: [removal] })]);
  await fresh.store.writeReadings([...readings('a', 0, 40), ...readings('b', 0, 4)]);
  await fresh.materialiser.run();
  expect(await sums(store)).toEqual(await sums(fresh.store));
  expect(await missingHours(store, 'hour')).toBeLessThan(missing);
});

test('a meter of which the first reading is withdrawn is missed no earlier, once usage is made from nothing', async () => {
  const manual = [{ id: 'by hand', atMs: start + 2 * HOUR, register: 100 }];
  const rows = [...readings('a', 0, 40), ...readings('b', 20, 30)];
  const { store, materialiser } = await open([plain('a'), plain('b', { manual })]);
  await store.writeReadings(rows);
  await materialiser.run();
  materialiser.useMeters([plain('a'), plain('b')]);
  await materialiser.run();
  await store.dropUsage();
  await materialiser.run();
  const fresh = await open([plain('a'), plain('b')]);
  await fresh.store.writeReadings(rows);
  await fresh.materialiser.run();
  expect(await sums(store)).toEqual(await sums(fresh.store));
});

test('the store is asked for first usage when a meter is new or begins earlier, and not else', async () => {
  const { store } = await open([]);
  const asked: string[][] = [];
  const watched: SeriesStore = {
    ...store,
    firstUsage: (meters) => {
      asked.push([...meters]);
      return store.firstUsage(meters);
    },
  };
  const materialiser = createMaterialiser(watched, zone, () => END);
  materialiser.useMeters([plain('a'), plain('b')]);
  const write = async (...rows: ReadingRow[]): Promise<string[][]> => {
    await store.writeReadings(rows);
    await materialiser.run();
    return asked.splice(0);
  };
  expect(await write(...readings('a', 10, 12))).toEqual([['a', 'b']]);
  expect(await write(...readings('a', 13, 14))).toEqual([]);
  expect(await write(...readings('a', 15, 16), ...readings('b', 15, 16))).toEqual([['b']]);
  expect(await write(...readings('a', 17, 18), ...readings('b', 17, 18))).toEqual([]);
  expect(await write(...readings('a', 5, 6))).toEqual([['a']]);
  await store.dropUsage();
  await materialiser.logGiven();
  expect(await write()).toEqual([['a', 'b']]);
});

test.each([
  ['while it was silent', [{ id: 'x', atMs: start + 30 * HOUR, register: 140 }]],
  ['before its first usage', [{ id: 'x', atMs: start + 2 * HOUR, register: 90 }]],
  ['when nothing else was known', [{ id: 'x', atMs: start + 60 * HOUR, register: 170 }]],
])('what a reading by hand would change is what it changes, hour by hour: %s', async (_name, manual) => {
  const before = new Map(['a', 'b'].map((id) => [id, plain(id)]));
  const changed = plain('b', { manual });
  const { store, materialiser } = await open([...before.values()]);
  await store.writeReadings([...readings('a', 0, 40), ...readings('b', 6, 10)]);
  await materialiser.run();
  const found = await whatIf(store, zone, () => END, plain('b'), changed);
  const changes = await institutionChanges(store, zone, before, plain('b'), found!);
  const would = createChangedSeries(store, zone, changes);
  const of = async (series: Pick<SeriesStore, 'institutionUsage'>): Promise<string[]> => {
    const rows = await series.institutionUsage('hour', ['school'], ...FAR);
    return rows.map(({ startMs, micro, missingMs }) => `${(startMs - start) / HOUR} ${micro} ${missingMs / HOUR}`);
  };
  const expected = await of(would);
  materialiser.useMeters([plain('a'), changed]);
  await materialiser.run();
  expect(await of(store)).toEqual(expected);
});

test('rules see no load where a meter has died, and what is known of the use', async () => {
  const part = (subItem: string): Partial<UsageMeter> => ({
    shares: [{ institutionId: 'school', subItem, share: 1, validFrom: '1970-01-01', validTo: null }],
  });
  const { store, materialiser } = await open([plain('a', part('A1')), plain('b', part('B1'))]);
  await store.writeReadings([...readings('a', 0, 8), ...readings('b', 0, 4)]);
  await materialiser.run();
  const settings = parseRuleSettings('{}', 'school');
  if (!settings.ok) throw new Error(settings.reason);
  const subject = { institution: 'school', settings: settings.settings, points: [], heatMeters: [] };
  const windows = await loadRuleWindows(store, zone, [subject as unknown as RuleSubject], start, start + 8 * HOUR);
  const { powerKw, coolingKw, useMicro } = windows.get('school')!;
  const hoursOf = (map: ReadonlyMap<number, unknown> | undefined): number[] =>
    [...(map?.keys() ?? [])].map((ms) => (ms - start) / HOUR).sort((one, other) => one - other);
  expect(hoursOf(powerKw)).toEqual([0, 1, 2, 3]);
  expect(hoursOf(coolingKw)).toEqual([0, 1, 2, 3]);
  expect([...useMicro.get('electricity')!.values()]).toEqual(
    [2, 2, 2, 2, 1, 1, 1, 1].map((kwh) => BigInt(kwh) * 1_000_000n),
  );
});
