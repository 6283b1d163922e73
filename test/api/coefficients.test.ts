import { afterEach, beforeEach, expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import type { CoefficientSetItem, NewCoefficientSet } from '../../services/api/schemas/coefficient.ts';
import type { Overview } from '../../services/api/schemas/overview.ts';
import type { ReportFigures } from '../../services/api/schemas/report.ts';
import { loadCoefficientSets } from '../../services/cost/coefficient-sets.ts';
import { buildReports, buildStale, type ReportDeps } from '../../services/reports/build-reports.ts';
import { coefficientsAt } from '../../domain/coefficient.ts';
import { type ApiFixture, type FixtureUser, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const SET: NewCoefficientSet = {
  validFrom: '2026-01-01',
  id: 'grid-2024',
  source: '2024 年电力二氧化碳排放因子公告',
  kgcePer: { electricity: 0.1229, water: 0, heat: 34.12, gas: 1.2143, cooling: 34.12 },
  co2KgPer: { electricity: 0.61, water: 0, heat: 110, gas: 2.1622, cooling: 0 },
};
const post = (payload: object, user: FixtureUser = 'bureau') =>
  api.as(user, { method: 'POST', url: '/api/coefficients', payload });
const list = async (): Promise<CoefficientSetItem[]> =>
  (await api.as('school', { url: '/api/coefficients' })).json<{ items: CoefficientSetItem[] }>().items;

test('what ships, with the publication of each factor', async () => {
  expect(
    (await list()).map(({ validFrom, id, shipped, co2KgPer }) => [validFrom, id, shipped, co2KgPer.electricity]),
  ).toEqual([
    ['1970-01-01', 'gbt2589-2020/grid-2021', true, 0.7025],
    ['2022-01-01', 'gbt2589-2020/grid-2022', true, 0.6849],
    ['2023-01-01', 'gbt2589-2020/grid-2023', true, 0.6479],
  ]);
  for (const { published, kgcePer } of await list()) {
    expect(published).toMatch(/公告/);
    expect(kgcePer).toMatchObject({ electricity: 0.1229, heat: 34.12, gas: 1.33, water: 0 });
  }
});

test('a set stands in from its day on, the days before keep theirs; taken out, what ships holds again', async () => {
  expect((await post(SET)).statusCode).toBe(201);
  expect((await list()).at(-1)).toEqual({ ...SET, published: null, shipped: false });
  const entered = await loadCoefficientSets(api.db);
  expect(['2025-12-31', '2026-01-01', '2027-05-01'].map((date) => coefficientsAt(date, entered).id)).toEqual([
    'gbt2589-2020/grid-2023',
    'grid-2024',
    'grid-2024',
  ]);
  const back = await api.as('admin', { method: 'DELETE', url: '/api/coefficients/2026-01-01' });
  expect(back.statusCode).toBe(204);
  expect(coefficientsAt('2026-05-01', await loadCoefficientSets(api.db)).id).toBe('gbt2589-2020/grid-2023');
  const audit = await api.db.selectFrom('audit').selectAll().where('object', '=', 'coefficients/2026-01-01').execute();
  expect(audit.map(({ action }) => action)).toEqual(['create', 'delete']);
  expect(JSON.parse(audit[1]!.before!)).toEqual(SET);
});

test('a set that figures may name is not changed', async () => {
  await post(SET);
  const sameDay = await post({ ...SET, id: 'other' });
  expect([sameDay.statusCode, sameDay.json<{ detail: string }>().detail]).toEqual([
    409,
    expect.stringContaining('From 2026-01-01 on holds grid-2024'),
  ]);
  expect((await post({ ...SET, validFrom: '2027-01-01' })).statusCode).toBe(409);
  expect((await post({ ...SET, id: 'gbt2589-2020/grid-2023', validFrom: '2027-01-01' })).statusCode).toBe(409);
  expect((await post({ ...SET, id: 'grid-2025', validFrom: '2023-01-01' })).statusCode).toBe(201);
});

test('what is made with a set follows it: report and overview of its year, and no figure of the year before', async () => {
  const zone = createZone('Asia/Shanghai');
  // 96 kWh in either year.
  await api.addReadings(hourlyRegister('school-main', 2, zone.at(2025, 12, 30), zone.at(2026, 1, 3)));
  const deps: ReportDeps = { db: api.db, series: api.series, zone, now: () => api.clock.nowMs };
  const settle = async (): Promise<void> => {
    while ((await buildStale(deps)).built > 0);
  };
  for (const year of [2025, 2026]) await buildReports(deps, year);
  await settle();
  const reportsOf2025 = () =>
    api.db.selectFrom('report').selectAll().where('year', '=', 2025).orderBy('owner_id').execute();
  const before = await reportsOf2025();
  const figuresOf = async (year: number) => {
    const reports: unknown[] = [];
    for (const owner of ['school', '150203', '150200']) {
      const answer = await api.as('bureau', { url: `/api/reports/${year}/${owner}` });
      const { totals, coefficients } = answer.json<{ figures: ReportFigures }>().figures;
      reports.push([coefficients.id, totals.kgce, totals.co2Kg]);
    }
    const { kgce, co2Kg } = (await api.as('bureau', { url: `/api/overview?year=${year}` })).json<Overview>();
    return { reports, overview: [kgce, co2Kg] };
  };
  const madeBy = (id: string, kgce: number, co2Kg: number) => ({
    reports: [1, 2, 3].map(() => [id, expect.closeTo(kgce, 6), expect.closeTo(co2Kg, 6)]),
    overview: [expect.closeTo(kgce, 6), expect.closeTo(co2Kg, 6)],
  });
  const shipped = madeBy('gbt2589-2020/grid-2023', 96 * 0.1229, 96 * 0.6479);
  expect([await figuresOf(2025), await figuresOf(2026)]).toEqual([shipped, shipped]);

  const entered = {
    ...SET,
    validFrom: '2026-12-31',
    kgcePer: { ...SET.kgcePer, electricity: 0.25 },
    co2KgPer: { ...SET.co2KgPer, electricity: 0.5 },
  };
  expect((await post(entered)).statusCode).toBe(201);
  const stale = await api.db.selectFrom('report').select('year').distinct().where('stale', '>', 0).execute();
  expect(stale).toEqual([{ year: 2026 }]);
  await settle();
  expect([await figuresOf(2025), await figuresOf(2026)]).toEqual([shipped, madeBy(SET.id, 96 * 0.25, 96 * 0.5)]);
  await buildReports(deps, 2025);
  expect(await reportsOf2025()).toEqual(before);

  // What is no draft any more stays as it was made.
  const locked = () =>
    api.db.selectFrom('report').select(['digest', 'stale']).where('year', '=', 2026).where('owner_id', '=', 'archive');
  await api.db.updateTable('report').set({ state: 'approved' }).where('owner_id', '=', 'archive').execute();
  const approved = await locked().execute();
  const back = await api.as('bureau', { method: 'DELETE', url: '/api/coefficients/2026-12-31' });
  expect(back.statusCode).toBe(204);
  await settle();
  expect([await figuresOf(2025), await figuresOf(2026)]).toEqual([shipped, shipped]);
  expect(await locked().execute()).toEqual(approved);
});

test.each([
  ['a factor that is missing', { ...SET, kgcePer: { electricity: 0.1229 } }],
  ['a factor below nothing', { ...SET, co2KgPer: { ...SET.co2KgPer, gas: -1 } }],
  ['no source', { ...SET, source: '' }],
  ['a day that is none', { ...SET, validFrom: '2026-02-30' }],
])('%s is refused', async (_name, payload) => {
  expect((await post(payload)).statusCode).toBe(400);
});

test('only bureau and administrator edit; taking out what is not there says so', async () => {
  for (const user of ['kundulun', 'school'] as const) {
    expect((await post(SET, user)).statusCode).toBe(403);
    const answer = await api.as(user, { method: 'DELETE', url: '/api/coefficients/2026-01-01' });
    expect(answer.statusCode).toBe(403);
  }
  const nothing = await api.as('bureau', { method: 'DELETE', url: '/api/coefficients/2026-01-01' });
  expect(nothing.statusCode).toBe(404);
});
