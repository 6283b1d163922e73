import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createBuilding } from '../../services/registry/buildings.ts';
import { createZone } from '../../services/registry/zones.ts';
import { type ApiFixture, type FixtureUser, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { addAlert, addDecision, addFinding, addManualReading, addReport } from '../support/api-samples.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
  for (const id of ['archive', 'school', 'library']) {
    await addAlert(api.db, `alert-${id}`, id);
    await addReport(api.db, 'institution', id);
    await addDecision(api.db, `decision-${id}`, `${id}-main`);
    await addManualReading(api.db, `reading-${id}`, `${id}-main`);
    await addFinding(api.db, `${id}-main`);
  }
  const change = { userId: null, nowMs: api.clock.nowMs };
  for (const institutionId of ['archive', 'school', 'library']) {
    const building = { id: `${institutionId}-hall`, institutionId, name: '主楼' };
    await createBuilding(api.db, building, change);
    const zone = { id: `${institutionId}-room`, institutionId, buildingId: building.id, name: '机房' };
    await createZone(api.db, { ...zone, kind: 'server-room' }, change);
    const virtual = { id: `${institutionId}-sum`, institutionId, name: '合计', terms: [{ meterId: 'library-main' }] };
    await api.as('admin', { method: 'POST', url: '/api/virtual-meters', payload: virtual });
  }
  for (const code of ['150203', '150204']) await addReport(api.db, 'district', code);
  await addReport(api.db, 'city', '150200');
  const from = Date.parse('2026-05-01T00:00:00+08:00');
  await api.addReadings(
    ['archive', 'school', 'library'].flatMap((id) =>
      hourlyRegister(`${id}-main`, 2, from, Date.parse('2026-05-15T10:00:00+08:00')),
    ),
  );
});
afterAll(() => api.close());

const DAYS = 'from=2026-05-01T00:00:00%2B08:00&to=2026-05-03T00:00:00%2B08:00';

/** Every endpoint that names one institution, or something of it. */
const OF_ONE: { method?: 'POST'; url: (id: string) => string }[] = [
  { url: (id) => `/api/institutions/${id}` },
  { url: (id) => `/api/institutions/${id}/usage?${DAYS}&step=1d` },
  { url: (id) => `/api/institutions/${id}/usage?${DAYS}&premises=all` },
  { url: (id) => `/api/institutions/${id}/meter-tree?${DAYS}` },
  { url: (id) => `/api/institutions/${id}/zone-usage?${DAYS}` },
  { url: (id) => `/api/institutions/${id}/comparison?${DAYS}&medium=electricity` },
  { url: (id) => `/api/institutions/${id}/cost?${DAYS}&step=1d` },
  { url: (id) => `/api/institutions/${id}/quota?year=2026` },
  { url: (id) => `/api/institutions/${id}/standby?${DAYS}` },
  { url: (id) => `/api/institutions/${id}/meters` },
  { url: (id) => `/api/meters?institution=${id}` },
  { url: (id) => `/api/institutions/${id}/attributes` },
  { url: (id) => `/api/buildings/${id}-hall` },
  { url: (id) => `/api/zones/${id}-room` },
  { url: (id) => `/api/meters/${id}-main` },
  { url: (id) => `/api/meters/${id}-main/life` },
  { url: (id) => `/api/meters/${id}-main/readings?${DAYS}` },
  { url: (id) => `/api/meters/${id}-main/usage?${DAYS}&step=1h` },
  { url: (id) => `/api/meters/${id}-main/cost?${DAYS}&step=1h` },
  { url: (id) => `/api/meters/${id}-main/cost-check?${DAYS}` },
  { url: (id) => `/api/tariff-assignments?institution=${id}` },
  { url: (id) => `/api/meters/${id}-main/balance?${DAYS}` },
  { url: (id) => `/api/provenance?institution=${id}&medium=electricity&${DAYS}` },
  { url: (id) => `/api/provenance?meter=${id}-main&${DAYS}` },
  { url: (id) => `/api/provenance?meter=${id}-sum&${DAYS}` },
  { url: (id) => `/api/provenance?report=2025/${id}&medium=electricity` },
  { url: (id) => `/api/provenance/readings?meter=${id}-main&${DAYS}` },
  { url: (id) => `/api/day-changes?institution=${id}` },
  { url: (id) => `/api/day-changes?meter=${id}-main` },
  { url: (id) => `/api/virtual-meters?institution=${id}` },
  { url: (id) => `/api/virtual-meters/${id}-sum` },
  { url: (id) => `/api/meters/${id}-sum/usage?${DAYS}` },
  { url: (id) => `/api/meters/${id}-main/comparison?${DAYS}&with=last-period` },
  { url: (id) => `/api/meters/${id}-main/manual-readings` },
  { url: (id) => `/api/meters/${id}-main/manual-readings/reading-${id}/photo` },
  { url: (id) => `/api/decisions/decision-${id}` },
  { url: (id) => `/api/decisions/decision-${id}/effect` },
  { url: (id) => `/api/alerts?institution=${id}` },
  { url: (id) => `/api/alerts/alert-${id}` },
  { method: 'POST', url: (id) => `/api/alerts/alert-${id}/acknowledge` },
  { url: (id) => `/api/reports/2025/${id}` },
  { url: (id) => `/api/reports/2025/${id}/file.docx` },
  { url: (id) => `/api/reports/2025/${id}/file.xlsx` },
  { url: (id) => `/api/reports/2025/${id}/file.json` },
];

