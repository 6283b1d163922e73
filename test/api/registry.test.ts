import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { hashToken } from '../../gateway/broker/credentials.ts';
import { createZone } from '../../domain/zone.ts';
import { intakeSnapshot, meterSnapshot } from '../../services/registry/gateway-snapshot.ts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const post = (url: string, payload: object) => api.as('admin', { method: 'POST', url, payload });
const INSTITUTION = {
  id: 'hospital',
  name: '包头市中心医院',
  type: 'hospital',
  regionCode: '150202',
  areaM2: 9,
  headcount: 3,
};
const METER = { id: 'm1', institutionId: 'school', collectorId: 'c1', medium: 'electricity' };

test('institutions: entered, answered with 201, seen at once, the gateway told', async () => {
  const made = await post('/api/institutions', { ...INSTITUTION, reportsTo: '150200', department: '市卫健委' });
  expect(made.statusCode).toBe(201);
  expect(made.json()).toEqual({
    ...INSTITUTION,
    creditCode: null,
    regionName: '东河区',
    reportsTo: '150200',
    reportsToName: '包头市',
    department: '市卫健委',
    liaison: null,
    officeAreaM2: null,
    establishment: null,
    endedOn: null,
  });
  expect((await api.as('bureau', { url: '/api/institutions/hospital' })).json()).toEqual(made.json());
  expect(api.calls.registryChanged).toBe(1);
});

test('institutions: report to their region where nothing else is said', async () => {
  expect((await post('/api/institutions', INSTITUTION)).json()).toMatchObject({ reportsTo: '150202' });
});

