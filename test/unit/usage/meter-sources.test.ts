import { expect, onTestFinished, test } from 'vitest';

import type { Metric } from '../../../domain/quantity.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createMaterialiser, type UsageChange } from '../../../services/usage/materialise.ts';
import type { ManualPoint, UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { plainMeter } from '../../support/random-life.ts';

const zone = createZone('Asia/Shanghai');
const HOUR = 3_600_000;
const T0 = zone.at(2026, 4, 1);
const NOW = T0 + 10 * HOUR;
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];

const meter: UsageMeter = { ...plainMeter('m'), registerModulus: null, expectedIntervalS: 3600 };

function row(hour: number, value: number, metric: Metric = 'total'): ReadingRow {
  const at = T0 + hour * HOUR;
  return { meter: 'm', metric, observedAtMs: at, value, receivedAtMs: at, flags: 0, position: 1 };
}

const amount = (hour: number, value: number, fromHour?: number): ReadingRow[] => [
  row(hour, value, 'delta'),
  ...(fromHour === undefined ? [] : [row(hour, T0 + fromHour * HOUR, 'deltaFrom')]),
];

const readByHand = (...points: [hour: number, register: number][]): ManualPoint[] =>
  points.map(([hour, register], index) => ({ id: `r${index}`, atMs: T0 + hour * HOUR, register }));

async function open() {
  const store = await openDuckdbStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  let materialiser = createMaterialiser(store, zone, () => NOW);
  const told: UsageChange[] = [];
  return {
    store,
    told,
    /** As if the process had ended: what is remembered is forgotten, the registry as it was last known. */
    restart: (known: UsageMeter) => {
      materialiser = createMaterialiser(store, zone, () => NOW);
      materialiser.useMeters([known], true);
    },
    rebuild: async () => {
      await materialiser.logGiven();
      await materialiser.run();
    },
    make: async (of: UsageMeter, rows: readonly ReadingRow[] = []) => {
      if (rows.length > 0) await store.writeReadings(rows);
      materialiser.useMeters([of]);
      while (await materialiser.run(async (change) => void told.push(structuredClone(change)))) continue;
      expect(materialiser.failure()).toBe('');
      return hours(store, of);
    },
  };
}

/** Amounts in kWh and how they are known, of the ten hours from T0 on; `-`: missing. */
async function hours(store: SeriesStore, of: UsageMeter): Promise<string> {
  const reader = createUsageReader(store, zone, () => new Map([[of.id, of]]));
  const items = await reader.meterUsage(of.id, T0, NOW, '1h');
  const sign = { measured: '', interpolated: 'i', estimated: 'e', manual: 'm', missing: '' };
  return items.map(({ micro, quality }) => `${micro === null ? '-' : Number(micro) / 1e6}${sign[quality]}`).join(' ');
}

test('a meter that only people read makes usage; what they take back is none any more', async () => {
  const { make, store, told } = await open();
  const manual = readByHand([0, 100], [2, 104], [8, 110]);
  expect(await make(meter)).toBe('- - - - - - - - - -');
  expect(await make({ ...meter, manual: manual.slice(0, 2) })).toBe('2m 2m - - - - - - - -');
  expect(await make({ ...meter, manual })).toBe('2m 2m 1m 1m 1m 1m 1m 1m - -');
  const days = await store.meterUsage('day', ['m'], ...FAR);
  expect(days.map(({ micro, manualMs }) => [micro, manualMs / HOUR])).toEqual([[10_000_000n, 8]]);
  told.length = 0;
  expect(await make(meter)).toBe('- - - - - - - - - -');
  expect(told.map(({ institutions }) => [...institutions])).toEqual([[['school', T0]]]);
  expect(
    (await store.meterUsage('day', ['m'], ...FAR)).map(({ micro, missingMs }) => [micro, missingMs / HOUR]),
  ).toEqual([[0n, 24]]);
});

