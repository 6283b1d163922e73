import { afterAll, beforeAll, expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import type { CostCheck, InstitutionCostAnswer, MeterCostAnswer } from '../../services/api/schemas/cost.ts';
import { loadPricing } from '../../services/cost/cost-inputs.ts';
import { yearCost } from '../../services/cost/year-cost.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { createZone as createZoneOf } from '../../services/registry/zones.ts';
import { createUsageReader } from '../../services/usage/read-usage.ts';
import { type ApiFixture, type FixtureUser, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { FOUR_WINDOWS } from '../support/cost-plan.ts';

const HOUR_MS = 3_600_000;
const ms = (text: string): number => Date.parse(`${text}:00+08:00`);
const NOW = ms('2026-05-15T10:00');
const MARCH = ms('2026-03-01T00:00');

let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
  await tariff('four', FOUR_WINDOWS, '2026-03-01');
  await tariff('steps', {
    kind: 'tiered',
    per: 'month',
    steps: [
      { upTo: '100', price: '0.5' },
      { upTo: '500', price: '0.8' },
      { upTo: null, price: '1.1' },
    ],
    fixedPerMonth: '30',
  });
  await assign('electricity/2026-03-01', 'four');
  await assign('electricity/2026-01-01?institution=library', 'steps');
  await api.addReadings([
    // The archive: 2 kWh an hour since February, and nothing on the second of May between 08:00 and 11:00.
    ...hourlyRegister('archive-main', 2, ms('2026-02-01T00:00'), NOW),
    ...tariffRegisters('archive-main', 2, MARCH, NOW),
    ...hourlyRegister('library-main', 1.5, ms('2026-04-01T00:00'), NOW),
    ...hourlyRegister('school-main', 1, ms('2026-05-02T00:00'), ms('2026-05-02T08:00')),
    ...hourlyRegister('school-main', 1, ms('2026-05-02T11:00'), ms('2026-05-03T00:00')).map((row) => ({
      ...row,
      value: row.value - 900,
    })),
  ]);
});
afterAll(() => api.close());

async function tariff(id: string, prices: object, validFrom = '2020-01-01'): Promise<void> {
  const payload = { id, name: id, medium: 'electricity', versions: [{ validFrom, prices }] };
  const made = await api.as('bureau', { method: 'POST', url: '/api/tariffs', payload });
  expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
}

async function assign(path: string, tariffId: string): Promise<void> {
  const made = await api.as('bureau', {
    method: 'PUT',
    url: `/api/tariff-assignments/${path}`,
    payload: { tariffId },
  });
  expect([made.statusCode, made.body]).toEqual([200, expect.any(String)]);
}

/** t1…t4 as a meter counts them that rises by `kwhPerHour`, by the four windows. */
function tariffRegisters(meter: string, kwhPerHour: number, fromMs: number, toMs: number): ReadingRow[] {
  const sums = { t2: 50, t3: 70, t4: 90 };
  const rows: ReadingRow[] = [];
  for (let at = fromMs; at <= toMs; at += HOUR_MS) {
    for (const metric of ['t2', 't3', 't4'] as const) {
      rows.push({ meter, metric, observedAtMs: at, value: sums[metric], receivedAtMs: at, flags: 0, position: 1 });
    }
    const hour = (new Date(at).getUTCHours() + 8) % 24;
    sums[hour >= 18 && hour < 22 ? 't2' : hour >= 8 && hour < 18 ? 't3' : 't4'] += kwhPerHour;
  }
  return rows;
}

const range = (from: string, to: string): string => `from=${ms(from)}&to=${ms(to)}`;
async function costOf<T = InstitutionCostAnswer>(path: string, query: string, user: FixtureUser = 'admin'): Promise<T> {
  const answer = await api.as(user, { url: `/api/${path}/cost?${query}` });
  expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
  return answer.json<T>();
}
const yuanSum = (costs: readonly (string | null)[]): number =>
  costs.reduce((sum, cost) => sum + Math.round(Number(cost ?? 0) * 1e9), 0) / 1e9;

