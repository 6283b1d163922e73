import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { LifeEntry } from '../../services/api/schemas/meter-life.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

// The fixture's clock: 2026-05-15 10:30 in Asia/Shanghai.
let api: ApiFixture;
let number = 0;
let id = '';
beforeAll(async () => {
  api = await openApiFixture();
});
afterAll(() => api.close());

const { get, post, patch, remove } = registryCalls(() => api);
const life = (meter = id) => `meters/${meter}/life`;
const add = (entry: object) => post(life(), entry);
const timeLine = async (): Promise<string[]> => {
  const { items } = (await get(life())).body as { items: LifeEntry[] };
  return items.map(({ kind, at, date }) => `${kind} ${at ?? date}`);
};
const unchanged = async (work: () => Promise<{ status: number; code: string | undefined; detail: string }>) => {
  const before = await get(life());
  const meter = await get(`meters/${id}`);
  const calls = { ...api.calls };
  const answer = await work();
  expect((await get(life())).body).toEqual(before.body);
  expect((await get(`meters/${id}`)).body).toEqual(meter.body);
  expect(api.calls).toEqual(calls);
  return [answer.status, answer.code, answer.detail];
};

const AT = {
  installed: '2024-03-01T00:00:00+08:00',
  replaced: '2025-06-10T14:20:00+08:00',
  removed: '2026-04-30T16:00:00+08:00',
};
const REPLACEMENT = { kind: 'replacement', at: AT.replaced, closingRegister: 99_120.5, openingRegister: 0.2 };

/** A meter of its own for each test: modulus 100,000, installed on 2024-03-01. */
beforeEach(async () => {
  id = `m${++number}`;
  const made = await post('meters', {
    id,
    collectorId: 'c1',
    medium: 'electricity',
    shares: [
      { institutionId: 'school', subItem: 'A1', share: 0.6 },
      { institutionId: 'library', share: 0.4 },
    ],
    multiplier: 40,
    registerModulus: 100_000,
    ratedMaximum: 50,
    address: `2024${number}`,
    format: 'dlt645-2007',
    certificate: 'JL-2024-1',
    installedOn: '2024-03-01',
    openingRegister: 12,
  });
  expect(made.status).toBe(201);
});

test('installation comes with the meter; what holds from the beginning stands beside the time line', async () => {
  const answer = await get(life());
  expect(answer.body).toEqual({
    items: [
      {
        id: expect.stringMatching(/^event-\d+$/),
        kind: 'installation',
        at: AT.installed,
        date: '2024-03-01',
        before: null,
        after: null,
        closingRegister: null,
        openingRegister: 12,
        note: null,
        enteredAt: '2026-05-15T10:30:00+08:00',
        by: null,
      },
    ],
    next: null,
    beginning: {
      multiplier: 40,
      shares: [
        { institutionId: 'school', zoneId: null, subItem: 'A1', share: 0.6 },
        { institutionId: 'library', zoneId: null, subItem: null, share: 0.4 },
      ],
    },
  });
});

test('a whole life: one time line, oldest first, each entry with what it changed, who entered it and why', async () => {
  const removal = await add({ kind: 'removal', at: AT.removed, closingRegister: 4021, note: '拆迁' });
  expect(removal.status).toBe(201);
  const shares = [{ institutionId: 'library', subItem: 'B1C', share: 1 }];
  expect((await add({ kind: 'move', date: '2026-01-01', shares, note: '划转' })).status).toBe(201);
  expect((await add({ kind: 'multiplier', date: '2024-09-01', multiplier: 60 })).status).toBe(201);
  const device = { registerModulus: 1_000_000, address: `2025${number}`, certificate: 'JL-2025-9' };
  const more = { ratedMaximum: 80, certificateExpires: '2031-06-09', multiplier: 1 };
  expect((await add({ ...REPLACEMENT, ...device, ...more })).status).toBe(201);

  const { items } = (await get(life())).body as { items: LifeEntry[] };
  expect(items.map(({ kind, date }) => `${kind} ${date}`)).toEqual([
    'installation 2024-03-01',
    'multiplier 2024-09-01',
    'replacement 2025-06-10',
    'move 2026-01-01',
    'removal 2026-04-30',
  ]);
  expect(items[1]).toMatchObject({ at: null, before: { multiplier: 40 }, after: { multiplier: 60 }, by: 'admin' });
  expect(items[2]).toMatchObject({
    at: AT.replaced,
    before: {
      registerModulus: 100_000,
      ratedMaximum: 50,
      address: `2024${number}`,
      certificate: 'JL-2024-1',
      certificateExpires: null,
      multiplier: 60,
    },
    after: { ...device, ...more },
    closingRegister: 99_120.5,
    openingRegister: 0.2,
  });
  expect(items[3]).toMatchObject({ note: '划转', by: 'admin', before: { shares: [{ share: 0.6 }, { share: 0.4 }] } });
  expect(items[4]).toMatchObject({ note: '拆迁', closingRegister: 4021, openingRegister: null });
  expect((await get(`meters/${id}`)).body).toMatchObject({
    ...device,
    ratedMaximum: 80,
    certificateExpires: '2031-06-09',
    multiplier: 1,
    institutionId: 'library',
    subItem: 'B1C',
    endedOn: '2026-05-01',
  });
});

