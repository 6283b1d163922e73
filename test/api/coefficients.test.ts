import { afterEach, beforeEach, expect, test } from 'vitest';

import type { CoefficientSetItem, NewCoefficientSet } from '../../services/api/schemas/coefficient.ts';
import { loadCoefficientSets } from '../../services/cost/coefficient-sets.ts';
import { coefficientsAt } from '../../domain/coefficient.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';

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