test('a day of an institution: cost by period, kgce, CO₂, and what it was made with', async () => {
  const { items, totals, assumedYears, next } = await costOf(
    'institutions/archive',
    range('2026-05-01T00:00', '2026-05-02T00:00'),
  );
  const fields = {
    value: 48,
    unit: 'kWh',
    cost: '21.2',
    reason: null,
    coverage: 1,
    byPeriod: [
      { period: 'peak', value: 8, cost: '7.2' },
      { period: 'flat', value: 20, cost: '10' },
      { period: 'valley', value: 20, cost: '4' },
    ],
    kgce: expect.closeTo(48 * 0.1229, 9),
    co2Kg: expect.closeTo(48 * 0.6479, 9),
    tariffs: [{ id: 'four', validFrom: '2026-03-01' }],
    coefficientSets: ['gbt2589-2020/grid-2023'],
  };
  expect(items).toEqual([
    {
      start: '2026-05-01T00:00:00+08:00',
      end: '2026-05-02T00:00:00+08:00',
      medium: 'electricity',
      subItem: 'A',
      ...fields,
      quality: { measured: 1, estimated: 0, manual: 0, missing: 0 },
    },
  ]);
  expect(totals).toEqual([{ medium: 'electricity', ...fields, fixed: null }]);
  expect([assumedYears, next]).toEqual([[], null]);
});

test.each(['archive', 'library'])(
  '%s: quarter hours, hours and days sum to the month, meter and institution alike',
  async (id) => {
    const april = range('2026-04-01T00:00', '2026-05-01T00:00');
    const [month] = (await costOf(`institutions/${id}`, `step=1mo&${april}`)).items;
    for (const step of ['1d', '1h', '15m']) {
      const { items, totals } = await costOf(`institutions/${id}`, `step=${step}&${april}`);
      expect(yuanSum(items.map(({ cost }) => cost))).toBe(Number(month!.cost));
      expect(totals[0]).toMatchObject({ cost: month!.cost, coverage: 1, reason: null });
      const meter = await costOf<MeterCostAnswer>(`meters/${id}-main`, `step=${step}&${april}`);
      expect(meter.items.map(({ cost }) => cost)).toEqual(items.map(({ cost }) => cost));
      expect(meter.totals[0]).toMatchObject({ cost: month!.cost, byPeriod: month!.byPeriod });
    }
  },
);

test('steps count from the beginning of the month, whatever part of it is asked for', async () => {
  // 1.5 kWh an hour: 36 a day. 72 at the end of the second, 100 on the third; 500 on the fourteenth.
  const { items, totals } = await costOf('institutions/library', range('2026-04-03T00:00', '2026-04-04T00:00'));
  expect(items).toMatchObject([{ value: 36, cost: '20.4', byPeriod: null }]);
  expect(totals).toMatchObject([{ cost: '20.4', fixed: null }]);
  // The hour in which the edge lies, 0.5 kWh below and 1 above it, is one price for its quarters.
  const quarter = await costOf('institutions/library', `step=15m&${range('2026-04-14T21:15', '2026-04-14T21:30')}`);
  expect(quarter.items).toMatchObject([{ value: 0.375, cost: '0.375' }]);
  const month = await costOf('institutions/library', `step=1mo&${range('2026-04-01T00:00', '2026-05-01T00:00')}`);
  expect(month.totals).toMatchObject([{ value: 1080, cost: String(50 + 400 * 0.8 + 580 * 1.1), fixed: '30' }]);
});

test('the fixed part counts for months that begin within the range', async () => {
  const { totals } = await costOf('institutions/library', range('2026-04-02T00:00', '2026-05-15T00:00'));
  expect(totals).toMatchObject([{ fixed: '30' }]);
});

test('what is missing costs null and never 0; a longer period says what it covers', async () => {
  const query = range('2026-05-02T00:00', '2026-05-03T00:00');
  const hours = await costOf<MeterCostAnswer>('meters/school-main', `step=1h&${query}`);
  expect(hours.items.map(({ value, cost, reason }) => [value, cost, reason])).toEqual(
    Array.from({ length: 24 }, (_, hour) => {
      if (hour >= 8 && hour < 11) return [null, null, 'missing'];
      return [1, hour < 8 || hour >= 22 ? '0.2' : hour < 18 ? '0.5' : '0.9', null];
    }),
  );
  const day = await costOf('institutions/school', query);
  expect(day.items).toMatchObject([{ value: 21, cost: '9.1', reason: 'missing', coverage: 21 / 24 }]);
  expect(day.totals).toMatchObject([{ value: 21, cost: '9.1', reason: 'missing', coverage: 21 / 24 }]);
  const nothing = await costOf('institutions/school', `medium=water&${query}`);
  expect(nothing).toMatchObject({
    items: [],
    totals: [{ medium: 'water', cost: null, reason: 'missing', coverage: 0 }],
  });
});

