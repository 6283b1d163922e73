import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type ApiFixture, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const { get, post, patch } = registryCalls(() => api);
const FROM = Date.parse('2026-05-01T00:00:00+08:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO = FROM + 3 * DAY;
const RANGE = `from=${FROM}&to=${TO}`;
const MONTH = `from=${FROM}&to=${Date.parse('2026-06-01T00:00:00+08:00')}&step=1mo`;
const whole = { measured: 1, estimated: 0, manual: 0, missing: 0 };

const sub = (id: string, more: object = {}): Promise<unknown> =>
  post('meters', {
    id,
    name: `${id} meter`,
    collectorId: 'c1',
    medium: 'electricity',
    institutionId: 'school',
    parentId: 'school-main',
    expectedIntervalS: 3600,
    ...more,
  });
/** A main meter of 10 kWh an hour, 4 and 3 of which two meters below it count. */
async function family(): Promise<void> {
  await sub('light', { subItem: 'A1' });
  await sub('lift', { subItem: 'C1' });
  await api.addReadings([
    ...hourlyRegister('school-main', 10, FROM, TO),
    ...hourlyRegister('light', 4, FROM, TO),
    ...hourlyRegister('lift', 3, FROM, TO),
  ]);
}

describe('balance', () => {
  test('main, sub-meters and what none of them counted', async () => {
    await family();
    const { body } = await get(`meters/school-main/balance?${RANGE}&step=1d`);
    const day = { main: 240, subMeters: 168, unmetered: 72, unmeteredShare: 0.3, coverage: 1, quality: whole };
    expect(body).toEqual({
      meterId: 'school-main',
      name: 'school-main',
      medium: 'electricity',
      unit: 'kWh',
      total: {
        ...day,
        start: '2026-05-01T00:00:00+08:00',
        end: '2026-05-04T00:00:00+08:00',
        main: 720,
        subMeters: 504,
        unmetered: 216,
      },
      subMeters: [
        { id: 'lift', name: 'lift meter', value: 216, quality: whole },
        { id: 'light', name: 'light meter', value: 288, quality: whole },
      ],
      others: null,
      items: [1, 2, 3].map((date) => ({
        ...day,
        start: `2026-05-0${date}T00:00:00+08:00`,
        end: `2026-05-0${date + 1}T00:00:00+08:00`,
      })),
      next: null,
    });
    const hours = await get(`meters/school-main/balance?${RANGE}&step=1h`);
    expect(hours.body.items).toHaveLength(72);
    expect(hours.body.items[5]).toMatchObject({ main: 10, subMeters: 7, unmetered: 3, coverage: 1 });
  });

  test('hours in which one of them is missing are told, and are no loss', async () => {
    await sub('light');
    await sub('lift');
    await api.addReadings([
      ...hourlyRegister('school-main', 10, FROM, TO),
      ...hourlyRegister('light', 4, FROM, TO),
      // Begins at noon of the second day.
      ...hourlyRegister('lift', 3, FROM + 36 * HOUR, TO),
    ]);
    const { body } = await get(`meters/school-main/balance?${RANGE}&step=1d`);
    expect(body.items.map(({ unmetered, coverage }: Record<string, number>) => [unmetered, coverage])).toEqual([
      [null, 0],
      [36, 0.5],
      [72, 1],
    ]);
    expect(body.items[0]).toMatchObject({ main: null, subMeters: null, unmeteredShare: null });
    expect(body.total).toMatchObject({ main: 360, subMeters: 252, unmetered: 108, unmeteredShare: 0.3, coverage: 0.5 });
    // Who takes the hours out.
    expect(body.subMeters[0]).toMatchObject({ id: 'lift', value: 108, quality: { measured: 0.5, missing: 0.5 } });
    expect(body.subMeters[1]).toMatchObject({ id: 'light', value: 144, quality: whole });
    const month = await get(`meters/school-main/balance?${MONTH}`);
    expect(month.body.items).toMatchObject([{ unmetered: 108, coverage: 36 / (31 * 24) }]);
  });

  test('a meter that was put in or taken out is not missing before and behind', async () => {
    await sub('light');
    await sub('lift', { installedOn: '2026-05-02', openingRegister: 1000 });
    await sub('old');
    await api.addReadings([
      ...hourlyRegister('school-main', 10, FROM, TO),
      ...hourlyRegister('light', 4, FROM, TO),
      ...hourlyRegister('lift', 3, FROM + DAY, TO),
      ...hourlyRegister('old', 1, FROM, FROM + DAY),
    ]);
    const removal = { kind: 'removal', at: FROM + DAY, closingRegister: 1024 };
    expect((await post('meters/old/life', removal)).status).toBe(201);
    const { body } = await get(`meters/school-main/balance?${RANGE}&step=1d`);
    expect(body.items.map(({ subMeters, coverage }: Record<string, number>) => [subMeters, coverage])).toEqual([
      [120, 1],
      [168, 1],
      [168, 1],
    ]);
    expect(body.subMeters.map(({ quality }: { quality: object }) => quality)).toEqual([whole, whole, whole]);
  });

  test('sub-meters above their main meter are shown as such', async () => {
    await sub('light');
    await api.addReadings([...hourlyRegister('school-main', 4, FROM, TO), ...hourlyRegister('light', 5, FROM, TO)]);
    const { body } = await get(`meters/school-main/balance?${RANGE}`);
    expect(body.total).toMatchObject({ main: 288, subMeters: 360, unmetered: -72, unmeteredShare: -0.25 });
  });

  test('a meter with nothing below it has no rest', async () => {
    await api.addReadings(hourlyRegister('school-main', 4, FROM, TO));
    const { body } = await get(`meters/school-main/balance?${RANGE}`);
    expect(body.total).toMatchObject({
      main: 288,
      subMeters: null,
      unmetered: null,
      unmeteredShare: null,
      coverage: 1,
    });
    expect(body.subMeters).toEqual([]);
  });

  test("what of it is another institution's is told together to who may not see it", async () => {
    const both = [
      { institutionId: 'school', share: 0.5 },
      { institutionId: 'library', share: 0.5 },
    ];
    expect((await patch('meters/school-main', { shares: both })).status).toBe(200);
    await sub('reading-room', { institutionId: 'library' });
    await sub('light');
    await api.addReadings([
      ...hourlyRegister('school-main', 10, FROM, TO),
      ...hourlyRegister('reading-room', 4, FROM, TO),
      ...hourlyRegister('light', 3, FROM, TO),
    ]);
    const asSchool = await registryCalls(() => api, 'school').get(`meters/school-main/balance?${RANGE}`);
    expect(asSchool.body.total).toMatchObject({ main: 720, subMeters: 504, unmetered: 216 });
    expect(asSchool.body.subMeters).toMatchObject([{ id: 'light', value: 216 }]);
    expect(asSchool.body.others).toEqual({ meters: 1, value: 288, quality: whole });
    expect(JSON.stringify(asSchool.body)).not.toContain('reading-room');
    const asAdmin = await get(`meters/school-main/balance?${RANGE}`);
    expect(asAdmin.body.subMeters).toHaveLength(2);

    const tree = await registryCalls(() => api, 'school').get(`institutions/school/meter-tree?${RANGE}`);
    expect(tree.body.items).toMatchObject([
      { id: 'school-main', share: 0.5, others: { meters: 1, value: 288 }, balance: { unmetered: 216 } },
      { id: 'light', share: 1, value: 216 },
    ]);
    expect(JSON.stringify(tree.body)).not.toContain('reading-room');
  });

  test('refused: a temperature point, quarter hours, off the boundaries', async () => {
    expect((await get(`meters/archive-room/balance?${RANGE}`)).detail).toContain('temperature point');
    expect((await get(`meters/school-main/balance?${RANGE}&step=15m`)).status).toBe(400);
    expect((await get(`meters/school-main/balance?from=${FROM + 1}&to=${TO}`)).status).toBe(400);
    expect((await get(`institutions/school/meter-tree?from=${FROM + HOUR}&to=${TO}`)).status).toBe(400);
  });
});

describe('tree', () => {
  test('each meter behind the one above it, with what it counted itself', async () => {
    await family();
    await sub('lamp', { parentId: 'light', subItem: 'A1' });
    await post('meters', {
      id: 'roof',
      collectorId: 'c1',
      medium: 'electricity',
      institutionId: 'school',
      direction: 'pv',
    });
    await api.addReadings(hourlyRegister('lamp', 1, FROM, TO));
    const { body } = await get(`institutions/school/meter-tree?${RANGE}`);
    const rows = body.items.map((node: Record<string, unknown>) => [
      node['depth'],
      node['id'],
      node['parentId'],
      node['value'],
      (node['balance'] as { unmetered: number } | null)?.unmetered ?? null,
      node['subItem'],
    ]);
    expect(rows).toEqual([
      [0, 'roof', null, null, null, null],
      [0, 'school-main', null, 720, 216, 'A'],
      [1, 'lift', 'school-main', 216, null, 'C1'],
      [1, 'light', 'school-main', 288, 216, 'A1'],
      [2, 'lamp', 'light', 72, null, 'A1'],
    ]);
    expect(body.items[0]).toMatchObject({ direction: 'pv', quality: { missing: 1 }, balance: null });
    expect(body.items[1].balance).toEqual({
      main: 720,
      subMeters: 504,
      unmetered: 216,
      unmeteredShare: 0.3,
      coverage: 1,
    });
    expect((await get(`institutions/school/meter-tree?${RANGE}&medium=water`)).body.items).toEqual([]);
    // Own rests and ends of the tree sum to the top.
    const sum = body.items.reduce(
      (total: number, node: { value: number | null; balance: { unmetered: number } | null }) =>
        total + (node.balance === null ? (node.value ?? 0) : node.balance.unmetered),
      0,
    );
    expect(sum).toBe(720);
  });

  test('follows data that come late', async () => {
    await family();
    const night = Date.parse('2026-05-02T00:00:00+08:00');
    const late = hourlyRegister('light', 4, FROM, TO).map((row) => ({
      ...row,
      position: row.position + 1000,
      // From the second day on it had counted an hour's 2 kWh more at once.
      value: row.value + (row.observedAtMs > night ? 2 : 0),
    }));
    await api.addReadings(late);
    const { body } = await get(`meters/school-main/balance?${RANGE}&step=1d`);
    expect(body.items.map(({ unmetered }: { unmetered: number }) => unmetered)).toEqual([72, 70, 72]);
    const tree = await get(`institutions/school/meter-tree?${RANGE}`);
    expect(tree.body.items.map(({ value }: { value: number }) => value)).toEqual([720, 216, 290]);
  });
});

describe('zones and housing', () => {
  const ROOMS = [
    { id: 'class', institutionId: 'school', name: '教室', kind: 'office' },
    { id: 'flats', institutionId: 'school', name: '教工宿舍', kind: 'residential' },
  ];
  async function divided(): Promise<void> {
    for (const room of ROOMS) await post('zones', room);
    const shares = [
      { institutionId: 'school', zoneId: 'class', subItem: 'A1', share: 0.5 },
      { institutionId: 'school', zoneId: 'flats', subItem: 'A1', share: 0.3 },
      { institutionId: 'school', share: 0.2 },
    ];
    expect((await patch('meters/school-main', { shares })).status).toBe(200);
    await api.addReadings(hourlyRegister('school-main', 10, FROM, TO));
  }
  const sumsOf = (body: { items: { subItem: string | null; value: number }[] }): unknown[] =>
    body.items.map(({ subItem, value }) => [subItem, value]);

  test('housing is told apart from the premises beside it, and together with them where asked', async () => {
    await divided();
    const own = await get(`institutions/school/usage?${MONTH}`);
    expect(sumsOf(own.body)).toEqual([
      [null, 144],
      ['A1', 360],
    ]);
    const housing = await get(`institutions/school/usage?${MONTH}&premises=housing`);
    expect(sumsOf(housing.body)).toEqual([['A1', 216]]);
    const all = await get(`institutions/school/usage?${MONTH}&premises=all`);
    expect(sumsOf(all.body)).toEqual([
      [null, 144],
      ['A1', 576],
    ]);
    // Of the hours that anything is known of: the one that the last reading begins is missing.
    expect(all.body.items[1].quality.measured).toBeCloseTo(72 / 73, 12);
    for (const step of ['15m', '1h']) {
      const finer = await get(`institutions/school/usage?${RANGE}&step=${step}&premises=all`);
      const total = finer.body.items.reduce((sum: number, { value }: { value: number }) => sum + value, 0);
      expect(total).toBeCloseTo(720, 9);
    }
  });

  test('by zone, with what no zone is named for', async () => {
    await divided();
    const { body } = await get(`institutions/school/zone-usage?${RANGE}&step=1d`);
    expect(body.items.slice(0, 4)).toMatchObject([
      { zoneId: null, zoneName: null, zoneKind: null, medium: 'electricity', value: 48, unit: 'kWh', quality: whole },
      { zoneId: null, value: 48 },
      { zoneId: null, value: 48 },
      { zoneId: 'class', zoneName: '教室', zoneKind: 'office', value: 120, start: '2026-05-01T00:00:00+08:00' },
    ]);
    const month = await get(`institutions/school/zone-usage?${MONTH}`);
    expect(month.body.items.map(({ zoneId, value }: Record<string, unknown>) => [zoneId, value])).toEqual([
      [null, 144],
      ['class', 360],
      ['flats', 216],
    ]);
    const long = `from=${Date.parse('2025-01-01T00:00:00+08:00')}&to=${TO}`;
    expect((await get(`institutions/school/zone-usage?${long}`)).status).toBe(400);
  });
});