test('usage is told of the events, with what held for the register that went', async () => {
  await add({ ...REPLACEMENT, registerModulus: 1_000_000, multiplier: 30 });
  await add({ kind: 'removal', at: AT.removed, closingRegister: null });
  const meter = (await usageMeters(api.db)).find((one) => one.id === id);
  const at = (text: string) => Date.parse(text);
  expect(meter).toMatchObject({
    registerModulus: 1_000_000,
    multipliers: [
      { multiplier: 40, validFrom: '1970-01-01', validTo: '2025-06-10' },
      { multiplier: 30, validFrom: '2025-06-10', validTo: null },
    ],
    events: [
      { kind: 'installation', atMs: at(AT.installed), closingRegister: null, openingRegister: 12 },
      {
        kind: 'replacement',
        atMs: at(AT.replaced),
        closingRegister: 99_120.5,
        openingRegister: 0.2,
        registerModulusBefore: 100_000,
      },
      { kind: 'removal', atMs: at(AT.removed), closingRegister: null, openingRegister: null },
    ],
  });
  expect(meter?.shares.map(({ subItem, share }) => [subItem, share])).toEqual([
    ['A1', 0.6],
    [null, 0.4],
  ]);
});

test('every entry, correction and taking back is told and stands in the trail with before and after', async () => {
  const told = api.calls.registryChanged;
  const { body } = await add(REPLACEMENT);
  const { id: entry } = body as LifeEntry;
  const note = '电表烧毁';
  expect((await patch(`${life()}/${entry}`, { openingRegister: 3, note })).body).toMatchObject({
    id: entry,
    openingRegister: 3,
    closingRegister: 99_120.5,
    note,
  });
  expect((await remove(`${life()}/${entry}`)).status).toBe(204);
  expect(api.calls.registryChanged - told).toBe(3);
  const trail = await api.db
    .selectFrom('audit')
    .selectAll()
    .where('object', '=', `meter/${id}`)
    .where('action', '!=', 'create')
    .orderBy('id')
    .execute();
  const parsed = trail.map(({ action, before, after }) => [
    action,
    before === null ? null : (JSON.parse(before) as LifeEntry).openingRegister,
    after === null ? null : (JSON.parse(after) as LifeEntry).openingRegister,
  ]);
  expect(parsed).toEqual([
    ['life-add', null, 0.2],
    ['life-change', 0.2, 3],
    ['life-remove', 3, null],
  ]);
});