/** Who sees which institutions. The archive is a unit of the city (市直) that stands in the agency's district. */
const SEES: Record<FixtureUser, string[]> = {
  admin: ['archive', 'library', 'school'],
  bureau: ['archive', 'library', 'school'],
  kundulun: ['school'],
  archive: ['archive'],
  school: ['school'],
};
const USERS = Object.keys(SEES) as FixtureUser[];

describe.each(OF_ONE.map((call) => ({ ...call, name: call.url('{id}') })))('$name', ({ method = 'GET', url }) => {
  test('no login: 401', async () => {
    const answer = await api.app.inject({ method, url: url('school') });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  test.each(USERS)('as %s: what is in scope 200, what is not 404', async (user) => {
    for (const id of ['archive', 'school', 'library']) {
      const answer = await api.as(user, { method, url: url(id) });
      expect([id, answer.statusCode]).toEqual([id, SEES[user].includes(id) ? 200 : 404]);
    }
  });

  test('a foreign id is answered like one that does not exist', async () => {
    const foreign = await api.as('school', { method, url: url('library') });
    const unknown = await api.as('school', { method, url: url('nowhere') });
    const worded = (body: string): string => body.replaceAll(/library|nowhere/g, 'X');
    expect(worded(foreign.body)).toBe(worded(unknown.body));
  });
});

const LISTS: { url: string; idsOf: (items: Record<string, string>[]) => string[] }[] = [
  { url: '/api/institutions', idsOf: (items) => items.map((item) => item['id']!) },
  {
    url: '/api/meters',
    idsOf: (items) => items.filter((item) => item['medium'] === 'electricity').map((item) => item['institutionId']!),
  },
  { url: '/api/buildings', idsOf: (items) => items.map((item) => item['institutionId']!) },
  { url: '/api/zones', idsOf: (items) => items.map((item) => item['institutionId']!) },
  { url: '/api/virtual-meters', idsOf: (items) => items.map((item) => item['institutionId']!) },
  { url: '/api/decisions', idsOf: (items) => items.map((item) => item['institutionId']!) },
  { url: '/api/findings', idsOf: (items) => items.map((item) => item['institutionId']!) },
  { url: '/api/alerts', idsOf: (items) => items.map((item) => item['institution']!) },
  {
    url: '/api/reports?year=2025',
    idsOf: (items) => items.filter((item) => item['kind'] === 'institution').map((item) => item['owner']!),
  },
];

describe.each(LISTS)('GET $url', ({ url, idsOf }) => {
  test('no login: 401', async () => {
    expect((await api.app.inject({ url })).statusCode).toBe(401);
  });
  test.each(USERS)('as %s: only what is in scope', async (user) => {
    const answer = await api.as(user, { url });
    expect(answer.statusCode).toBe(200);
    const ids = idsOf(answer.json<{ items: Record<string, string>[] }>().items);
    expect(ids.sort()).toEqual(SEES[user]);
  });
});

test.each([
  ['admin', ['150200', '150203', '150204']],
  ['bureau', ['150200', '150203', '150204']],
  ['kundulun', ['150203']],
  ['archive', []],
  ['school', []],
] as [FixtureUser, string[]][])('reports of regions: as %s %j', async (user, regions) => {
  const list = await api.as(user, { url: '/api/reports?year=2025' });
  const owners = list.json<{ items: { owner: string; kind: string }[] }>().items;
  expect(owners.filter((item) => item.kind !== 'institution').map((item) => item.owner)).toEqual(regions);
  for (const code of ['150200', '150203', '150204']) {
    for (const tail of ['', '/file.xlsx']) {
      const answer = await api.as(user, { url: `/api/reports/2025/${code}${tail}` });
      expect(answer.statusCode).toBe(regions.includes(code) ? 200 : 404);
    }
  }
});

test.each([
  ['admin', 3, 4],
  ['kundulun', 1, 1],
  ['archive', 1, 2],
] as [FixtureUser, number, number][])(
  'overview: as %s of %d institutions, %d meters',
  async (user, institutions, meters) => {
    const answer = await api.as(user, { url: '/api/overview?year=2026' });
    expect(answer.statusCode).toBe(200);
    const body = answer.json<{ institutions: number; meters: number; ranking: { id: string }[] }>();
    expect(body).toMatchObject({ institutions, meters });
    expect(body.ranking.map((row) => row.id).sort()).toEqual(SEES[user]);
  },
);

const INSTITUTION = { id: 'new', name: '新', type: 'school', regionCode: '150203', areaM2: 1, headcount: 1 };
/** Calls that not everybody may make, with who may; a body that would be refused shows that access is asked first. */
const RESTRICTED: { method: 'GET' | 'PATCH' | 'POST' | 'PUT'; url: string; may: FixtureUser[] }[] = [
  { method: 'POST', url: '/api/institutions', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/institutions/school', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/institutions/school/attributes/areaM2/2026-01-01', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/regions', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/regions/150203', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/buildings', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/buildings/school-hall', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/zones', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/zones/school-room', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/meters', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/meters/school-main', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/meters/school-main/life', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/meters/school-main/life/event-1', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/virtual-meters', may: ['admin', 'bureau', 'kundulun'] },
  { method: 'PATCH', url: '/api/virtual-meters/school-sum', may: ['admin', 'bureau', 'kundulun'] },
  { method: 'POST', url: '/api/decisions/decision-school/reject', may: ['admin', 'bureau', 'kundulun'] },
  { method: 'POST', url: '/api/decisions/decision-school/reverse', may: ['admin', 'bureau', 'kundulun'] },
  { method: 'GET', url: '/api/bindings', may: ['admin', 'bureau'] },
  { method: 'GET', url: '/api/bindings/ready', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/bindings', may: ['admin', 'bureau'] },
  { method: 'PATCH', url: '/api/bindings/plant', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/bindings/try', may: ['admin', 'bureau'] },
  { method: 'GET', url: '/api/collectors/c1', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/institutions/school/quotas/2026/water', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/weather/150203', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/tariffs', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/tariffs/general', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/tariffs/general/versions/2026-01-01', may: ['admin', 'bureau'] },
  { method: 'PUT', url: '/api/tariff-assignments/water/2026-01-01', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/coefficients', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/collectors', may: ['admin'] },
  { method: 'PATCH', url: '/api/collectors/c1', may: ['admin'] },
  { method: 'POST', url: '/api/collectors/no.id/token', may: ['admin'] },
  { method: 'POST', url: '/api/mqtt-readers', may: ['admin'] },
  { method: 'GET', url: '/api/collectors', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/users', may: ['admin'] },
  { method: 'GET', url: '/api/users', may: ['admin'] },
  { method: 'GET', url: '/api/quarantine', may: ['admin', 'bureau'] },
  { method: 'GET', url: '/api/quarantine/summary', may: ['admin', 'bureau'] },
  { method: 'GET', url: '/api/quarantine/replays', may: ['admin', 'bureau'] },
  { method: 'POST', url: '/api/quarantine/replay', may: ['admin', 'bureau'] },
];

describe.each(RESTRICTED)('$method $url', ({ method, url, may }) => {
  const call = method === 'GET' ? { method, url } : { method, url, payload: {} };
  test('no login: 401', async () => {
    expect((await api.app.inject(call)).statusCode).toBe(401);
  });
  test.each(USERS)('as %s', async (user) => {
    const allowed = method === 'GET' ? 200 : 400;
    expect((await api.as(user, call)).statusCode).toBe(may.includes(user) ? allowed : 403);
  });
});

/** Calls that take something out, of what is not there: whoever may call is told so. */
const REMOVALS: { url: string; may: FixtureUser[] }[] = [
  { url: '/api/institutions/school/attributes/areaM2/2020-01-01', may: ['admin', 'bureau'] },
  { url: '/api/regions/nowhere', may: ['admin', 'bureau'] },
  { url: '/api/weather/150203?from=2026-01-01&to=2026-01-31', may: ['admin', 'bureau'] },
  { url: '/api/buildings/nothing', may: ['admin', 'bureau'] },
  { url: '/api/zones/nothing', may: ['admin', 'bureau'] },
  { url: '/api/meters/nothing', may: ['admin', 'bureau'] },
  { url: '/api/meters/school-main/life/event-99', may: ['admin', 'bureau'] },
  { url: '/api/virtual-meters/nothing', may: ['admin', 'bureau', 'kundulun'] },
  { url: '/api/bindings/nothing', may: ['admin', 'bureau'] },
  { url: '/api/tariffs/nothing', may: ['admin', 'bureau'] },
  { url: '/api/tariffs/nothing/versions/2026-01-01', may: ['admin', 'bureau'] },
  { url: '/api/tariff-assignments/water/2026-01-01', may: ['admin', 'bureau'] },
  { url: '/api/coefficients/2026-01-01', may: ['admin', 'bureau'] },
  { url: '/api/collectors/nothing', may: ['admin'] },
];

describe.each(REMOVALS)('DELETE $url', ({ url, may }) => {
  test('no login: 401', async () => {
    expect((await api.app.inject({ method: 'DELETE', url })).statusCode).toBe(401);
  });
  test.each(USERS)('as %s', async (user) => {
    expect((await api.as(user, { method: 'DELETE', url })).statusCode).toBe(may.includes(user) ? 404 : 403);
  });
});

test('every documented call but session, health and ready asks for a login', async () => {
  const paths = api.app.swagger().paths ?? {};
  const open: string[] = [];
  for (const [path, item] of Object.entries(paths)) {
    for (const method of Object.keys(item ?? {}) as ('get' | 'post' | 'put' | 'delete')[]) {
      const url = path.replace('{year}', '2025').replaceAll(/\{\w+\}/g, 'school');
      const upper = method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE';
      const answer = await api.app.inject({
        method: upper,
        url,
        ...(method === 'get' ? {} : { payload: INSTITUTION }),
      });
      if (answer.statusCode !== 401) open.push(`${method} ${path}`);
    }
  }
  expect(open.sort()).toEqual(['delete /api/session', 'get /api/health', 'get /api/ready', 'post /api/session']);
});
