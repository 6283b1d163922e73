import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import type { Weather } from '../../services/api/schemas/weather.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;

const HOUR_MS = 3_600_000;
const local = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

const importCsv = (user: FixtureUser, region: string, csv: string | Buffer, query = '') =>
  api.as(user, {
    method: 'PUT',
    url: `/api/weather/${region}?${query}`,
    headers: { 'content-type': 'text/csv' },
    payload: csv,
  });

async function weather(region: string, from: string, to: string): Promise<Weather> {
  const answer = await api.as('school', { url: `/api/weather/${region}?from=${local(from)}&to=${local(to)}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

/** A point that measures outdoors, of an institution, with a constant temperature by the hour. */
async function addPoint(id: string, institutionId: string, from: string, hours: number, value: number): Promise<void> {
  const input = { id, institutionId, collectorId: 'c1', medium: 'temperature', measures: 'outdoor' } as const;
  await createMeter(api.db, input, { userId: null, nowMs: api.clock.nowMs });
  const rows = Array.from({ length: hours }, (_, hour): ReadingRow => {
    const observedAtMs = local(from) + hour * HOUR_MS;
    return {
      meter: id,
      metric: 'temperature',
      observedAtMs,
      value,
      receivedAtMs: observedAtMs,
      flags: 0,
      position: hour,
    };
  });
  await api.series.writeReadings(rows);
}

describe('temperatures', () => {
  beforeEach(async () => {
    api = await openApiFixture({ degreeDayBases: { heatingC: 18, coolingC: 26 } });
  });
  afterEach(() => api.close());

  test('an imported series with its source and degree-days; a day that nobody knows is there without figures', async () => {
    const made = await importCsv('bureau', '150200', 'date,mean\n2026-01-01,-11.5\n2026-01-03,27\n', 'source=53446');
    expect(made.json()).toEqual({
      dryRun: false,
      regionCode: '150200',
      days: 2,
      new: 2,
      changed: 0,
      unchanged: 0,
      firstDate: '2026-01-01',
      lastDate: '2026-01-03',
      problems: [],
    });
    const source = { kind: 'imported', regionCode: '150200', name: '53446' };
    expect(await weather('150200', '2026-01-01', '2026-01-04')).toEqual({
      items: [
        { date: '2026-01-01', meanC: -11.5, heatingDegreeDays: 29.5, coolingDegreeDays: 0, source },
        { date: '2026-01-02', meanC: null, heatingDegreeDays: null, coolingDegreeDays: null, source: null },
        { date: '2026-01-03', meanC: 27, heatingDegreeDays: 0, coolingDegreeDays: 1, source },
      ],
      next: null,
      regionCode: '150200',
      heatingBaseC: 18,
      coolingBaseC: 26,
      heatingDegreeDays: 29.5,
      coolingDegreeDays: 1,
      knownDays: 2,
      days: 3,
    });
  });

  test("a district takes its own points, then the city's, then its own series, then the city's", async () => {
    await importCsv('bureau', '150200', '2026-01-01,1\n2026-01-02,1\n2026-01-03,1\n2026-01-04,1\n2026-01-05,1');
    await importCsv('bureau', '150203', '2026-01-01,3\n2026-01-02,3\n2026-01-03,3\n2026-01-04,3', 'source=own');
    await addPoint('roof', 'school', '2026-01-01', 24, -7);
    await addPoint('other-roof', 'library', '2026-01-01', 72, -9);
    const { items } = await weather('150203', '2026-01-01', '2026-01-07');
    expect(items.map(({ meanC, source }) => [meanC, source?.kind, source?.regionCode, source?.name])).toEqual([
      [-7, 'region', '150203', null],
      [-9, 'region', '150200', null],
      [-9, 'region', '150200', null],
      [3, 'imported', '150203', 'own'],
      [1, 'imported', '150200', 'csv'],
      [null, undefined, undefined, undefined],
    ]);
  });

  test('a second file corrects what it names and leaves the rest; each import stands in the audit trail', async () => {
    await importCsv('bureau', '150200', '2026-01-01,1\n2026-01-02,2\n2026-01-03,3');
    const again = await importCsv('admin', '150200', '2026-01-02,2\n2026-01-03,-3\n2026-01-04,4');
    expect(again.json()).toMatchObject({ new: 1, changed: 1, unchanged: 1 });
    const { items } = await weather('150200', '2026-01-01', '2026-01-05');
    expect(items.map(({ meanC }) => meanC)).toEqual([1, 2, -3, 4]);
    const same = await importCsv('admin', '150200', '2026-01-02,2\n2026-01-03,-3');
    expect(same.json()).toMatchObject({ new: 0, changed: 0, unchanged: 2 });

    const trail = await api.db
      .selectFrom('audit')
      .selectAll()
      .where('object', '=', 'weather/150200')
      .orderBy('id')
      .execute();
    expect(trail.map(({ action }) => action)).toEqual(['import', 'import']);
    expect(JSON.parse(trail[1]!.before!)).toEqual([{ date: '2026-01-03', meanC: 3, source: 'csv' }]);
    expect(JSON.parse(trail[1]!.after!)).toMatchObject({ days: 3, new: 1, changed: 1 });
  });

  test('a dry run tells what would be done and everything that is wrong, and does nothing', async () => {
    await importCsv('bureau', '150200', '2026-01-01,1');
    const fine = await importCsv('bureau', '150200', '2026-01-01,2\n2026-01-02,3', 'dryRun=1');
    expect([fine.statusCode, fine.json()]).toMatchObject([200, { dryRun: true, new: 1, changed: 1, problems: [] }]);
    const wrong = await importCsv('bureau', '150200', '2026-01-01,2\n2026-02-30,3\n2026-01-03,90', 'dryRun=1');
    expect(wrong.statusCode).toBe(200);
    expect(wrong.json().problems).toMatchObject([
      { row: 2, code: 'date-invalid' },
      { row: 3, code: 'temperature-implausible' },
    ]);
    expect((await weather('150200', '2026-01-01', '2026-01-03')).knownDays).toBe(1);
  });

  test('a file with one wrong row is refused as a whole, with every problem', async () => {
    const answer = await importCsv('bureau', '150200', 'date,mean\n2026-01-01,2\n2026-01-01,3\n2027-01-01,x');
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      code: 'import-refused',
      status: 422,
      problems: [
        { row: 3, code: 'date-twice' },
        { row: 4, code: 'date-in-future' },
        { row: 4, code: 'temperature-invalid' },
      ],
    });
    expect((await weather('150200', '2026-01-01', '2026-01-02')).knownDays).toBe(0);
  });

  test('a form of GBK, as a spreadsheet here saves it', async () => {
    const heading = Buffer.from([0xc8, 0xd5, 0xc6, 0xda, 0x2c, 0xc6, 0xf8, 0xce, 0xc2, 0x0d, 0x0a]);
    const boundary = 'x-boundary';
    const payload = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="weather.csv"\r\n\r\n`),
      heading,
      Buffer.from(`2026/1/1,-5\r\n\r\n--${boundary}--\r\n`),
    ]);
    const answer = await api.as('bureau', {
      method: 'PUT',
      url: '/api/weather/150204',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload,
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { new: 1 }]);
  });

  test('imported days are taken back', async () => {
    await importCsv('bureau', '150200', '2026-01-01,1\n2026-01-02,2\n2026-01-03,3');
    const url = '/api/weather/150200?from=2026-01-02&to=2026-01-03';
    expect((await api.as('bureau', { method: 'DELETE', url })).statusCode).toBe(204);
    expect((await weather('150200', '2026-01-01', '2026-01-04')).knownDays).toBe(1);
    expect((await api.as('bureau', { method: 'DELETE', url })).statusCode).toBe(404);
  });
});

