import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

// Beside the fixture's: a town with an institution, meters of several formats and media, one removed, one of two shares.
let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
  const { post } = registryCalls(() => api);
  const figures = { regionCode: '150203001', areaM2: 10, headcount: 1 };
  await post('regions', { code: '150203001', parentCode: '150203', name: '少先路街道', kind: 'subdistrict' });
  await post('institutions', { id: 'Clinic', name: '社区卫生 100%_服务', type: 'hospital', ...figures });
  await post('institutions', { id: 'closed', name: '钢铁大街小学', type: 'school', ...figures });
  const { patch } = registryCalls(() => api);
  await patch('institutions/closed', { endedOn: '2026-05-01' });
  await post('collectors', { id: 'c2', name: '采集器二' });
  const meter = { collectorId: 'c2', institutionId: 'Clinic' };
  await post('meters', { ...meter, id: 'water', name: 'Z', medium: 'water', format: 'cjt188', address: '1' });
  await post('meters', { ...meter, id: 'heat', name: 'A', medium: 'heat', format: 'mbus', address: '2' });
  await post('meters', { ...meter, id: 'gone', name: 'A', medium: 'heat', installedOn: '2026-01-01' });
  await post('meters/gone/life', { kind: 'removal', at: '2026-05-14T00:00:00+08:00', closingRegister: null });
});
afterAll(() => api.close());

const list = async (path: string, user: FixtureUser = 'admin'): Promise<string[]> => {
  const { status, body } = await registryCalls(() => api, user).get(path);
  expect(status).toBe(200);
  return (body as { items: { id: string }[] }).items.map(({ id }) => id);
};

test.each([
  ['institutions', ['Clinic', 'archive', 'closed', 'library', 'school']],
  ['institutions?sort=-id', ['school', 'library', 'closed', 'archive', 'Clinic']],
  ['institutions?sort=name', ['archive', 'Clinic', 'closed', 'school', 'library']],
  ['institutions?sort=-name', ['library', 'school', 'closed', 'Clinic', 'archive']],
  ['institutions?region=150203', ['Clinic', 'archive', 'closed', 'school']],
  ['institutions?region=150203001', ['Clinic', 'closed']],
  ['institutions?reportsTo=150203', ['Clinic', 'closed', 'school']],
  ['institutions?type=school', ['closed', 'school']],
  ['institutions?ended=true', ['closed']],
  ['institutions?ended=false&type=school', ['school']],
  [`institutions?text=${encodeURIComponent('图书')}`, ['library']],
  ['institutions?text=CLI', ['Clinic']],
  [`institutions?text=${encodeURIComponent('0%_服')}`, ['Clinic']],
  ['institutions?text=_', ['Clinic']],
  ['institutions?text=c%25c', []],
  ['meters?medium=heat', ['gone', 'heat']],
  ['meters?medium=heat&ended=false', ['heat']],
  ['meters?ended=true', ['gone']],
  ['meters?collector=c2&sort=name', ['gone', 'heat', 'water']],
  ['meters?collector=c2&sort=-name', ['water', 'heat', 'gone']],
  ['meters?format=cjt188', ['water']],
  ['meters?institution=Clinic&text=EA', ['heat']],
  ['institutions/Clinic/meters?medium=water', ['water']],
  ['collectors?text=c2', ['c2']],
  ['collectors?sort=-name', ['c2', 'c1']],
])('%s', async (path, want) => {
  expect(await list(path)).toEqual(want);
});

test.each([
  ['kundulun', 'institutions?region=150203', ['Clinic', 'closed', 'school']],
  ['kundulun', 'institutions?sort=-name', ['school', 'closed', 'Clinic']],
  ['school', 'institutions?type=school', ['school']],
  ['kundulun', 'meters?collector=c2', ['gone', 'heat', 'water']],
  ['school', 'meters?collector=c2', []],
] as [FixtureUser, string, string[]][])('as %s: %s', async (user, path, want) => {
  expect(await list(path, user)).toEqual(want);
});

describe('by cursor, without loss or repetition:', () => {
  test.each([
    'institutions?sort=name',
    'institutions?sort=-name',
    'institutions?sort=-id',
    'meters?sort=name',
    'meters?sort=-name&ended=false',
    'meters?sort=-id',
    'collectors?sort=name',
  ])('%s', async (path) => {
    const { get } = registryCalls(() => api);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`${path}&limit=1${cursor && `&cursor=${cursor}`}`);
      const page = body as { items: { id: string }[]; next: string | null };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(await list(path));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("another order's cursor is refused", async () => {
    const { get } = registryCalls(() => api);
    const { body } = await get('meters?limit=1');
    const { status, detail } = await get(`meters?sort=name&cursor=${(body as { next: string }).next}`);
    expect([status, detail]).toEqual([400, 'cursor: pass on the `next` of the page before, unchanged']);
  });
});

test.each(['institutions?sort=area', 'institutions?ended=perhaps', 'meters?format=opc-ua', 'meters?text='])(
  'refused: %s',
  async (path) => {
    expect((await registryCalls(() => api).get(path)).status).toBe(400);
  },
);
