import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

// Area 1,000 m² and 50 people from the beginning; the clock says 2026-05-15.
let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const { get, post, patch, put, remove } = registryCalls(() => api);
const CODE = '91350100M000100Y43';
const attributes = 'institutions/school/attributes';
const figures = async (): Promise<string[]> => {
  const { items } = (await get(attributes)).body as {
    items: { name: string; value: number; validFrom: string; validTo: string | null }[];
  };
  return items.map(({ name, value, validFrom, validTo }) => `${name} ${value} ${validFrom} ${validTo ?? ''}`.trim());
};
const trail = async (object: string) => {
  const rows = await api.db.selectFrom('audit').selectAll().where('object', '=', object).orderBy('id').execute();
  return rows.map(({ action, before, after }) => [action, JSON.parse(before ?? 'null'), JSON.parse(after ?? 'null')]);
};

test('what has no date is changed, told, and in the trail with before and after; what is left out stays', async () => {
  const change = {
    name: '钢铁大街第一小学',
    type: 'research',
    creditCode: CODE,
    regionCode: '150204',
    reportsTo: '150200',
    department: '市教育局',
    liaison: '李老师',
  };
  const changed = await patch('institutions/school', change);
  expect([changed.status, changed.body]).toEqual([
    200,
    expect.objectContaining({ ...change, areaM2: 1000, endedOn: null }),
  ]);
  expect((await patch('institutions/school', { department: null })).body).toMatchObject({
    ...change,
    department: null,
  });
  expect(api.calls.registryChanged).toBe(2);
  const before = { name: '钢铁大街小学', type: 'school', creditCode: null, regionCode: '150203', reportsTo: '150203' };
  const none = { department: null, liaison: null, endedOn: null };
  expect((await trail('institution/school')).slice(1)).toEqual([
    ['change', { ...before, ...none }, { ...change, endedOn: null }],
    ['change', { ...change, endedOn: null }, { ...change, department: null, endedOn: null }],
  ]);
});

describe('changes refused:', () => {
  test("another's credit code, and an institution that is not there", async () => {
    await patch('institutions/library', { creditCode: CODE });
    const answer = await patch('institutions/school', { creditCode: CODE });
    expect([answer.status, answer.detail]).toEqual([
      409,
      `creditCode: ${CODE} is the code of library (青山区图书馆) already; correct one`,
    ]);
    const twin = {
      id: 'twin',
      name: 'x',
      type: 'agency',
      regionCode: '150203',
      areaM2: 1,
      headcount: 1,
      creditCode: CODE,
    };
    expect((await post('institutions', twin)).status).toBe(409);
    expect((await post('institutions', { ...twin, creditCode: '1' })).detail).toContain(
      'creditCode: 1 has 1 characters',
    );
    expect((await patch('institutions/nowhere', { name: 'x' })).status).toBe(404);
  });
});

test('an institution ends once its meters have moved or are gone, and nothing new can belong to it', async () => {
  const move = { kind: 'move', date: '2026-05-01', shares: [{ institutionId: 'library', share: 1 }] };
  await post('meters/school-main/life', move);
  expect((await patch('institutions/school', { endedOn: '2026-04-30' })).status).toBe(409);
  expect((await patch('institutions/school', { endedOn: '2026-05-01' })).body).toMatchObject({ endedOn: '2026-05-01' });
  const meter = { id: 'm', collectorId: 'c1', medium: 'water', institutionId: 'school' };
  expect((await post('meters', meter)).detail).toBe(
    'institutionId: school ended on 2026-05-01 and cannot have a share from then on; move the meter to another institution by that day',
  );
  expect((await remove('meters/school-main/life/move-2026-05-01')).detail).toContain(
    'shares: school ended on 2026-05-01',
  );
  expect((await post('buildings', { id: 'b', institutionId: 'school', name: 'x' })).detail).toContain(
    'institutionId: school ends on 2026-05-01; nothing new can belong to it',
  );
  expect((await patch('institutions/school', { endedOn: null })).body).toMatchObject({ endedOn: null });
  expect((await remove('meters/school-main/life/move-2026-05-01')).status).toBe(204);
});