test('hours without a tariff cost null with the reason; kgce is told of them all the same', async () => {
  const { items, totals } = await costOf('institutions/archive', range('2026-02-28T00:00', '2026-03-02T00:00'));
  expect(items).toMatchObject([
    { value: 48, cost: null, reason: 'no-tariff', coverage: 0, kgce: expect.closeTo(48 * 0.1229, 9), tariffs: [] },
    { value: 48, cost: '21.2', reason: null, coverage: 1 },
  ]);
  expect(totals).toMatchObject([{ value: 96, cost: '21.2', reason: 'no-tariff', coverage: 0.5 }]);
});

test("an institution's own tariff holds from its day on; a corrected version changes what is past", async () => {
  await tariff('own', { kind: 'flat', price: '1' });
  await assign('electricity/2026-05-10?institution=archive', 'own');
  const days = range('2026-05-09T00:00', '2026-05-11T00:00');
  const costs = async (): Promise<(string | null)[]> =>
    (await costOf('institutions/archive', days)).items.map(({ cost }) => cost);
  expect(await costs()).toEqual(['21.2', '48']);
  const payload = { kind: 'flat', price: '2' };
  await api.as('bureau', { method: 'PUT', url: '/api/tariffs/own/versions/2020-01-01', payload });
  expect(await costs()).toEqual(['21.2', '96']);
});

test('what a meter of photovoltaics counts is not bought', async () => {
  const payload = {
    id: 'archive-pv',
    institutionId: 'archive',
    collectorId: 'c1',
    medium: 'electricity',
    direction: 'pv',
  };
  const made = await api.as('admin', { method: 'POST', url: '/api/meters', payload });
  expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
  const { items } = await costOf<MeterCostAnswer>('meters/archive-pv', range('2026-05-01T00:00', '2026-05-02T00:00'));
  expect(items).toMatchObject([{ cost: null, reason: 'not-bought' }]);
});

async function check(meter: string, from: string, to: string): Promise<CostCheck> {
  const answer = await api.as('admin', { url: `/api/meters/${meter}/cost-check?${range(from, to)}` });
  expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
  return answer.json();
}

test('t1…t4 of a meter agree with its intervals', async () => {
  const april = await check('archive-main', '2026-04-01T00:00', '2026-05-01T00:00');
  expect(april).toMatchObject({
    verdict: 'agrees',
    limit: 0.02,
    unit: 'kWh',
    intervalCoverage: 1,
    registerCoverage: 1,
  });
  expect(
    april.items.map(({ register, registerValue, intervalValue, deviation }) => [
      register,
      registerValue,
      intervalValue,
      deviation,
    ]),
  ).toEqual([
    ['t1', null, 0, null],
    ['t2', 240, 240, 0],
    ['t3', 600, 600, 0],
    ['t4', 600, 600, 0],
  ]);
});

test('windows that the meter does not have are found, and change no cost', async () => {
  const shifted: object = JSON.parse(JSON.stringify(FOUR_WINDOWS).replaceAll('08:00', '09:00'));
  const put = (payload: object) =>
    api.as('bureau', { method: 'PUT', url: '/api/tariffs/four/versions/2026-03-01', payload });
  expect((await put(shifted)).statusCode).toBe(200);
  const found = await check('archive-main', '2026-04-01T00:00', '2026-05-01T00:00');
  expect(found.verdict).toBe('deviates');
  expect(found.items.map(({ register, deviation, exceeds }) => [register, deviation, exceeds])).toEqual([
    ['t1', null, false],
    ['t2', 0, false],
    ['t3', -0.1, true],
    ['t4', 0.1, true],
  ]);
  expect((await put(FOUR_WINDOWS)).statusCode).toBe(200);
});

test.each([
  ['registers that were not read yet', 'archive-main', '2026-02-25T00:00', '2026-03-02T00:00', 'incomplete'],
  ['a range that goes on', 'archive-main', '2026-05-09T00:00', '2026-05-20T00:00', 'incomplete'],
  ['days that another tariff holds on', 'archive-main', '2026-05-09T00:00', '2026-05-11T00:00', 'incomplete'],
  ['days of one price', 'archive-main', '2026-05-11T00:00', '2026-05-12T00:00', 'no-time-of-use'],
  ['a meter without such registers', 'school-main', '2026-05-02T00:00', '2026-05-03T00:00', 'no-registers'],
])('nothing is judged of %s', async (_name, meter, from, to, verdict) => {
  const found = await check(meter, from, to);
  expect([found.verdict, found.items.some(({ exceeds }) => exceeds)]).toEqual([verdict, false]);
});