describe('corrections', () => {
  test('a replacement whose day was wrong takes its multiplier along', async () => {
    const { body } = await add({ ...REPLACEMENT, multiplier: 30 });
    await patch(`${life()}/${(body as LifeEntry).id}`, { at: '2025-06-12T09:00:00+08:00' });
    const meter = (await usageMeters(api.db)).find((one) => one.id === id);
    expect(meter?.multipliers.map(({ multiplier, validFrom }) => `${multiplier} ${validFrom}`)).toEqual([
      '40 1970-01-01',
      '30 2025-06-12',
    ]);
    await remove(`${life()}/${(body as LifeEntry).id}`);
    expect((await get(`meters/${id}`)).body).toMatchObject({ multiplier: 40 });
  });

  test('taking back the first of two replacements leaves what the second one brought', async () => {
    const first = await add({ ...REPLACEMENT, registerModulus: 10_000, closingRegister: 5, certificate: 'A' });
    await add({ ...REPLACEMENT, at: '2026-01-01T08:00:00+08:00', closingRegister: 5, registerModulus: 1_000_000 });
    await remove(`${life()}/${(first.body as LifeEntry).id}`);
    const { items } = (await get(life())).body as { items: LifeEntry[] };
    expect(items[1]).toMatchObject({ before: { registerModulus: 100_000 }, after: { registerModulus: 1_000_000 } });
    expect((await get(`meters/${id}`)).body).toMatchObject({ registerModulus: 1_000_000, certificate: 'JL-2024-1' });
  });

  test('a figure of the device that is corrected on the meter is corrected in the replacement that brought it', async () => {
    await add({ ...REPLACEMENT, registerModulus: 10_000, closingRegister: 5 });
    await patch(`meters/${id}`, { registerModulus: 1_000_000 });
    const { items } = (await get(life())).body as { items: LifeEntry[] };
    expect(items[1]).toMatchObject({ before: { registerModulus: 100_000 }, after: { registerModulus: 1_000_000 } });
    await remove(`${life()}/${items[1]!.id}`);
    expect((await get(`meters/${id}`)).body).toMatchObject({ registerModulus: 100_000 });
  });

  test('a multiplier or a move that begins on another day has another name', async () => {
    await add({ kind: 'multiplier', date: '2025-01-01', multiplier: 60 });
    const moved = await patch(`${life()}/multiplier-2025-01-01`, { date: '2025-02-01' });
    expect(moved.body).toMatchObject({ id: 'multiplier-2025-02-01', before: { multiplier: 40 }, by: 'admin' });
    expect((await patch(`${life()}/multiplier-2025-01-01`, { multiplier: 2 })).status).toBe(404);
    await add({ kind: 'move', date: '2025-01-01', shares: [{ institutionId: 'archive', share: 1 }] });
    const shares = [{ institutionId: 'library', share: 1 }];
    expect((await patch(`${life()}/move-2025-01-01`, { shares })).body).toMatchObject({ after: { shares } });
    await remove(`${life()}/move-2025-01-01`);
    await remove(`${life()}/multiplier-2025-02-01`);
    expect(await timeLine()).toEqual([`installation ${AT.installed}`]);
    expect((await get(`meters/${id}`)).body).toMatchObject({ multiplier: 40, institutionId: 'school' });
  });

  test('what was entered with the meter is corrected on the meter', async () => {
    await add({ kind: 'multiplier', date: '2025-01-01', multiplier: 60 });
    await patch(`meters/${id}`, { multiplier: 50, shares: [{ institutionId: 'archive', share: 1 }] });
    expect((await get(life())).body).toMatchObject({
      items: [{}, { before: { multiplier: 50 }, after: { multiplier: 60 } }],
      beginning: { multiplier: 50, shares: [{ institutionId: 'archive' }] },
    });
  });

  test('a removal that is taken back asks for what came meanwhile', async () => {
    const { body } = await add({ kind: 'removal', at: AT.removed, closingRegister: 4021 });
    const before = api.calls.replayRequested;
    await remove(`${life()}/${(body as LifeEntry).id}`);
    expect(api.calls.replayRequested - before).toBe(1);
    const newest = await api.db.selectFrom('replay_request').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect(newest?.filter).toContain(`"${id}"`);
    expect((await get(`meters/${id}`)).body).toMatchObject({ endedOn: null });
  });
});

test('the address of a removed meter is free for another, and then the removal stands', async () => {
  const address = `2024${number}`;
  const other = { collectorId: 'c1', medium: 'electricity', institutionId: 'school', address: `0000 ${address}` };
  const taken = await post('meters', { id: `${id}-next`, ...other });
  expect([taken.status, taken.code]).toEqual([409, 'conflict']);
  expect(taken.detail).toContain(
    `address: 0000 ${address} is the address of ${id} (${id}) on the collector c1 already`,
  );
  const { body } = await add({ kind: 'removal', at: AT.removed, closingRegister: 4021 });
  expect((await post('meters', { id: `${id}-next`, ...other })).status).toBe(201);
  expect(await unchanged(() => remove(`${life()}/${(body as LifeEntry).id}`))).toEqual([
    409,
    'conflict',
    expect.stringContaining(`is the address of ${id}-next`),
  ]);
});

