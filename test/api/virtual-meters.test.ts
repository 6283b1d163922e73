import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type ApiFixture, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const { get, post, patch, remove } = registryCalls(() => api);
const FROM = Date.parse('2026-05-01T00:00:00+08:00');
const TO = Date.parse('2026-05-04T00:00:00+08:00');
const HOUR = 3_600_000;
const RANGE = `from=${FROM}&to=${TO}`;
const SUM = {
  id: 'both',
  name: '两校合计',
  institutionId: 'school',
  terms: [{ meterId: 'school-main' }, { meterId: 'library-main', factor: -1 }],
};
const SUB = { id: 'sub', collectorId: 'c1', medium: 'electricity', institutionId: 'school', parentId: 'school-main' };

const valuesOf = (body: { items: { value: number | null; quality: string }[] }): unknown[] =>
  body.items.map(({ value, quality }) => [value, quality]);

describe('what is entered', () => {
  test('a virtual meter is entered, listed, changed, ended, taken out, each in the trail as a meter', async () => {
    const made = await post('virtual-meters', SUM);
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: 'both',
        name: '两校合计',
        institutionId: 'school',
        medium: 'electricity',
        unit: 'kWh',
        terms: [
          { meterId: 'school-main', factor: 1 },
          { meterId: 'library-main', factor: -1 },
        ],
        createdAt: '2026-05-15T10:30:00+08:00',
        endedOn: null,
      },
    ]);
    expect((await get('virtual-meters?institution=school&medium=electricity')).body).toEqual({
      items: [made.body],
      next: null,
    });
    expect((await get('virtual-meters?medium=water')).body.items).toEqual([]);
    const changed = await patch('virtual-meters/both', {
      name: '净用量',
      terms: [{ meterId: 'school-main', factor: 2 }],
    });
    expect(changed.body).toMatchObject({ name: '净用量', terms: [{ meterId: 'school-main', factor: 2 }] });
    expect((await patch('virtual-meters/both', { endedOn: '2026-05-10' })).body.endedOn).toBe('2026-05-10');
    expect((await get('virtual-meters?ended=false')).body.items).toEqual([]);
    expect((await patch('virtual-meters/both', { endedOn: null })).body.endedOn).toBeNull();
    expect((await remove('virtual-meters/both')).status).toBe(204);
    expect((await get('virtual-meters/both')).status).toBe(404);
    const rows = await api.db.selectFrom('audit').select(['action', 'object']).orderBy('id').execute();
    expect(rows.slice(-5)).toEqual([
      { action: 'create', object: 'meter/both' },
      ...Array.from({ length: 3 }, () => ({ action: 'change', object: 'meter/both' })),
      { action: 'delete', object: 'meter/both' },
    ]);
  });

  test('meters and virtual meters share their ids', async () => {
    await post('virtual-meters', SUM);
    expect((await post('virtual-meters', SUM)).code).toBe('conflict');
    expect((await post('virtual-meters', { ...SUM, id: 'school-main' })).detail).toBe(
      'There is a meter with the id school-main',
    );
    expect((await post('meters', { ...SUB, id: 'both' })).detail).toBe('There is a virtual meter with the id both');
  });

  test('an import of a meter with the id of a virtual one is refused at its cell', async () => {
    await post('virtual-meters', SUM);
    const answer = await api.as('bureau', {
      method: 'POST',
      url: '/api/registry/import?dryRun=1',
      headers: { 'content-type': 'text/csv' },
      payload: '表计编号,采集器编号,能源种类,机构编号\r\nboth,c1,电,school\r\n',
    });
    const { problems } = answer.json<{ problems: Record<string, unknown>[] }>();
    expect(problems).toMatchObject([{ code: 'id-of-virtual', cell: 'A2', message: 'both 已是虚拟表的编号' }]);
  });

  test('refused, with the reason', async () => {
    const refusals: [object[], string][] = [
      [[{ meterId: 'nothing' }], 'terms: there is no meter nothing, nor a virtual one; enter it first'],
      [
        [{ meterId: 'archive-room' }],
        'terms: archive-room is a temperature point; only what registers count is summed',
      ],
      [[{ meterId: 'school-main', factor: 0 }], 'must be at least a millionth, and not zero'],
      [[{ meterId: 'school-main' }, { meterId: 'school-main' }], 'a meter stands in it more than once'],
      [[{ meterId: 'both' }], 'terms: there is no meter both'],
      [[], 'must have >=1 items'],
    ];
    for (const [terms, detail] of refusals) {
      const answer = await post('virtual-meters', { ...SUM, terms });
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)]);
    }
  });

  test('one medium, no circle, no more than five levels', async () => {
    await post('meters', { id: 'water', collectorId: 'c1', medium: 'water', institutionId: 'school' });
    const mixed = await post('virtual-meters', { ...SUM, terms: [{ meterId: 'school-main' }, { meterId: 'water' }] });
    expect(mixed.detail).toBe('terms: water measures water, not electricity; a sum is of one medium');
    await post('virtual-meters', { ...SUM, id: 'v1' });
    for (let level = 2; level <= 5; level++) {
      const above = { ...SUM, id: `v${level}`, terms: [{ meterId: `v${level - 1}` }] };
      expect((await post('virtual-meters', above)).status).toBe(201);
    }
    expect((await post('virtual-meters', { ...SUM, id: 'v6', terms: [{ meterId: 'v5' }] })).detail).toContain(
      'v6 would have 6 levels',
    );
    expect((await patch('virtual-meters/v1', { terms: [{ meterId: 'v3' }] })).detail).toBe(
      'terms: v1 would be part of a circle: v1 → v3 → v2 → v1; take it out there',
    );
    expect((await patch('virtual-meters/v1', { terms: [{ meterId: 'v1' }] })).detail).toContain('part of itself');
    expect((await patch('virtual-meters/v1', { terms: [{ meterId: 'water' }] })).detail).toContain('measures water');
    // What stands above grows with it.
    await post('virtual-meters', { ...SUM, id: 'w' });
    expect((await patch('virtual-meters/v1', { terms: [{ meterId: 'w' }] })).detail).toContain('would have 6 levels');
  });

  test('what is summed is not taken out', async () => {
    await post('meters', SUB);
    await post('virtual-meters', { ...SUM, terms: [{ meterId: 'sub' }] });
    await post('virtual-meters', { ...SUM, id: 'above', terms: [{ meterId: 'both' }] });
    expect((await remove('meters/sub')).detail).toBe('The virtual meter both sums sub; take it out from there first');
    expect((await remove('virtual-meters/both')).code).toBe('conflict');
    expect((await remove('virtual-meters/above')).status).toBe(204);
    expect((await remove('virtual-meters/both')).status).toBe(204);
    expect((await remove('meters/sub')).status).toBe(204);
  });
});

