import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

let api: ApiFixture;
let number = 0;
let id = '';
beforeAll(async () => {
  api = await openApiFixture();
  await post('collectors', { id: 'c2', name: '采集器二' });
});
afterAll(() => api.close());
beforeEach(() => {
  id = `m${++number}`;
});

const { get, post, patch } = registryCalls(() => api);
const make = (more: object = {}) =>
  post('meters', { id, collectorId: 'c1', medium: 'electricity', institutionId: 'school', ...more });
const newestReplay = async (): Promise<string | undefined> => {
  const row = await api.db.selectFrom('replay_request').select('filter').orderBy('id', 'desc').executeTakeFirst();
  return row?.filter;
};

test('entered with all that can be said of it', async () => {
  const facts = {
    name: '低压总进线电表',
    format: 'cjt188',
    address: '0011 2233 44',
    direction: 'export',
    primaryRegister: 'reverse',
    certificate: 'JL-1',
    certificateExpires: '2032-02-29',
    registerModulus: 1_000_000,
    ratedMaximum: 100,
    expectedIntervalS: 3600,
    zoneKind: 'office',
  };
  const made = await make({ ...facts, medium: 'heat', registerUnit: 'kWh' });
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ ...facts, endedOn: null })]);
});

test('shares: each institution sees its own; the largest names the meter', async () => {
  const shares = [
    { institutionId: 'school', subItem: 'A1', share: 0.3 },
    { institutionId: 'library', subItem: 'B1A', share: 0.45 },
    { institutionId: 'school', subItem: 'C1', share: 0.25 },
  ];
  const made = await make({ institutionId: undefined, shares });
  const all = shares.map((share) => ({ ...share, zoneId: null }));
  expect(made.body).toMatchObject({ institutionId: 'library', subItem: 'B1A', shares: [all[1], all[0], all[2]] });
  const { body } = await registryCalls(() => api, 'school').get(`meters/${id}`);
  expect(body).toMatchObject({ institutionId: 'school', subItem: 'A1', shares: [all[0], all[2]] });
});

test('undated facts are changed, told and in the trail; null takes one out', async () => {
  await make({ registerModulus: 100_000 });
  const calls = { ...api.calls };
  const change = {
    name: '食堂电表',
    registerModulus: null,
    ratedMaximum: 40,
    certificate: 'JL-2',
    expectedIntervalS: 3600,
  };
  const changed = await patch(`meters/${id}`, change);
  expect([changed.status, changed.body]).toEqual([200, expect.objectContaining(change)]);
  expect(api.calls).toMatchObject({
    registryChanged: calls.registryChanged + 1,
    replayRequested: calls.replayRequested,
  });
  const trail = await api.db
    .selectFrom('audit')
    .select(['action', 'before', 'after'])
    .where('object', '=', `meter/${id}`)
    .orderBy('id')
    .execute();
  expect(trail.map(({ action }) => action)).toEqual(['create', 'change']);
  expect(JSON.parse(trail[1]!.before!)).toMatchObject({ name: id, registerModulus: 100_000, ratedMaximum: null });
  expect(JSON.parse(trail[1]!.after!)).toMatchObject(change);
});

test('another collector, another address: what came from there is asked for', async () => {
  await make({ address: '0077', format: 'dlt645-2007' });
  const calls = { ...api.calls };
  await patch(`meters/${id}`, { collectorId: 'c2' });
  expect(JSON.parse((await newestReplay())!)).toMatchObject({ meters: [{ id, collector: 'c2', address: '77' }] });
  await patch(`meters/${id}`, { address: '0078' });
  expect(JSON.parse((await newestReplay())!)).toMatchObject({ meters: [{ id, collector: 'c2', address: '78' }] });
  await patch(`meters/${id}`, { address: '0078', name: 'x' });
  expect(api.calls.replayRequested - calls.replayRequested).toBe(2);
});

test('an address is one meter’s per collector, however it is written; two collectors may have the same', async () => {
  const address = `0000 5${number}`;
  expect((await make({ address })).status).toBe(201);
  const other = { id: `${id}-b`, address: `5${number}` };
  const taken = await make(other);
  expect([taken.status, taken.code, taken.detail]).toEqual([
    409,
    'conflict',
    `address: 5${number} is the address of ${id} (${id}) on the collector c1 already; correct one of them, or remove that meter first`,
  ]);
  expect((await make({ ...other, collectorId: 'c2' })).status).toBe(201);
  expect((await patch(`meters/${id}-b`, { collectorId: 'c1' })).status).toBe(409);
  expect((await patch(`meters/${id}`, { address: null })).status).toBe(200);
  expect((await patch(`meters/${id}-b`, { collectorId: 'c1' })).status).toBe(200);
});