describe.each([
  ['id taken', { ...INSTITUTION, id: 'school' }, 409, 'conflict', 'school'],
  [
    'unknown region',
    { ...INSTITUTION, regionCode: '150299' },
    400,
    'bad-request',
    'regionCode: no region has the code',
  ],
  ['unknown supervisor', { ...INSTITUTION, reportsTo: '999999' }, 400, 'bad-request', 'reportsTo: no region'],
  ['unknown type', { ...INSTITUTION, type: 'palace' }, 400, 'bad-request', 'type: must be one of agency, school'],
  [
    'no area',
    { ...INSTITUTION, areaM2: undefined },
    400,
    'bad-request',
    'areaM2: is missing; give a value of type number',
  ],
  ['no floor at all', { ...INSTITUTION, areaM2: 0 }, 400, 'bad-request', 'areaM2: the floor area must be above zero'],
  ['an id that no topic can hold', { ...INSTITUTION, id: 'a/b' }, 400, 'bad-request', 'id: letters, digits'],
] as const)('institutions refused: %s', (_name, payload, status, code, words) => {
  test('with a problem that says what to do', async () => {
    const answer = await post('/api/institutions', payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = answer.json<{ detail: string }>();
    expect(problem).toMatchObject({ type: 'about:blank', status, code });
    expect(problem.detail).toContain(words);
    expect(api.calls.registryChanged).toBe(0);
  });
});

test('collectors: the token is shown once and kept as its hash', async () => {
  const made = await post('/api/collectors', { id: 'c2', name: '采集器二' });
  expect(made.statusCode).toBe(201);
  const { token } = made.json<{ token: string }>();
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(JSON.stringify(await api.db.selectFrom('collector').selectAll().execute())).not.toContain(token);
  expect(JSON.stringify(await api.db.selectFrom('audit').selectAll().execute())).not.toContain(token);
  const list = await api.as('admin', { url: '/api/collectors' });
  expect(list.json()).toEqual({
    items: [
      { id: 'c1', name: '采集器一', gateway: null, endedOn: null },
      { id: 'c2', name: '采集器二', gateway: null, endedOn: null },
    ],
    next: null,
  });
  expect(api.calls.registryChanged).toBe(1);
});

test('collectors: assigned to a gateway when entered, and later', async () => {
  expect((await post('/api/collectors', { id: 'c2', name: '采集器二', gateway: 'east' })).statusCode).toBe(201);
  const patch = (id: string, payload: object) =>
    api.as('admin', { method: 'PATCH', url: `/api/collectors/${id}`, payload });
  expect((await intakeSnapshot(api.db)).collectors.map(({ id, gateway }) => [id, gateway])).toEqual([
    ['c1', null],
    ['c2', 'east'],
  ]);
  const changed = await patch('c2', { name: '配电室采集器' });
  expect([changed.statusCode, changed.json()]).toEqual([
    200,
    { id: 'c2', name: '配电室采集器', gateway: 'east', endedOn: null },
  ]);
  expect((await patch('c2', { gateway: null })).json()).toMatchObject({ name: '配电室采集器', gateway: null });
  expect((await patch('nothing', { gateway: null })).statusCode).toBe(404);
  expect((await patch('c2', { gateway: 'a/b' })).statusCode).toBe(400);
  expect(api.calls.registryChanged).toBe(3);
  const trail = await api.db.selectFrom('audit').select(['before', 'after']).where('action', '=', 'change').execute();
  expect(trail.map(({ after }) => JSON.parse(after!) as unknown)).toEqual([
    { id: 'c2', name: '配电室采集器', gateway: 'east', endedOn: null },
    { id: 'c2', name: '配电室采集器', gateway: null, endedOn: null },
  ]);
});

test('collectors: a new token makes the old one invalid, and the trail says so without it', async () => {
  const before = await intakeSnapshot(api.db);
  const renewed = await api.as('admin', { method: 'POST', url: '/api/collectors/c1/token' });
  expect([renewed.statusCode, renewed.headers['cache-control']]).toEqual([200, 'no-store']);
  const { token } = renewed.json<{ token: string }>();
  const after = await intakeSnapshot(api.db);
  expect(after.collectors[0]!.tokenHash).toBe(hashToken(token));
  expect(before.collectors[0]!.tokenHash).not.toBe(after.collectors[0]!.tokenHash);
  expect(api.calls.registryChanged).toBe(1);
  const trail = await api.db.selectFrom('audit').selectAll().where('action', '=', 'renew-token').execute();
  expect(trail).toMatchObject([{ object: 'collector/c1', before: null, after: null }]);
  expect((await api.as('admin', { method: 'POST', url: '/api/collectors/none/token' })).statusCode).toBe(404);
});

test('collectors: `alerts` stands in the topic tree already', async () => {
  expect((await post('/api/collectors', { id: 'alerts', name: 'x' })).statusCode).toBe(400);
});

test('meters: entered with defaults, known to the gateway', async () => {
  const made = await post('/api/meters', METER);
  expect(made.statusCode).toBe(201);
  expect(made.json()).toEqual({
    ...METER,
    name: 'm1',
    subItem: null,
    shares: [{ institutionId: 'school', zoneId: null, subItem: null, share: 1 }],
    parentId: null,
    measures: null,
    zoneKind: null,
    address: null,
    format: null,
    multiplier: 1,
    registerUnit: 'kWh',
    registerModulus: null,
    ratedMaximum: null,
    expectedIntervalS: 900,
    unit: 'kWh',
    buildingId: null,
    zoneId: null,
    direction: 'import',
    primaryRegister: null,
    certificate: null,
    certificateExpires: null,
    endedOn: null,
    latest: null,
  });
  const { meters } = await meterSnapshot(api.db, createZone('Asia/Shanghai'));
  expect(meters).toContainEqual({ id: 'm1', collectorId: 'c1', medium: 'electricity', registerUnit: 'kWh' });
  expect(api.calls.registryChanged).toBe(1);
});

test('meters: a temperature point measures the room unless it says otherwise', async () => {
  const made = await post('/api/meters', { ...METER, medium: 'temperature' });
  expect(made.json()).toMatchObject({ measures: 'room', unit: '°C' });
});

describe.each([
  ['id taken', { id: 'school-main' }, 409, 'There is a meter'],
  ['unknown institution', { institutionId: 'nowhere' }, 400, 'institutionId: there is no institution nowhere'],
  ['unknown collector', { collectorId: 'c9' }, 400, 'collectorId: there is no collector c9'],
  ['unknown sub-item', { subItem: 'Z9' }, 400, 'subItem: electricity has the sub-items'],
  [
    'unit of another medium',
    { registerUnit: 'm3' },
    400,
    'registerUnit: a register of electricity counts in Wh, kWh, MWh',
  ],
  ['unknown parent', { parentId: 'nothing' }, 400, 'parentId: there is no meter nothing'],
  ['itself as parent', { parentId: 'm1' }, 400, 'parentId: a meter cannot be part of itself'],
  [
    'parent of another medium',
    { parentId: 'school-main', medium: 'water' },
    400,
    'parentId: school-main measures electricity',
  ],
  [
    'parent of another institution',
    { parentId: 'archive-main' },
    400,
    'parentId: archive-main belongs to another institution',
  ],
  ['modulus of nothing', { registerModulus: 0 }, 400, 'registerModulus: must be >0'],
  ['multiplier below zero', { multiplier: -1 }, 400, 'multiplier: must be >0'],
  ['measures on a register', { measures: 'room' }, 400, 'measures: only a temperature point'],
  [
    'modulus on a temperature point',
    { medium: 'temperature', registerModulus: 5 },
    400,
    'a temperature point has no register',
  ],
] as const)('meters refused: %s', (_name, more, status, words) => {
  test('with a problem that says what to do', async () => {
    const answer = await post('/api/meters', { ...METER, ...more });
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      status,
      expect.stringContaining(words),
    ]);
    expect(api.calls.registryChanged).toBe(0);
  });
});