test('a move under a main meter: where that one does not count for the institution, it goes first', async () => {
  const main = { id: `${id}-main`, collectorId: 'c1', medium: 'electricity', institutionId: 'school' };
  await post('meters', main);
  expect((await patch(`meters/${id}`, { parentId: `${id}-main` })).status).toBe(200);
  const move = { kind: 'move', date: '2026-01-01', shares: [{ institutionId: 'archive', share: 1 }] };
  expect(await unchanged(() => add(move))).toEqual([
    400,
    'bad-request',
    `parentId: ${id}-main belongs to another institution on 2026-01-01; each is metered apart (Art. 12): move the main meter first, or take this one out from under it`,
  ]);
  expect((await post(life(`${id}-main`), move)).status).toBe(201);
  expect((await add(move)).status).toBe(201);
});

describe('refused, and nothing is changed:', () => {
  const share = (institutionId: string, part = 1, more = {}) => ({ institutionId, share: part, ...more });
  const cases: [name: string, entry: object, status: number, words: string][] = [
    [
      'a second installation',
      { kind: 'installation', at: '2024-05-01T00:00:00+08:00', openingRegister: 0 },
      409,
      'has its installation on 2024-03-01 already; correct it; a new device is a replacement',
    ],
    [
      'a replacement before the installation',
      { ...REPLACEMENT, at: '2024-02-29T23:59:59+08:00' },
      409,
      'at: the replacement at 2024-02-29T23:59:59+08:00 lies before the installation at 2024-03-01T00:00:00+08:00; correct one of the two',
    ],
    [
      'a replacement at the instant of the installation',
      { ...REPLACEMENT, at: AT.installed },
      409,
      'at: there are two entries at 2024-03-01T00:00:00+08:00, installation and replacement',
    ],
    [
      'a multiplier before the installation',
      { kind: 'multiplier', date: '2024-02-29', multiplier: 2 },
      409,
      'date: the multiplier of 2024-02-29 lies before the installation at 2024-03-01T00:00:00+08:00',
    ],
    [
      'a removal before the installation',
      { kind: 'removal', at: '2023-01-01T00:00:00+08:00', closingRegister: 1 },
      409,
      'at: the removal at 2023-01-01T00:00:00+08:00 lies before the installation',
    ],
    [
      'a replacement in the future',
      { ...REPLACEMENT, at: '2026-05-15T10:30:01+08:00' },
      400,
      'at: 2026-05-15T10:30:01+08:00 lies in the future; enter the replacement once it has happened',
    ],
    [
      'a closing register above the modulus of the meter that went',
      { ...REPLACEMENT, closingRegister: 100_000, registerModulus: 1_000_000 },
      400,
      'closingRegister: 100000 kWh is more than a register with the modulus 100000 can show; check both',
    ],
    [
      'an opening register above the modulus of the meter that came',
      { ...REPLACEMENT, openingRegister: 50_000, registerModulus: 50_000 },
      400,
      'openingRegister: 50000 kWh is more than a register with the modulus 50000 can show',
    ],
    ['a register below zero', { ...REPLACEMENT, closingRegister: -1 }, 400, 'closingRegister: must be >=0'],
    [
      'nothing said of what the meter that went showed',
      { ...REPLACEMENT, closingRegister: undefined },
      400,
      'closingRegister: is missing; give what the meter showed last, null where nobody could read it',
    ],
    [
      'nothing said of what the new meter showed',
      { ...REPLACEMENT, openingRegister: undefined },
      400,
      'openingRegister: is missing; give what the new meter showed first',
    ],
    [
      'a modulus that one interval runs through',
      { ...REPLACEMENT, closingRegister: 1, registerModulus: 10 },
      400,
      'registerModulus: 10 is reached within one interval: 50 an hour make 12.5 in 900 s',
    ],
    [
      'a certificate that runs out on no day',
      { ...REPLACEMENT, certificateExpires: '2031-02-29' },
      400,
      'certificateExpires: give a date as YYYY-MM-DD',
    ],
    [
      'a multiplier of nothing',
      { kind: 'multiplier', date: '2025-01-01', multiplier: 0 },
      400,
      'multiplier: must be >0',
    ],
    [
      'a day that is none',
      { kind: 'multiplier', date: '2025-02-30', multiplier: 2 },
      400,
      'date: give a date as YYYY-MM-DD',
    ],
    [
      'a day on which nothing could be',
      { kind: 'move', date: '1969-12-31', shares: [share('school')] },
      400,
      'date: 1969-12-31 is no day on which a move could be; correct it',
    ],
    [
      'shares that do not sum to 1',
      { kind: 'move', date: '2025-01-01', shares: [share('school', 0.5), share('library', 0.4)] },
      400,
      "shares: they sum to 0.9; all of a meter's usage belongs to somebody, make them sum to 1",
    ],
    [
      'an institution that is not there',
      { kind: 'move', date: '2025-01-01', shares: [share('nowhere')] },
      400,
      'shares: there is no institution nowhere; enter it first',
    ],
    [
      'a sub-item of nothing',
      { kind: 'move', date: '2025-01-01', shares: [share('school', 1, { subItem: 'Z' })] },
      400,
      'subItem: electricity has the sub-items (分项)',
    ],
    [
      'the same twice',
      { kind: 'move', date: '2025-01-01', shares: [share('school', 0.5), share('school', 0.5)] },
      400,
      'shares: school has two for the same zone and sub-item; add them up',
    ],
    [
      'a zone that is not there',
      { kind: 'move', date: '2025-01-01', shares: [share('school', 1, { zoneId: 'z' })] },
      400,
      'zoneId: there is no zone z; enter it first',
    ],
    ['a kind that is none', { kind: 'repair', at: AT.replaced }, 400, 'kind: '],
    [
      'a figure that the kind does not have',
      { kind: 'removal', at: AT.removed, closingRegister: 1, multiplier: 2 },
      400,
      'multiplier',
    ],
  ];
  test.each(cases)('%s', async (_name, entry, status, words) => {
    const code = status === 409 ? 'conflict' : 'bad-request';
    expect(await unchanged(() => add(entry))).toEqual([status, code, expect.stringContaining(words)]);
  });

  test('a multiplier and a move on a day that has one already', async () => {
    await add({ kind: 'multiplier', date: '2025-01-01', multiplier: 60 });
    await add({ kind: 'move', date: '2025-01-01', shares: [share('school')] });
    expect(await unchanged(() => add({ kind: 'multiplier', date: '2025-01-01', multiplier: 2 }))).toEqual([
      409,
      'conflict',
      'date: there is a multiplier on 2025-01-01 already; correct that one',
    ]);
    expect(await unchanged(() => add({ kind: 'move', date: '2025-01-01', shares: [share('library')] }))).toEqual([
      409,
      'conflict',
      'date: there is a move on 2025-01-01 already; correct that one',
    ]);
    await add({ kind: 'multiplier', date: '2025-02-01', multiplier: 70 });
    expect(await unchanged(() => patch(`${life()}/multiplier-2025-02-01`, { date: '2025-01-01' }))).toEqual([
      409,
      'conflict',
      'date: there is a multiplier on 2025-01-01 already; correct that one',
    ]);
  });

  test('what lies after the removal, and a second one', async () => {
    const { body } = await add({ kind: 'removal', at: AT.removed, closingRegister: 1 });
    const after = '2026-05-01T00:00:00+08:00';
    for (const [entry, words] of [
      [{ ...REPLACEMENT, at: after }, `the replacement at ${after} lies after the removal at ${AT.removed}`],
      [
        { kind: 'multiplier', date: '2026-05-01', multiplier: 2 },
        'the multiplier of 2026-05-01 lies after the removal',
      ],
      [
        { kind: 'move', date: '2026-05-01', shares: [share('school')] },
        'the move of 2026-05-01 lies after the removal',
      ],
      [
        { kind: 'removal', at: after, closingRegister: 1 },
        'has its removal on 2026-04-30 already; correct it, or take it back',
      ],
    ] as const) {
      expect(await unchanged(() => add(entry))).toEqual([409, 'conflict', expect.stringContaining(words)]);
    }
    await add(REPLACEMENT);
    const entry = `${life()}/${(body as LifeEntry).id}`;
    expect(await unchanged(() => patch(entry, { at: '2025-06-10T14:19:59+08:00' }))).toEqual([
      409,
      'conflict',
      expect.stringContaining(`the replacement at ${AT.replaced} lies after the removal`),
    ]);
  });

  test('a correction that leaves another entry without its place', async () => {
    await add({ kind: 'multiplier', date: '2024-03-01', multiplier: 60 });
    const { items } = (await get(life())).body as { items: LifeEntry[] };
    const later = { at: '2024-03-02T00:00:00+08:00' };
    expect(await unchanged(() => patch(`${life()}/${items[0]!.id}`, later))).toEqual([
      409,
      'conflict',
      expect.stringContaining('date: the multiplier of 2024-03-01 lies before the installation'),
    ]);
  });

  test('a correction of a figure that the entry does not have', async () => {
    await add({ kind: 'multiplier', date: '2025-01-01', multiplier: 60 });
    expect(await unchanged(() => patch(`${life()}/multiplier-2025-01-01`, { closingRegister: 1 }))).toEqual([
      400,
      'bad-request',
      'closingRegister: an entry of the kind multiplier has no such figure; it has date, multiplier, note',
    ]);
  });

  test('registers of a temperature point', async () => {
    await post('meters', { id: `${id}-t`, collectorId: 'c1', medium: 'temperature', institutionId: 'school' });
    const entry = (more: object) => post(life(`${id}-t`), { kind: 'replacement', at: AT.replaced, ...more });
    expect((await entry({ closingRegister: 3, openingRegister: 0 })).detail).toContain(
      'has no register; leave them out',
    );
    expect((await entry({ multiplier: 3 })).detail).toContain('multiplier: a temperature point has no register');
    expect((await entry({ certificate: 'T-1' })).status).toBe(201);
  });

  test('an entry or a meter that is not there', async () => {
    expect((await patch(`${life()}/event-999999`, { note: 'x' })).status).toBe(404);
    expect((await remove(`${life()}/move-2020-01-01`)).status).toBe(404);
    expect((await post(life('nothing'), REPLACEMENT)).status).toBe(404);
    expect((await get(life('nothing'))).status).toBe(404);
  });
});