describe('refused, when entered and when changed:', () => {
  test.each<[string, object, string]>([
    ['a format that is none', { format: 'opc-ua' }, 'format: must be one of native-json, dlt645-2007'],
    [
      'a frame without an address',
      { format: 'dlt645-2007' },
      'address: a frame of dlt645-2007 names its meter by nothing else; give the address on the nameplate (表号)',
    ],
    ['an address of spaces', { address: '  ' }, 'address: must have >=1 characters'],
    ['a register that is none', { primaryRegister: 'total' }, 'primaryRegister: must be one of forward, reverse, t1'],
    ['a direction that is none', { direction: 'sideways' }, 'direction: must be one of import, export, pv'],
    ['a day that is none', { certificateExpires: '2031-02-29' }, 'certificateExpires: give a date as YYYY-MM-DD'],
    [
      'a modulus that one interval runs through',
      { registerModulus: 1000, ratedMaximum: 1000, expectedIntervalS: 3600 },
      'registerModulus: 1000 is reached within one interval: 1000 an hour make 1000 in 3600 s',
    ],
    [
      'a sub-item of the fourth level',
      { subItem: 'B1AA', shares: undefined },
      'subItem: electricity has the sub-items',
    ],
    [
      'a unit of another medium',
      { registerUnit: 'm3' },
      'registerUnit: a register of electricity counts in Wh, kWh, MWh',
    ],
    ['measures on a register', { measures: 'room' }, 'measures: only a temperature point'],
    ['a collector that is not there', { collectorId: 'c9' }, 'collectorId: there is no collector c9; enter it first'],
    ['itself as parent', { parentId: 'SELF' }, 'parentId: a meter cannot be part of itself'],
    ['a parent that is not there', { parentId: 'nothing' }, 'parentId: there is no meter nothing'],
    [
      'a parent of another institution',
      { parentId: 'library-main' },
      'parentId: library-main belongs to another institution on 2026-05-15; each is metered apart (Art. 12)',
    ],
  ])('%s', async (_name, more, words) => {
    const given = { ...more, ...('parentId' in more && more.parentId === 'SELF' ? { parentId: id } : {}) };
    const refused = await make(given);
    expect([refused.status, refused.detail]).toEqual([400, expect.stringContaining(words)]);
    expect((await make()).status).toBe(201);
    const { subItem, ...change } = given as { subItem?: string };
    const changed = await patch(
      `meters/${id}`,
      subItem === undefined ? change : { shares: [{ institutionId: 'school', subItem, share: 1 }] },
    );
    expect([changed.status, changed.detail]).toEqual([400, expect.stringContaining(words)]);
  });

  test('photovoltaics that make water, a temperature point with a register of its own', async () => {
    expect((await make({ medium: 'water', direction: 'pv' })).detail).toBe(
      'direction: photovoltaics (光伏) make electricity, not water',
    );
    expect((await make({ medium: 'temperature', primaryRegister: 'forward' })).detail).toContain(
      'primaryRegister: a temperature point has no register',
    );
    expect((await make({ medium: 'temperature', parentId: 'school-main' })).detail).toContain(
      'parentId: a temperature point is part of no other meter',
    );
    expect((await make({ medium: 'temperature', direction: 'export' })).detail).toContain(
      'direction: a temperature point',
    );
  });

  test.each<[string, object, string]>([
    [
      'nobody',
      { institutionId: undefined },
      'institutionId: give the institutionId whose the whole meter is, or shares',
    ],
    [
      'an institution beside shares',
      { shares: [{ institutionId: 'school', share: 1 }] },
      'institutionId: give the institutionId whose the whole meter is, or shares',
    ],
    [
      'shares above 1',
      {
        institutionId: undefined,
        shares: [
          { institutionId: 'school', share: 0.7 },
          { institutionId: 'library', share: 0.7 },
        ],
      },
      'shares: they sum to 1.4;',
    ],
    [
      'an opening register without its day',
      { openingRegister: 5 },
      'openingRegister: is what the register showed on installedOn',
    ],
    [
      'an installation in the future',
      { installedOn: '2026-05-16' },
      'installedOn: 2026-05-16T00:00:00+08:00 lies in the future',
    ],
    [
      'an opening register above the modulus',
      { installedOn: '2026-05-01', openingRegister: 1000, registerModulus: 1000 },
      'openingRegister: 1000 kWh is more than a register with the modulus 1000 can show',
    ],
  ])('%s', async (_name, more, words) => {
    const refused = await make(more);
    expect([refused.status, refused.detail]).toEqual([400, expect.stringContaining(words)]);
  });

  test('a change of nothing, of the medium, of a meter that is not there', async () => {
    await make();
    expect((await patch(`meters/${id}`, {})).detail).toContain('nothing to change: give at least one of name');
    expect((await patch(`meters/${id}`, { medium: 'water' })).status).toBe(400);
    expect((await patch('meters/nothing', { name: 'x' })).status).toBe(404);
  });
});

test('shares of a third of a meter sum to 1 near enough', async () => {
  const third = (institutionId: string) => ({ institutionId, share: 1 / 3 });
  const shares = [third('school'), third('library'), third('archive')];
  expect((await make({ institutionId: undefined, shares })).status).toBe(201);
});