describe('dated figures', () => {
  test('entered from a day on: the one before is closed that day, the reports of past years stay', async () => {
    const entered = await put(`${attributes}/areaM2/2025-03-01`, { value: 1200.5 });
    const want = { name: 'areaM2', value: 1200.5, validFrom: '2025-03-01', validTo: null };
    expect([entered.status, entered.body]).toEqual([200, want]);
    await put(`${attributes}/establishment/2026-01-01`, { value: 45 });
    await put(`${attributes}/areaM2/2024-01-01`, { value: 1100 });
    expect(await figures()).toEqual([
      'areaM2 1000 1970-01-01 2024-01-01',
      'areaM2 1100 2024-01-01 2025-03-01',
      'areaM2 1200.5 2025-03-01',
      'headcount 50 1970-01-01',
      'establishment 45 2026-01-01',
    ]);
    expect((await get('institutions/school')).body).toMatchObject({ areaM2: 1200.5, establishment: 45 });
    expect(api.calls.registryChanged).toBe(3);
  });

  test('corrected, and taken out: the one before goes on', async () => {
    await put(`${attributes}/headcount/2025-01-01`, { value: 60 });
    await put(`${attributes}/headcount/2025-01-01`, { value: 62 });
    expect(await figures()).toContain('headcount 62 2025-01-01');
    expect((await remove(`${attributes}/headcount/2025-01-01`)).status).toBe(204);
    expect(await figures()).toEqual(['areaM2 1000 1970-01-01', 'headcount 50 1970-01-01']);
    const [entered, corrected, removed] = await trail('institution/school/headcount/2025-01-01');
    expect([entered?.[2].length, corrected?.[1][1].value, corrected?.[2][1].value]).toEqual([2, 60, 62]);
    expect(removed).toMatchObject(['change', [{ validTo: '2025-01-01' }, { value: 62 }], [{ validTo: null }]]);
  });

  test('refused: to take out what would leave an office larger than its floor, the last of a needed figure, nothing', async () => {
    await put(`${attributes}/areaM2/2025-01-01`, { value: 2000 });
    await put(`${attributes}/officeAreaM2/2025-01-01`, { value: 1500 });
    const before = await figures();
    expect((await remove(`${attributes}/areaM2/2025-01-01`)).detail).toContain('officeAreaM2: 1500 m² from 2025-01-01');
    const last = await remove(`${attributes}/headcount/1970-01-01`);
    expect([last.status, last.detail]).toEqual([
      409,
      'headcount: it is the only one that school has; correct it instead',
    ]);
    expect((await remove(`${attributes}/headcount/2024-01-01`)).status).toBe(404);
    expect((await put('institutions/nowhere/attributes/areaM2/2024-01-01', { value: 1 })).status).toBe(404);
    expect(await figures()).toEqual(before);
    expect((await remove(`${attributes}/officeAreaM2/2025-01-01`)).status).toBe(204);
  });

  test('an institution is not entered with an office larger than its floor', async () => {
    const input = {
      id: 'new',
      name: 'x',
      type: 'agency',
      regionCode: '150203',
      areaM2: 10,
      officeAreaM2: 11,
      headcount: 1,
    };
    expect((await post('institutions', input)).detail).toContain('officeAreaM2: 11 m² from 1970-01-01 on');
  });
});

describe('regions', () => {
  const TOWN = { code: '150203001', parentCode: '150203', name: '少先路街道', kind: 'subdistrict' };

  test('a 街道 is entered below its district, renamed, used, and taken out while nothing refers to it', async () => {
    const made = await post('regions', TOWN);
    expect([made.status, made.body]).toEqual([201, { ...TOWN, nameEn: TOWN.name }]);
    expect((await post('regions', { ...TOWN, code: '150203002000', name: '沼潭街道' })).status).toBe(201);
    const nameEn = 'Shaoxianlu Subdistrict';
    expect((await patch('regions/150203001', { nameEn })).body).toEqual({ ...TOWN, nameEn });
    await patch('institutions/school', { reportsTo: '150203001' });
    expect((await remove('regions/150203001')).detail).toBe(
      '少先路街道 is the region of the institution school; change that first',
    );
    expect((await registryCalls(() => api, 'kundulun').get('institutions/school')).status).toBe(200);
    await patch('institutions/school', { reportsTo: '150203' });
    expect((await remove('regions/150203001')).status).toBe(204);
    const { items } = (await get('regions')).body as { items: { code: string }[] };
    expect(items.map(({ code }) => code)).not.toContain('150203001');
    expect((await trail('region/150203001')).map(([action]) => action)).toEqual(['create', 'change', 'delete']);
  });

  test('refused: a code that is taken, a district of the city, a region that is not there', async () => {
    await post('regions', TOWN);
    expect((await post('regions', { ...TOWN, name: 'x' })).detail).toBe('code: 150203001 is the code of 少先路街道');
    expect((await remove('regions/150204')).status).toBe(409);
    expect((await remove('regions/999999')).status).toBe(404);
    expect((await patch('regions/999999', { name: 'x' })).status).toBe(404);
  });
});