describe('who may', () => {
  test('an agency enters what is in its scope, of what is in its scope', async () => {
    const agency = registryCalls(() => api, 'kundulun');
    const own = { ...SUM, terms: [{ meterId: 'school-main' }] };
    expect((await agency.post('virtual-meters', own)).status).toBe(201);
    expect((await agency.post('virtual-meters', { ...SUM, id: 'x' })).detail).toContain('no meter library-main');
    expect((await agency.post('virtual-meters', { ...own, id: 'x', institutionId: 'library' })).status).toBe(404);
    await post('virtual-meters', { ...SUM, id: 'theirs', institutionId: 'library' });
    expect((await agency.patch('virtual-meters/theirs', { name: 'x' })).status).toBe(404);
    expect((await agency.remove('virtual-meters/theirs')).status).toBe(404);
    expect((await agency.post('virtual-meters', { ...own, id: 'x', terms: [{ meterId: 'theirs' }] })).status).toBe(400);
    // What the bureau has put in stays when the agency changes the rest.
    await post('virtual-meters', { ...SUM, id: 'mixed' });
    const kept = await agency.patch('virtual-meters/mixed', { terms: SUM.terms.toReversed() });
    expect(kept.body.terms.map(({ meterId }: { meterId: string }) => meterId)).toEqual(['library-main', 'school-main']);
  });

  test('an institution sees its own and changes none', async () => {
    await post('virtual-meters', SUM);
    const school = registryCalls(() => api, 'school');
    const archive = registryCalls(() => api, 'archive');
    expect((await school.get('virtual-meters/both')).status).toBe(200);
    expect((await school.get(`meters/both/usage?${RANGE}`)).status).toBe(200);
    expect((await archive.get('virtual-meters/both')).status).toBe(404);
    expect((await archive.get(`meters/both/usage?${RANGE}`)).status).toBe(404);
    expect((await archive.get('virtual-meters')).body.items).toEqual([]);
    expect((await school.patch('virtual-meters/both', { name: 'x' })).status).toBe(403);
  });
});