test('no meter below itself, at whatever distance', async () => {
  await make();
  await make({ id: `${id}-b`, parentId: id });
  await make({ id: `${id}-c`, parentId: `${id}-b` });
  const circle = await patch(`meters/${id}`, { parentId: `${id}-c` });
  expect([circle.status, circle.detail]).toEqual([
    400,
    `parentId: ${id}-c is itself below ${id}; a meter cannot be part of itself`,
  ]);
  expect((await patch(`meters/${id}-c`, { parentId: null })).body).toMatchObject({ parentId: null });
  expect((await patch(`meters/${id}`, { parentId: `${id}-c` })).status).toBe(200);
});

test('shares that are corrected leave the meter below a main meter of the same institution', async () => {
  await make();
  await make({ id: `${id}-b`, parentId: id });
  const shares = [{ institutionId: 'library', share: 1 }];
  expect((await patch(`meters/${id}-b`, { shares })).detail).toContain(
    `parentId: ${id} belongs to another institution`,
  );
  await patch(`meters/${id}`, { shares });
  expect((await patch(`meters/${id}-b`, { shares })).body).toMatchObject({ institutionId: 'library' });
});

test('what one counts in one direction is no part of what another counts in the other', async () => {
  await make();
  await make({ id: `${id}-pv`, direction: 'pv' });
  expect((await patch(`meters/${id}-pv`, { parentId: id })).detail).toContain(
    `parentId: ${id} has the direction import, not pv`,
  );
  await make({ id: `${id}-b`, parentId: id });
  expect((await patch(`meters/${id}`, { direction: 'export' })).detail).toBe(
    `direction: ${id}-b stands below ${id} and has the direction import; take it out first`,
  );
});

describe('collectors', () => {
  const { remove } = registryCalls(() => api);

  test('one with the number of its meters that have not ended', async () => {
    await post('collectors', { id: `c-${id}`, name: '采集器', gateway: 'east' });
    await make({ collectorId: `c-${id}`, installedOn: '2026-05-01' });
    await make({ id: `${id}-b`, collectorId: `c-${id}` });
    await post(`meters/${id}/life`, { kind: 'removal', at: '2026-05-10T00:00:00+08:00', closingRegister: null });
    expect((await get(`collectors/c-${id}`)).body).toEqual({
      id: `c-${id}`,
      name: '采集器',
      gateway: 'east',
      endedOn: null,
      meters: 1,
      createdAt: '2026-05-15T10:30:00+08:00',
    });
    expect((await get('collectors/none')).status).toBe(404);
  });

  test('ends when no meter speaks through it any more; its token stops with it', async () => {
    const collector = `c-${id}`;
    await post('collectors', { id: collector, name: '采集器' });
    await make({ collectorId: collector });
    const end = (endedOn: string | null) => patch(`collectors/${collector}`, { endedOn });
    expect((await end('2026-05-16')).detail).toContain(
      'endedOn: 2026-05-16 lies in the future; its token stops at once',
    );
    expect((await end('2026-05-15')).detail).toBe(
      `endedOn: ${id} still speaks through ${collector}; give its meters another collector, or remove them first`,
    );
    await patch(`meters/${id}`, { collectorId: 'c1' });
    expect((await end('2026-05-15')).body).toMatchObject({ endedOn: '2026-05-15' });
    const hashes = () =>
      api.db.selectFrom('collector').select(['token_hash', 'mosquitto_hash']).where('id', '=', collector).execute();
    expect(await hashes()).toEqual([{ token_hash: '', mosquitto_hash: null }]);
    expect((await post(`collectors/${collector}/token`, {})).status).toBe(409);
    expect((await patch(`meters/${id}`, { collectorId: collector })).detail).toContain(
      `collectorId: ${collector} ended on 2026-05-15; take one that is in use`,
    );
    expect((await end(null)).body).toMatchObject({ endedOn: null });
    expect((await post(`collectors/${collector}/token`, {})).status).toBe(200);
    expect((await hashes())[0]?.token_hash).toHaveLength(64);
  });

  test('is taken out while no meter and no binding names it', async () => {
    const collector = `c-${id}`;
    await post('collectors', { id: collector, name: '采集器' });
    await make({ collectorId: collector });
    expect((await remove(`collectors/${collector}`)).detail).toBe(
      `the meter ${id} names the collector ${collector}; change that first, or end the collector`,
    );
    await patch(`meters/${id}`, { collectorId: 'c1' });
    await post('bindings', { id: `b-${id}`, collectorId: collector, topic: 'dtu/up', format: 'frames' });
    expect((await remove(`collectors/${collector}`)).detail).toContain(`the binding b-${id} names the collector`);
    await remove(`bindings/b-${id}`);
    expect((await remove(`collectors/${collector}`)).status).toBe(204);
    expect((await get(`collectors/${collector}`)).status).toBe(404);
    expect((await remove(`collectors/${collector}`)).status).toBe(404);
  });
});
