import { afterEach, beforeEach, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const { get, post, patch, remove } = registryCalls(() => api);
const HALL = { id: 'hall', institutionId: 'school', name: '教学楼' };
const ROOM = { id: 'room', institutionId: 'school', buildingId: 'hall', name: '机房', kind: 'server-room' };
const METER = { id: 'm', collectorId: 'c1', medium: 'electricity', institutionId: 'school' };

test('a building and its zone: entered, changed, listed, each in the trail', async () => {
  const facts = { buildingClass: 'D', builtYear: 1998, heatingMode: 'district', areaM2: 5200.5 };
  expect((await post('buildings', { ...HALL, ...facts })).body).toEqual({ ...HALL, ...facts, endedOn: null });
  const changed = await patch('buildings/hall', { heatingMode: 'electric', builtYear: null });
  expect(changed.body).toMatchObject({ ...facts, heatingMode: 'electric', builtYear: null });
  expect((await post('zones', ROOM)).body).toEqual({ ...ROOM, areaM2: null, endedOn: null });
  expect((await patch('zones/room', { areaM2: 30, name: '中心机房' })).body).toMatchObject({
    areaM2: 30,
    name: '中心机房',
  });
  expect((await get('buildings?institution=school')).body).toMatchObject({ items: [{ id: 'hall' }], next: null });
  expect((await get('zones?building=hall&kind=server-room')).body).toMatchObject({ items: [{ id: 'room' }] });
  expect((await get('zones?kind=office')).body).toMatchObject({ items: [] });
  expect((await get('zones/room')).body).toMatchObject({ buildingId: 'hall' });
  const rows = await api.db.selectFrom('audit').select(['action', 'object']).orderBy('id').execute();
  expect(rows.slice(-4).map(({ action, object }) => `${action} ${object}`)).toEqual([
    'create building/hall',
    'change building/hall',
    'create zone/room',
    'change zone/room',
  ]);
  expect(api.calls.registryChanged).toBe(4);
});

test("a zone of a building belongs to that building's institution", async () => {
  await post('buildings', HALL);
  const answer = await post('zones', { ...ROOM, institutionId: 'library' });
  expect([answer.status, answer.detail]).toEqual([
    400,
    'buildingId: hall belongs to school; a zone in it belongs to that institution, not to library',
  ]);
  await post('zones', { ...ROOM, institutionId: 'library', buildingId: undefined });
  expect((await patch('zones/room', { buildingId: 'hall' })).detail).toContain('buildingId: hall belongs to school');
});

test('an id is given once', async () => {
  await post('buildings', HALL);
  await post('zones', ROOM);
  expect((await post('buildings', HALL)).status).toBe(409);
  expect((await post('zones', ROOM)).status).toBe(409);
});

test('a meter in a zone has its building and its kind, and follows them', async () => {
  await post('buildings', HALL);
  await post('zones', ROOM);
  const made = await post('meters', { ...METER, zoneId: 'room' });
  expect(made.body).toMatchObject({ zoneId: 'room', buildingId: 'hall', zoneKind: 'server-room' });
  await patch('zones/room', { kind: 'office', buildingId: null });
  expect((await get('meters/m')).body).toMatchObject({ zoneId: 'room', buildingId: null, zoneKind: 'office' });
  await post('zones', { ...ROOM, id: 'canteen', kind: 'canteen' });
  expect((await patch('meters/m', { zoneId: 'canteen' })).body).toMatchObject({
    buildingId: 'hall',
    zoneKind: 'canteen',
  });
  for (const [change, words] of [
    [{ zoneId: 'nowhere' }, 'zoneId: there is no zone nowhere; enter it first'],
    [{ buildingId: 'nowhere' }, 'buildingId: there is no building nowhere; enter it first'],
    [{ zoneKind: 'office' }, 'zoneKind: canteen is of the kind canteen, not office; leave it out, or correct the zone'],
    [{ zoneId: 'room', buildingId: 'hall' }, 'zoneId: room lies in no building, not in hall'],
  ] as const) {
    const answer = await patch('meters/m', change);
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(words)]);
  }
});

test("a share's zone belongs to the share's institution", async () => {
  await post('zones', { ...ROOM, buildingId: undefined });
  const shares = (institutionId: string) => ({ shares: [{ institutionId, zoneId: 'room', share: 1 }] });
  expect((await patch('meters/school-main', shares('library'))).detail).toBe(
    'zoneId: the zone room belongs to school, not to library',
  );
  expect((await patch('meters/school-main', shares('school'))).body).toMatchObject({ shares: [{ zoneId: 'room' }] });
});

test('what is referred to is not taken out: it ends, from the inside outwards', async () => {
  await post('buildings', HALL);
  await post('zones', ROOM);
  await post('meters', { ...METER, zoneId: 'room', installedOn: '2025-01-01' });
  expect((await remove('buildings/hall')).detail).toBe(
    'the zone room is in the building hall; take it out of there, or end the building',
  );
  expect((await remove('zones/room')).detail).toBe('The meter m names the zone room; end the zone on a date instead');
  expect((await patch('buildings/hall', { endedOn: '2026-05-01' })).detail).toBe(
    'endedOn: the zone room has not ended by 2026-05-01; end it first',
  );
  expect((await patch('zones/room', { endedOn: '2026-05-01' })).detail).toBe(
    'endedOn: the meter m is still in room on 2026-05-01; move it first',
  );
  await post('meters/m/life', { kind: 'removal', at: '2026-04-30T10:00:00+08:00', closingRegister: 1 });
  expect((await patch('zones/room', { endedOn: '2026-05-01' })).status).toBe(200);
  expect((await patch('buildings/hall', { endedOn: '2026-05-01' })).body).toMatchObject({ endedOn: '2026-05-01' });
  expect((await get('buildings?ended=false')).body).toMatchObject({ items: [] });
  expect((await get('buildings?ended=true')).body).toMatchObject({ items: [{ id: 'hall' }] });
  const late = { ...METER, id: 'late' };
  expect((await post('meters', { ...late, zoneId: 'room' })).detail).toContain(
    'zoneId: the zone room ended on 2026-05-01',
  );
  expect((await post('meters', { ...late, buildingId: 'hall' })).detail).toContain(
    'buildingId: the building hall ended',
  );
});

test('what nothing refers to is taken out', async () => {
  await post('buildings', HALL);
  await post('zones', ROOM);
  expect((await remove('zones/room')).status).toBe(204);
  expect((await remove('buildings/hall')).status).toBe(204);
  for (const path of ['zones/room', 'buildings/hall']) {
    expect((await get(path)).status).toBe(404);
    expect((await remove(path)).status).toBe(404);
    expect((await patch(path, { name: 'x' })).status).toBe(404);
  }
});