test('a meter that has readings is not deleted; one without is, with all that was entered of it', async () => {
  await add({ kind: 'multiplier', date: '2025-01-01', multiplier: 60 });
  await add(REPLACEMENT);
  await api.series.writeReadings([
    { meter: id, metric: 'total', observedAtMs: 1, value: 1, receivedAtMs: 1, flags: 0, position: 1 },
  ]);
  expect(await unchanged(() => remove(`meters/${id}`))).toEqual([
    409,
    'conflict',
    `${id} has readings, which stay: enter its removal on the day on which it was taken out (POST /api/meters/${id}/life)`,
  ]);
  const other = { id: `${id}-error`, collectorId: 'c1', medium: 'electricity', institutionId: 'school' };
  await post('meters', { ...other, installedOn: '2025-01-01' });
  await post('meters', { ...other, id: `${id}-below`, parentId: `${id}-error` });
  expect((await remove(`meters/${id}-error`)).detail).toBe(
    `${id}-below stands below ${id}-error; take it out from there first`,
  );
  expect((await remove(`meters/${id}-below`)).status).toBe(204);
  expect((await remove(`meters/${id}-error`)).status).toBe(204);
  expect((await get(`meters/${id}-error`)).status).toBe(404);
  expect((await remove(`meters/${id}-error`)).status).toBe(404);
});

test("who may see one institution of a meter's sees no other's shares, now or before", async () => {
  const shares = [
    { institutionId: 'archive', share: 0.5 },
    { institutionId: 'school', share: 0.5 },
  ];
  expect((await add({ kind: 'move', date: '2026-01-01', shares })).status).toBe(201);
  const seenBy = async (user: 'admin' | 'school') => {
    const answer = (await api.as(user, { url: `/api/${life()}` })).json<{
      items: LifeEntry[];
      beginning: { shares: { institutionId: string }[] };
    }>();
    const move = answer.items.find(({ kind }) => kind === 'move');
    return [answer.beginning.shares, move?.before?.shares, move?.after?.shares].map((list) =>
      list?.map(({ institutionId }) => institutionId),
    );
  };
  expect(await seenBy('admin')).toEqual([
    ['school', 'library'],
    ['school', 'library'],
    ['archive', 'school'],
  ]);
  expect(await seenBy('school')).toEqual([['school'], ['school'], ['school']]);
});