describe('refusals', () => {
  beforeAll(async () => {
    api = await openApiFixture();
  });
  afterAll(() => api.close());

  test.each<[string, FixtureUser, string, string, number]>([
    ['an institution imports nothing', 'school', '150200', '2026-01-01,1', 403],
    ['nor does an agency', 'kundulun', '150203', '2026-01-01,1', 403],
    ['a region that there is not', 'bureau', '999999', '2026-01-01,1', 404],
    ['nothing in the file', 'bureau', '150200', '\n', 422],
    ['a file that is too large', 'bureau', '150200', 'x'.repeat(2 * 1024 * 1024 + 1), 413],
  ])('%s', async (_name, user, region, csv, status) => {
    expect((await importCsv(user, region, csv)).statusCode).toBe(status);
  });

  test.each([
    ['no file at all', { method: 'PUT', url: '/api/weather/150200' }, 400],
    ['JSON', { method: 'PUT', url: '/api/weather/150200', payload: { date: '2026-01-01' } }, 400],
    [
      'a region that there is not',
      { url: `/api/weather/999999?from=${local('2026-01-01')}&to=${local('2026-01-02')}` },
      404,
    ],
    ['part of a day', { url: `/api/weather/150200?from=${local('2026-01-01') + 1}&to=${local('2026-01-02')}` }, 400],
    ['days the wrong way round', { method: 'DELETE', url: '/api/weather/150200?from=2026-01-02&to=2026-01-01' }, 400],
  ] as const)('%s', async (_name, request, status) => {
    const answer = await api.as('bureau', { ...request });
    expect(answer.statusCode, answer.body).toBe(status);
  });
});