describe('its usage', () => {
  test('is the sum of its terms at every step, missing where one is missing', async () => {
    await post('virtual-meters', SUM);
    await api.addReadings([
      ...hourlyRegister('school-main', 5.5, FROM, TO),
      ...hourlyRegister('library-main', 2, FROM + 24 * HOUR, TO),
    ]);
    const days = await get(`meters/both/usage?${RANGE}&step=1d`);
    expect(valuesOf(days.body)).toEqual([
      [null, 'missing'],
      [84, 'measured'],
      [84, 'measured'],
    ]);
    expect(days.body.items[0].unit).toBe('kWh');
    const hours = await get(`meters/both/usage?${RANGE}&step=1h`);
    expect(hours.body.items.filter(({ value }: { value: number | null }) => value === null)).toHaveLength(24);
    expect(valuesOf(hours.body).at(-1)).toEqual([3.5, 'measured']);
    const quarters = await get(`meters/both/usage?${RANGE}&step=15m`);
    expect(valuesOf(quarters.body).at(-1)).toEqual([0.875, 'interpolated']);
    expect(quarters.body.items).toHaveLength(3 * 96);
    const month = `from=${FROM}&to=${Date.parse('2026-06-01T00:00:00+08:00')}&step=1mo`;
    // Of the school's month only the two days count in which the library is known.
    expect(valuesOf((await get(`meters/both/usage?${month}`)).body)).toEqual([[168, 'measured']]);
  });

  test('follows its terms when they change, for all of its history, and ends on a day', async () => {
    await post('virtual-meters', SUM);
    await api.addReadings([
      ...hourlyRegister('school-main', 5, FROM, TO),
      ...hourlyRegister('library-main', 2, FROM, TO),
    ]);
    await post('virtual-meters', {
      ...SUM,
      id: 'above',
      terms: [{ meterId: 'both', factor: -1 }, { meterId: 'school-main' }],
    });
    expect(valuesOf((await get(`meters/above/usage?${RANGE}`)).body)).toEqual(
      Array.from({ length: 3 }, () => [48, 'measured']),
    );
    await patch('virtual-meters/both', { terms: [{ meterId: 'library-main', factor: 0.5 }], endedOn: '2026-05-03' });
    expect(valuesOf((await get(`meters/both/usage?${RANGE}`)).body)).toEqual([
      [24, 'measured'],
      [24, 'measured'],
      [null, 'missing'],
    ]);
    const month = `from=${FROM}&to=${Date.parse('2026-06-01T00:00:00+08:00')}&step=1mo`;
    expect(valuesOf((await get(`meters/both/usage?${month}`)).body)).toEqual([[48, 'measured']]);
    // What it is a term of counts its terms on: it ended for those who look at it.
    expect(valuesOf((await get(`meters/above/usage?${RANGE}`)).body).at(-1)).toEqual([96, 'measured']);
  });

  test('counts for no institution', async () => {
    await post('virtual-meters', { ...SUM, terms: [{ meterId: 'school-main', factor: 100 }] });
    await api.addReadings(hourlyRegister('school-main', 5, FROM, TO));
    const sums = await get(`institutions/school/usage?${RANGE}`);
    expect(sums.body.items.map(({ value }: { value: number }) => value)).toEqual([120, 120, 120]);
  });
});
