import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import type { ManualReading } from '../../services/api/schemas/manual-reading.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { createMaterialiser } from '../../services/usage/materialise.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls, type RegistryCalls } from '../support/registry-calls.ts';

// The fixture's clock: 2026-05-15 10:30 in Asia/Shanghai.
const PHOTO_MAX_BYTES = 64 * 1024;
let api: ApiFixture;
let number = 0;
let id = '';
beforeAll(async () => {
  api = await openApiFixture({ manualReadings: { photoMaxBytes: PHOTO_MAX_BYTES, retentionMs: 365 * 86_400_000 } });
});
afterAll(() => api.close());

/** A water meter of the school's that sends nothing, for each test. */
beforeEach(async () => {
  id = `m${++number}`;
  await createMeter(
    api.db,
    {
      id,
      institutionId: 'school',
      collectorId: 'c1',
      medium: 'water',
      registerModulus: 10_000,
      ratedMaximum: 5,
      expectedIntervalS: 3600,
    },
    { userId: null, nowMs: api.clock.nowMs },
  );
});

const as = (user: FixtureUser): RegistryCalls => registryCalls(() => api, user);
const readings = (of = id): string => `meters/${of}/manual-readings`;
const TS = '2026-05-01T08:00:00+08:00';
const READING = { ts: TS, total: 1234.5, source: 'visit' };
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1000, 7)]);
const counted = async (): Promise<unknown> => (await usageMeters(api.db, { ids: [id] }))[0]?.manual;
const sent = (at: string, metric: ReadingRow['metric'] = 'total'): ReadingRow => ({
  meter: id,
  metric,
  observedAtMs: Date.parse(at),
  value: 1200,
  receivedAtMs: Date.parse(at) + 2000,
  flags: 0,
  position: 1,
});

test('entered by one person, it counts at once; taken back, it counts no more and is still to be seen', async () => {
  const told = api.calls.registryChanged;
  const made = await as('school').post(readings(), { ...READING, note: '三楼水井' });
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: expect.any(String) as string,
      meterId: id,
      ts: TS,
      total: 1234.5,
      unit: 'm3',
      source: 'visit',
      note: '三楼水井',
      photo: null,
      enteredBy: 'school',
      enteredAt: '2026-05-15T10:30:00+08:00',
      withdrawnBy: null,
      withdrawnAt: null,
      warning: null,
    },
  ]);
  const { id: rid } = made.body as ManualReading;
  expect(await counted()).toEqual([{ id: rid, atMs: Date.parse(TS), register: 1234.5 }]);
  expect(api.calls.registryChanged).toBe(told + 1);

  const withdrawn = await as('bureau').post(`${readings()}/${rid}/withdraw`, {});
  expect(withdrawn.body).toMatchObject({ withdrawnBy: 'bureau', withdrawnAt: '2026-05-15T10:30:00+08:00' });
  expect(await counted()).toBeUndefined();
  expect(api.calls.registryChanged).toBe(told + 2);
  expect((await as('school').get(readings())).body).toEqual({ items: [], next: null });
  const { items } = (await as('school').get(`${readings()}?withdrawn=true`)).body as { items: ManualReading[] };
  expect(items.map((one) => [one.id, one.withdrawnBy])).toEqual([[rid, 'bureau']]);
  const again = await as('school').post(`${readings()}/${rid}/withdraw`, {});
  expect([again.status, again.detail]).toEqual([409, 'The reading was taken back already']);
  // What was taken back leaves room for what is right.
  expect((await as('school').post(readings(), { ...READING, total: 1234.6 })).status).toBe(201);

  const trail = await api.db
    .selectFrom('audit')
    .select(['action', 'before', 'after'])
    .where('object', '=', `meter/${id}`)
    .where('action', 'like', 'manual-%')
    .orderBy('id')
    .execute();
  expect(trail.map(({ action }) => action)).toEqual([
    'manual-reading-enter',
    'manual-reading-withdraw',
    'manual-reading-enter',
  ]);
  expect(JSON.parse(trail[1]!.before!)).toMatchObject({ id: rid, register: 1234.5, withdrawn_by: null });
  expect(JSON.parse(trail[1]!.after!)).toMatchObject({ id: rid, withdrawn_at: api.clock.nowMs });
});