test.each([
  ['/api/institutions/archive/cost', `step=1d&${range('2026-05-01T01:00', '2026-05-02T00:00')}`, 'from: '],
  ['/api/meters/archive-main/cost', `step=1h&${range('2026-05-01T00:00', '2026-05-01T00:30')}`, 'to: '],
  ['/api/meters/archive-main/cost-check', range('2026-05-01T00:10', '2026-05-02T00:00'), 'from: '],
  ['/api/meters/archive-room/cost', range('2026-05-01T00:00', '2026-05-02T00:00'), 'temperature'],
  ['/api/meters/archive-room/cost-check', range('2026-05-01T00:00', '2026-05-02T00:00'), 'temperature'],
])('%s?%s is refused', async (path, query, words) => {
  const answer = await api.as('admin', { url: `${path}?${query}` });
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([400, expect.stringContaining(words)]);
});

test('the cost of another tenant is not told', async () => {
  const days = range('2026-05-01T00:00', '2026-05-02T00:00');
  for (const path of ['institutions/archive/cost', 'meters/archive-main/cost', 'meters/archive-main/cost-check']) {
    expect((await api.as('school', { url: `/api/${path}?${days}` })).statusCode).toBe(404);
    expect((await api.as('kundulun', { url: `/api/${path}?${days}` })).statusCode).toBe(404);
    expect((await api.as('archive', { url: `/api/${path}?${days}` })).statusCode).toBe(200);
    expect((await api.app.inject({ url: `/api/${path}?${days}` })).statusCode).toBe(401);
  }
});

test('the cost of a year by medium, with its fixed parts, is the sum of its months', async () => {
  const zone = createZone('Asia/Shanghai');
  const meters = new Map((await usageMeters(api.db)).map((meter) => [meter.id, meter]));
  const deps = { db: api.db, zone, usage: createUsageReader(api.series, zone, () => meters) };
  const [year] = await yearCost(deps, await loadPricing(deps), 'library', 2026);
  const months = await costOf('institutions/library', `step=1mo&${range('2026-01-01T00:00', '2027-01-01T00:00')}`);
  expect(year).toMatchObject({ medium: 'electricity', fixedPico: 360_000_000_000_000n });
  expect(Number(year!.cost.picoYuan) / 1e12).toBe(yuanSum(months.items.map(({ cost }) => cost)));
});

test('housing beside an institution pays its own tariff, else as the institution does', async () => {
  const change = { userId: null, nowMs: api.clock.nowMs };
  await createZoneOf(api.db, { id: 'flats', institutionId: 'school', name: '家属楼', kind: 'residential' }, change);
  const payload = { id: 'school-flats', collectorId: 'c1', medium: 'electricity', expectedIntervalS: 3600 };
  const shares = [{ institutionId: 'school', zoneId: 'flats', share: 1 }];
  const made = await api.as('admin', { method: 'POST', url: '/api/meters', payload: { ...payload, shares } });
  expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
  await api.addReadings(hourlyRegister('school-flats', 3, ms('2026-05-11T00:00'), ms('2026-05-14T00:00')));
  const days = range('2026-05-12T00:00', '2026-05-13T00:00');
  const costs = async (): Promise<unknown[]> => [
    (await costOf('institutions/school', `premises=housing&${days}`)).items.map(({ cost }) => cost),
    (await costOf<MeterCostAnswer>('meters/school-flats', days)).items.map(({ cost }) => cost),
  ];
  expect(await costs()).toEqual([['31.8'], ['31.8']]);
  await tariff('homes', { kind: 'flat', price: '0.4' });
  await assign('electricity/2026-05-01?institution=school&premises=housing', 'homes');
  expect(await costs()).toEqual([['28.8'], ['28.8']]);
  expect((await costOf('institutions/school', days)).items).toEqual([]);
});

test('a virtual meter costs what its terms count, by the tariff of its institution', async () => {
  const terms = [{ meterId: 'library-main', factor: 2 }];
  const payload = { id: 'library-twice', name: '两倍', institutionId: 'library', terms };
  const made = await api.as('admin', { method: 'POST', url: '/api/virtual-meters', payload });
  expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
  const { items } = await costOf<MeterCostAnswer>(
    'meters/library-twice',
    range('2026-04-20T00:00', '2026-04-21T00:00'),
  );
  expect(items).toMatchObject([{ value: 72, cost: '79.2', tariffs: [{ id: 'steps' }] }]);
});