test('a meter that is known with what people read makes usage, and after a rebuild', async () => {
  const { make, store, rebuild } = await open();
  const manual = readByHand([0, 100], [2, 104]);
  expect(await make({ ...meter, manual })).toBe('2m 2m - - - - - - - -');
  await store.dropUsage();
  await rebuild();
  expect(await hours(store, meter)).toBe('2m 2m - - - - - - - -');
});

test('readings of people and of the meter are one curve, whichever came first', async () => {
  const rows = [row(0, 10), row(1, 11), row(6, 20), row(7, 21)];
  const manual = readByHand([4, 14]);
  const want = '1 1m 1m 1m 3m 3m 1 - - -';
  const first = await open();
  await first.make(meter, rows);
  expect(await first.make({ ...meter, manual })).toBe(want);
  const second = await open();
  await second.make({ ...meter, manual }, rows.slice(0, 2));
  expect(await second.make({ ...meter, manual }, rows.slice(2))).toBe(want);
});

test('amounts make usage from where they say that they begin, one by one as all at once', async () => {
  const rows = [...amount(1, 2, 0), ...amount(3, 4, 1), ...amount(4, 1), ...amount(8, 2, 7)];
  const want = '2 2i 2i 1 - - - 2 - -';
  const once = await open();
  expect(await once.make(meter, rows)).toBe(want);
  const live = await open();
  for (const one of [amount(1, 2, 0), amount(3, 4, 1), amount(4, 1), amount(8, 2, 7)]) await live.make(meter, one);
  expect(await hours(live.store, meter)).toBe(want);
  const late = await open();
  for (const one of [amount(8, 2, 7), amount(3, 4, 1), amount(4, 1), amount(1, 2, 0)]) {
    await late.make(meter, one);
    late.restart(meter);
  }
  expect(await hours(late.store, meter)).toBe(want);
});

test('an amount that begins before all usage there is', async () => {
  const { make } = await open();
  await make(meter, amount(8, 1, 7));
  expect(await make(meter, amount(4, 8, 0))).toBe('2e 2e 2e 2e - - - 1 - -');
});

test('a rate is integrated, and estimated', async () => {
  const { make } = await open();
  const rows = [row(0, 2, 'rate'), row(1, 2, 'rate'), row(2, 4, 'rate')];
  expect(await make(meter, rows)).toBe('2e 3e - - - - - - - -');
  expect(await make(meter, [row(3, 4, 'rate')])).toBe('2e 3e 4e - - - - - - -');
});

for (const restarts of [false, true])
  test(`a register begins to be told where only a rate was: all usage is the register's${restarts ? ', after a restart too' : ''}`, async () => {
    const { make, restart, told } = await open();
    const rates = Array.from({ length: 6 }, (_, hour) => row(hour, 2, 'rate'));
    expect(await make(meter, rates)).toBe('2e 2e 2e 2e 2e - - - - -');
    if (restarts) restart(meter);
    told.length = 0;
    expect(await make(meter, [row(4, 10), row(6, 11, 'rate')])).toBe('- - - - - - - - - -');
    expect(told.map(({ institutions, meters }) => [...institutions, ...meters])).toEqual([
      [
        ['school', T0],
        ['m', T0],
      ],
    ]);
    expect(await make(meter, [row(5, 13)])).toBe('- - - - 3 - - - - -');
    // A late one of before is the register's too, and rates change nothing any more.
    expect(await make(meter, [row(2, 4), row(7, 9, 'rate')])).toBe('- - 3i 3i 3 - - - - -');
  });

test('amounts begin to be told where people had read the register', async () => {
  const { make } = await open();
  const known = { ...meter, manual: readByHand([0, 100], [2, 104]) };
  await make(meter);
  expect(await make(known)).toBe('2m 2m - - - - - - - -');
  expect(await make(known, amount(5, 3, 4))).toBe('- - - - 3 - - - - -');
});

test('a virtual meter has nothing stored', async () => {
  const { make, store } = await open();
  await make({ ...meter, terms: [{ meterId: 'x', factor: 1 }] }, [row(0, 1), row(1, 2)]);
  expect(await store.meterUsage('hour', ['m'], ...FAR)).toEqual([]);
});