test.each(['school', 'kundulun', 'bureau', 'admin'] as FixtureUser[])('%s may enter and take back', async (user) => {
  const made = await as(user).post(readings(), READING);
  expect(made.status).toBe(201);
  const { id: rid } = made.body as ManualReading;
  expect((await as(user).post(`${readings()}/${rid}/withdraw`, {})).status).toBe(200);
});

test('a reading in another unit is kept as the register counts', async () => {
  const made = await as('school').post(readings(), { ...READING, total: 1_234_567, unit: 'L' });
  expect(made.body).toMatchObject({ total: 1234.567, unit: 'm3' });
});

describe('refusals', () => {
  const refused = async (more: object): Promise<string> => {
    const before = await counted();
    const { status, detail } = await as('school').post(readings(), { ...READING, ...more });
    expect(await counted()).toEqual(before);
    return `${status} ${detail}`;
  };

  test.each([
    [
      { ts: '2026-05-15T10:30:01+08:00' },
      '400 ts: 2026-05-15T10:30:01+08:00 lies in the future; enter what has been read',
    ],
    [{ ts: '1969-12-31T00:00:00+08:00' }, '400 ts: lies before 1970; correct the time'],
    [
      { ts: '2025-05-15T10:29:59+08:00' },
      '400 ts: readings before 2025-05-15T10:30:00+08:00 are not kept (RETENTION_DAYS); correct the time',
    ],
    [{ total: 10_000 }, '400 total: 10000 m3 is more than a register with the modulus 10000 can show; check both'],
    [{ total: -1 }, '400 total: must be >=0'],
    [{ unit: 'kWh' }, '400 unit: kWh does not measure water; give one of L, m3, m³'],
    [{ source: 'guess' }, '400 source: must be one of visit, phone, photo'],
    [{ photo: 'data:image/png;base64,iVBORw0KGgo=' }, '400 photo: give the image in base64, without anything in front'],
    [{ photo: 'aGVsbG8=' }, '400 photo: is no JPEG, PNG or WebP image; give one of these'],
    [
      { photo: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64') },
      '400 photo: is no JPEG, PNG or WebP image; give one of these',
    ],
  ])('%j: %s', async (more, want) => expect(await refused(more)).toBe(want));

  test('a photograph that is too large, and a body beyond all bounds', async () => {
    const large = Buffer.concat([PNG, Buffer.alloc(PHOTO_MAX_BYTES)]);
    expect(await refused({ photo: large.toString('base64') })).toMatch(/^400 photo: is larger than /);
    const { status, body } = await as('school').post(readings(), {
      ...READING,
      photo: Buffer.alloc(4 * PHOTO_MAX_BYTES).toString('base64'),
    });
    expect([status, (body as { code: string }).code]).toEqual([413, 'too-large']);
  });

  test('where the meter itself sent its register at that instant', async () => {
    await api.series.writeReadings([sent(TS)]);
    expect(await refused({})).toBe(
      `409 ts: ${id} itself sent its register at ${TS}; to override what is measured, propose a decision of the kind value (POST /api/decisions)`,
    );
  });

  test.each([
    ['2026-05-01T06:00:00+08:00', 409],
    ['2026-05-01T05:59:59+08:00', 201],
    ['2026-05-01T10:00:00+08:00', 409],
    ['2026-05-01T10:00:01+08:00', 201],
  ])('where the meter sent something within two expected intervals: %s %d', async (at, status) => {
    await api.series.writeReadings([sent(at)]);
    const answer = await as('school').post(readings(), READING);
    expect(answer.status).toBe(status);
    if (status === 409) {
      expect(answer.detail).toBe(
        `ts: ${id} sent readings within two expected intervals of ${TS}, at ${at}; to override what is measured, propose a decision of the kind value (POST /api/decisions)`,
      );
    }
  });

  test('amounts and rates are telemetry too; a voltage is none', async () => {
    await api.series.writeReadings([sent('2026-05-01T07:30:00+08:00', 'voltage')]);
    const made = await as('school').post(readings(), READING);
    expect(made.status).toBe(201);
    await as('school').post(`${readings()}/${(made.body as ManualReading).id}/withdraw`, {});
    await api.series.writeReadings([sent('2026-05-01T07:30:00+08:00', 'rate')]);
    expect((await as('school').post(readings(), READING)).status).toBe(409);
  });

  test('where another was entered for that instant, one after the other and at once', async () => {
    await as('school').post(readings(), READING);
    const want = `409 ts: 1234.5 m3 was entered for ${TS} already; take that back first, or propose a decision of the kind value (POST /api/decisions)`;
    expect(await refused({ total: 1300 })).toBe(want);
    const later = { ...READING, ts: '2026-05-02T08:00:00+08:00', total: 1250 };
    const both = await Promise.all(
      (['school', 'bureau'] as FixtureUser[]).map((user) => as(user).post(readings(), later)),
    );
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
  });

  test('a temperature point', async () => {
    const { status, detail } = await as('archive').post(readings('archive-room'), READING);
    expect([status, detail]).toEqual([400, 'total: a temperature point has no register to be read']);
  });

  test('a meter that has ended, or was not there yet', async () => {
    await as('admin').post(`meters/${id}/life`, { kind: 'installation', at: '2026-02-01T00:00:00+08:00' });
    await as('admin').post(`meters/${id}/life`, {
      kind: 'removal',
      at: '2026-04-01T12:00:00+08:00',
      closingRegister: 1,
    });
    expect(await refused({})).toBe(`400 ts: ${id} ended on 2026-04-02; readings from then on count nothing`);
    expect(await refused({ ts: '2026-01-31T12:00:00+08:00' })).toBe(
      `400 ts: ${id} was installed at 2026-02-01T00:00:00+08:00; readings before count nothing`,
    );
  });
});

describe('a warning', () => {
  const warned = async (more: object): Promise<string | null> => {
    const { status, body } = await as('school').post(readings(), { ...READING, ...more });
    expect(status).toBe(201);
    return (body as { warning: string | null }).warning;
  };

  test('where the register lies below the one before, read by hand or sent', async () => {
    await as('school').post(readings(), READING);
    expect(await warned({ ts: '2026-05-02T08:00:00+08:00', total: 1200 })).toBe(
      `the one before shows 1234.5 m3 at ${TS}, and no rollover, replacement or reset is known in between: check the figure, or enter what happened to the meter`,
    );
    await api.series.writeReadings([{ ...sent('2026-05-04T08:00:00+08:00'), value: 1290 }]);
    expect(await warned({ ts: '2026-05-05T08:00:00+08:00', total: 1280 })).toMatch(
      /^the one before shows 1290 m3 at 2026-05-04T08:00:00\+08:00, and no rollover/,
    );
  });

  test('not where a replacement is known', async () => {
    await as('school').post(readings(), READING);
    const at = '2026-05-01T12:00:00+08:00';
    const replacement = { kind: 'replacement', at, closingRegister: 1235, openingRegister: 0 };
    expect((await as('admin').post(`meters/${id}/life`, replacement)).status).toBe(201);
    expect(await warned({ ts: '2026-05-02T08:00:00+08:00', total: 12 })).toBeNull();
  });

  test('not where a decision says so', async () => {
    await as('school').post(readings(), READING);
    const reset = { meterId: id, kind: 'reset', from: '2026-05-01T12:00:00+08:00', reason: '停电后清零' };
    const { body } = await as('school').post('decisions', reset);
    await as('bureau').post(`decisions/${(body as { id: string }).id}/approve`, {});
    expect(await warned({ ts: '2026-05-02T08:00:00+08:00', total: 12 })).toBeNull();
  });
});

describe('a photograph', () => {
  test('is given out as it came, to be saved and not shown', async () => {
    const photo = PNG.toString('base64');
    const made = await as('school').post(readings(), { ...READING, source: 'photo', photo });
    expect(made.body).toMatchObject({ source: 'photo', photo: 'image/png' });
    const { id: rid } = made.body as ManualReading;
    const answer = await api.as('kundulun', { url: `/api/${readings()}/${rid}/photo` });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(PNG)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="${id}-${rid}.png"; filename*=UTF-8''${id}-${rid}.png`,
      'cache-control': 'private, no-store',
    });
    const entry = await api.db
      .selectFrom('audit')
      .select('after')
      .where('object', '=', `meter/${id}`)
      .where('action', '=', 'manual-reading-enter')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(entry.after!)).toMatchObject({ photo: { type: 'image/png', bytes: PNG.length } });
    expect(entry.after).not.toContain(photo.slice(0, 40));
    // The list says that there is one, without its bytes.
    expect((await api.as('school', { url: `/api/${readings()}` })).rawPayload.length).toBeLessThan(1000);
  });

  test('of the largest size that is taken', async () => {
    const largest = Buffer.concat([PNG, Buffer.alloc(PHOTO_MAX_BYTES - PNG.length)]);
    const made = await as('school').post(readings(), { ...READING, photo: largest.toString('base64') });
    expect(made.status).toBe(201);
  });

  test('where there is none, or no such reading', async () => {
    const made = await as('school').post(readings(), READING);
    const { id: rid } = made.body as ManualReading;
    expect((await as('school').get(`${readings()}/${rid}/photo`)).detail).toBe(`The reading ${rid} has no photograph`);
    const { status, detail } = await as('school').get(`${readings()}/none/photo`);
    expect([status, detail]).toEqual([404, `There is no reading none taken by hand of the meter ${id}`]);
  });
});

test('another tenant sees, enters and takes back nothing', async () => {
  const made = await as('school').post(readings(), { ...READING, photo: PNG.toString('base64') });
  const { id: rid } = made.body as ManualReading;
  const want = [404, `There is no meter ${id}`];
  for (const answer of [
    await as('archive').get(readings()),
    await as('archive').post(readings(), READING),
    await as('archive').get(`${readings()}/${rid}/photo`),
    await as('archive').post(`${readings()}/${rid}/withdraw`, {}),
  ]) {
    expect([answer.status, answer.detail]).toEqual(want);
  }
  // Nor through a meter of its own.
  const through = await as('archive').get(`${readings('archive-main')}/${rid}/photo`);
  expect(through.status).toBe(404);
});

test('the list goes on by its cursor, newest first', async () => {
  const instants = ['01', '02', '03', '04', '05'].map((day) => `2026-05-${day}T08:00:00+08:00`);
  for (const [index, ts] of instants.entries()) {
    expect((await as('school').post(readings(), { ...READING, ts, total: 1300 + index })).status).toBe(201);
  }
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await as('school').get(`${readings()}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const page = body as { items: ManualReading[]; next: string | null };
    seen.push(...page.items.map(({ ts }) => ts));
    cursor = page.next;
  }
  expect(seen).toEqual(instants.toReversed());
});

test('a meter that nobody but people read has usage of their quality; what is taken back leaves none', async () => {
  const { series, clock, db } = api;
  const zone = createZone('Asia/Shanghai');
  const materialiser = createMaterialiser(series, zone, () => clock.nowMs);
  materialiser.useMeters(await usageMeters(db));
  await materialiser.run();
  const follow = async (): Promise<void> => {
    materialiser.useMeters(await usageMeters(db));
    await materialiser.run();
    expect(materialiser.failure()).toBe('');
  };
  const days = async (): Promise<[string, number | null, string][]> => {
    const { body } = await as('school').get(
      `meters/${id}/usage?from=2026-05-01T00:00:00%2B08:00&to=2026-05-04T00:00:00%2B08:00&step=1d`,
    );
    const { items } = body as { items: { start: string; value: number | null; quality: string }[] };
    return items.map(({ start, value, quality }) => [start.slice(0, 10), value, quality]);
  };
  const none: [string, null, string][] = ['2026-05-01', '2026-05-02', '2026-05-03'].map((day) => [
    day,
    null,
    'missing',
  ]);

  await as('school').post(readings(), { ...READING, ts: '2026-05-01T00:00:00+08:00', total: 100 });
  const last = await as('school').post(readings(), { ...READING, ts: '2026-05-03T00:00:00+08:00', total: 148 });
  await follow();
  const read = await days();
  expect(read.map(([, , quality]) => quality)).toEqual(['manual', 'manual', 'missing']);
  expect(read[0]![1]! + read[1]![1]!).toBe(48);

  await as('school').post(`${readings()}/${(last.body as ManualReading).id}/withdraw`, {});
  await follow();
  expect(await days()).toEqual(none);
});