test('quotas: set, replaced, and read as progress', async () => {
  const url = '/api/institutions/school/quotas/2026/electricity';
  const first = await api.as('bureau', { method: 'PUT', url, payload: { annualLimit: 1200 } });
  expect(first.json()).toMatchObject({ monthLimits: Array.from({ length: 12 }, () => 100) });
  const months = [200, 200, 200, 0, 0, 0, 0, 0, 0, 0, 0, 100];
  const second = await api.as('bureau', { method: 'PUT', url, payload: { annualLimit: 700, monthLimits: months } });
  expect(second.statusCode).toBe(200);
  const progress = await api.as('school', { url: '/api/institutions/school/quota' });
  expect(progress.json()).toMatchObject({
    items: [{ medium: 'electricity', year: 2026, annualLimit: 700, unit: 'kWh' }],
  });
  const trail = await api.db.selectFrom('audit').selectAll().where('object', 'like', 'quota/%').orderBy('id').execute();
  expect(trail.map((row) => row.action)).toEqual(['create', 'change']);
  expect(JSON.parse(trail[1]!.before!)).toMatchObject({ annualLimit: 1200 });
});

test.each([
  ['months that do not sum to the year', { annualLimit: 700, monthLimits: Array.from({ length: 12 }, () => 100) }, 400],
  ['eleven months', { annualLimit: 1100, monthLimits: Array.from({ length: 11 }, () => 100) }, 400],
])('quotas refused: %s', async (_name, payload, status) => {
  const url = '/api/institutions/school/quotas/2026/electricity';
  expect((await api.as('bureau', { method: 'PUT', url, payload })).statusCode).toBe(status);
});

test('quotas: of an institution that does not exist 404', async () => {
  const url = '/api/institutions/nowhere/quotas/2026/electricity';
  expect((await api.as('bureau', { method: 'PUT', url, payload: { annualLimit: 1 } })).statusCode).toBe(404);
});

test('users: entered, able to log in, seen without their hash', async () => {
  const payload = { username: 'librarian', password: 'a-long-password', role: 'institution', institutionId: 'library' };
  const made = await post('/api/users', payload);
  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({ username: 'librarian', role: 'institution', institutionId: 'library' });
  const login = await api.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { username: 'librarian', password: 'a-long-password' },
  });
  expect(login.json()).toMatchObject({ scopeName: '青山区图书馆' });
  const list = await api.as('admin', { url: '/api/users' });
  expect(list.body).toContain('librarian');
  expect(list.body).not.toContain('argon2');
});

test.each([
  ['short password', { username: 'x', password: 'short', role: 'bureau' }, 400, 'password: at least 10 characters'],
  ['no institution', { username: 'x', password: 'a-long-password', role: 'institution' }, 400, 'institutionId'],
  [
    'unknown institution',
    { username: 'x', password: 'a-long-password', role: 'institution', institutionId: 'no' },
    400,
    'no institution',
  ],
  ['unknown region', { username: 'x', password: 'a-long-password', role: 'agency', regionCode: '1' }, 400, 'no region'],
  ['name taken', { username: 'bureau', password: 'a-long-password', role: 'bureau' }, 409, 'bureau'],
])('users refused: %s', async (_name, payload, status, words) => {
  const answer = await post('/api/users', payload);
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    status,
    expect.stringContaining(words),
  ]);
});

test('every change stands in the audit trail with who made it', async () => {
  await post('/api/institutions', INSTITUTION);
  await post('/api/collectors', { id: 'c2', name: '采集器二' });
  await post('/api/meters', METER);
  const admin = await api.db
    .selectFrom('app_user')
    .select('id')
    .where('username', '=', 'admin')
    .executeTakeFirstOrThrow();
  const trail = await api.db.selectFrom('audit').selectAll().where('user_id', '=', admin.id).orderBy('id').execute();
  expect(trail.map((row) => `${row.action} ${row.object}`)).toEqual([
    'create institution/hospital',
    'create collector/c2',
    'create meter/m1',
  ]);
  expect(trail.every((row) => row.at === api.clock.nowMs)).toBe(true);
});

test('lists: paged by cursor without loss or repetition', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer = await api.as('admin', { url: `/api/institutions?limit=1${cursor && `&cursor=${cursor}`}` });
    const page: { items: { id: string }[]; next: string | null } = answer.json();
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next;
  }
  expect(seen).toEqual(['archive', 'library', 'school']);
  expect((await api.as('admin', { url: '/api/institutions?cursor=rubbish' })).statusCode).toBe(400);
});

test('regions: the city and its ten districts', async () => {
  const { items } = (await api.as('school', { url: '/api/regions' })).json<{ items: { code: string }[] }>();
  expect(items).toHaveLength(11);
  expect(items[0]).toEqual({ code: '150200', name: '包头市', nameEn: 'Baotou City', kind: 'city', parentCode: null });
});
