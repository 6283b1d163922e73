import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

// What is refused changes nothing: one registry does for all of it.
let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
});
afterAll(async () => {
  expect(api.calls.registryChanged).toBe(0);
  await api.close();
});

const { get, post, patch, put } = registryCalls(() => api);
const HALL = { id: 'hall', institutionId: 'school', name: '教学楼' };
const ROOM = { id: 'room', institutionId: 'school', buildingId: 'hall', name: '机房', kind: 'server-room' };
const TOWN = { code: '150203001', parentCode: '150203', name: '少先路街道', kind: 'subdistrict' };

describe('changes of an institution refused:', () => {
  test.each<[string, object, number, string]>([
    ['nothing', {}, 400, 'nothing to change: give at least one of name, type'],
    ['a dated figure', { areaM2: 5 }, 400, 'areaM2'],
    ['a type that is none', { type: 'palace' }, 400, 'type: must be one of agency'],
    ['a region that is not there', { regionCode: '150299' }, 400, 'regionCode: no region has the code 150299'],
    ['a supervisor that is not there', { reportsTo: '999999' }, 400, 'reportsTo: no region has the code'],
    ['a credit code cut short', { creditCode: '9135010' }, 400, 'creditCode: 9135010 has 7 characters'],
    [
      'a mistyped credit code',
      { creditCode: '91350100M000100Y42' },
      400,
      'creditCode: 91350100M000100Y42 ends in 2, by the',
    ],
    ['a day that is none', { endedOn: '2026-02-30' }, 400, 'endedOn: give a date as YYYY-MM-DD'],
    [
      'an end while meters count for it',
      { endedOn: '2026-06-01' },
      409,
      'endedOn: school-main still count for school on 2026-06-01; move them to another institution or remove them by then',
    ],
  ])('%s', async (_name, change, status, words) => {
    const before = (await get('institutions/school')).body;
    const answer = await patch('institutions/school', change);
    expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
    expect((await get('institutions/school')).body).toEqual(before);
  });
});

describe('dated figures', () => {
  const attributes = 'institutions/school/attributes';

  test.each<[string, string, number, number, string]>([
    ['no area', 'areaM2/2025-01-01', 0, 400, 'areaM2: an area must be above zero'],
    ['half a person', 'headcount/2025-01-01', 2.5, 400, 'headcount: people are counted in whole numbers'],
    ['nobody', 'establishment/2025-01-01', 0, 400, 'establishment: people are counted from one'],
    [
      'an office larger than the floor',
      'officeAreaM2/2025-01-01',
      1000.5,
      400,
      'officeAreaM2: 1000.5 m² from 2025-01-01 on are more than the floor area of 1000 m²',
    ],
    [
      'a figure that is none',
      'volume/2025-01-01',
      1,
      400,
      'name: must be one of areaM2, officeAreaM2, headcount, establishment',
    ],
    ['an area in mm²', 'areaM2/2025-01-01', 1e9, 400, 'areaM2: 1000000000 is more than the 100000000'],
    ['more than all of mankind', 'headcount/2025-01-01', 1e308, 400, 'headcount: 1e+308 is more than the 10000000'],
    ['a day before all records', 'areaM2/0025-02-01', 1, 400, 'validFrom: lies before 1900'],
    ['a day that is none', 'areaM2/2025-02-29', 1, 400, 'validFrom: give a date as YYYY-MM-DD'],
  ])('refused: %s', async (_name, path, value, status, words) => {
    const answer = await put(`${attributes}/${path}`, { value });
    expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
    const { items } = (await get(attributes)).body as { items: { name: string; value: number }[] };
    expect(items.map((item) => `${item.name} ${item.value}`)).toEqual(['areaM2 1000', 'headcount 50']);
  });
});

describe('regions', () => {
  test.each<[string, object, number, string]>([
    ['seven digits', { code: '1502030' }, 400, 'code: the code of a township has 9 or 12 digits'],
    [
      "another district's code",
      { code: '150204001' },
      400,
      'code: 150204001 does not begin with 150203, the code of 昆都仑区',
    ],
    ['a district that is not there', { parentCode: '150299' }, 400, 'parentCode: no region has the code 150299'],
    [
      'right below the city',
      { parentCode: '150200', code: '150200001' },
      400,
      'parentCode: 150200 (包头市) is the city',
    ],
    ['a kind that is none', { kind: 'district' }, 400, 'kind: must be one of subdistrict, town, township, sumu'],
  ])('refused: %s', async (_name, more, status, words) => {
    const answer = await post('regions', { ...TOWN, ...more });
    expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
  });
});

describe('buildings and zones', () => {
  test.each<[string, string, object, number, string]>([
    [
      'a class that is none',
      'buildings',
      { ...HALL, buildingClass: 'Z' },
      400,
      'buildingClass: must be one of A, B, C',
    ],
    [
      'a heating that is none',
      'buildings',
      { ...HALL, heatingMode: 'fire' },
      400,
      'heatingMode: must be one of district, own',
    ],
    ['no area', 'buildings', { ...HALL, areaM2: 0 }, 400, 'areaM2: the floor area must be above zero'],
    ['half a year', 'buildings', { ...HALL, builtYear: 1998.5 }, 400, 'builtYear'],
    [
      'an institution that is not there',
      'buildings',
      { ...HALL, institutionId: 'x' },
      400,
      'institutionId: there is no institution x',
    ],
    [
      'a building that is not there',
      'zones',
      { ...ROOM, buildingId: 'x' },
      400,
      'buildingId: there is no building x; enter it first',
    ],
    [
      'a kind that is none',
      'zones',
      { ...ROOM, buildingId: undefined, kind: 'x' },
      400,
      'kind: must be one of office, residential',
    ],
  ])('refused: %s', async (_name, path, payload, status, words) => {
    const answer = await post(path, payload);
    expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
    expect(api.calls.registryChanged).toBe(0);
  });
});

describe('figures that no sum could bear', () => {
  const METER = { id: 'huge', institutionId: 'school', collectorId: 'c1', medium: 'electricity' };
  const OFFICE = { id: 'huge', name: '办公室', type: 'agency', regionCode: '150203', areaM2: 1, headcount: 1 };

  test.each<[string, object, string]>([
    ['meters', { ...METER, multiplier: 1e308 }, 'multiplier: must be <=1000000000'],
    ['meters', { ...METER, registerModulus: 1e308 }, 'registerModulus: must be'],
    ['meters', { ...METER, ratedMaximum: 1e308 }, 'ratedMaximum: must be'],
    ['meters', { ...METER, installedOn: '2026-01-01', openingRegister: 1e308 }, 'openingRegister: must be'],
    ['meters/school-main/life', { kind: 'multiplier', date: '2026-01-01', multiplier: 1e308 }, 'multiplier: must be'],
    ['institutions', { ...OFFICE, areaM2: 1e308 }, 'areaM2: must be'],
    ['institutions', { ...OFFICE, headcount: 9_007_199_254_740_991 }, 'headcount: must be'],
    ['buildings', { ...HALL, areaM2: 1e308 }, 'areaM2: must be'],
  ])('refused: %s %j', async (url, body, words) => {
    const answer = await post(url, body);
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(words)]);
  });
});
