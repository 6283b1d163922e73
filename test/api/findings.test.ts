import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { FindingKind } from '../../domain/finding.ts';
import type { FindingItem } from '../../services/api/schemas/finding.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

const at = (day: number, hour = 0): number =>
  Date.parse('2026-05-01T00:00:00+08:00') + (day - 1) * 86_400_000 + hour * 3_600_000;
let api: ApiFixture;

async function addFinding(
  meter: string,
  kind: FindingKind,
  from: number,
  to: number,
  registers: [number | null, number | null] = [null, null],
): Promise<void> {
  await api.db
    .insertInto('usage_finding')
    .values({
      meter_id: meter,
      kind,
      from_ms: from,
      to_ms: to,
      register_before: registers[0],
      register_after: registers[1],
      noted_at: at(15),
    })
    .execute();
}

beforeAll(async () => {
  api = await openApiFixture();
  const change = { userId: null, nowMs: api.clock.nowMs };
  // A heat meter that counts in MWh: findings are kept in GJ.
  await createMeter(
    api.db,
    { id: 'school-heat', institutionId: 'school', collectorId: 'c1', medium: 'heat', registerUnit: 'MWh' },
    change,
  );
  await addFinding('school-main', 'outlier', at(2), at(2, 1), [10, 99_999]);
  await addFinding('school-main', 'gap', at(4), at(6));
  await addFinding('school-heat', 'new-level', at(4), at(4), [3600, 360]);
  await addFinding('library-main', 'stuck', at(3), at(9));
  await addFinding('archive-main', 'rollover', at(7), at(7, 1), [99_999, 1]);
});
afterAll(() => api.close());

const list = async (user: FixtureUser, query = ''): Promise<FindingItem[]> => {
  const { status, body, detail } = await registryCalls(() => api, user).get(`findings${query}`);
  expect([status, detail]).toEqual([200, '']);
  return (body as { items: FindingItem[] }).items;
};
const named = (items: FindingItem[]): string[] => items.map(({ meterId, kind }) => `${meterId} ${kind}`);
const ALL = [
  'archive-main rollover',
  'school-heat new-level',
  'school-main gap',
  'library-main stuck',
  'school-main outlier',
];

test('newest first, registers as the meter counts, and the decision that fits', async () => {
  const items = await list('bureau');
  expect(named(items)).toEqual(ALL);
  expect(items[1]).toEqual({
    meterId: 'school-heat',
    meterName: 'school-heat',
    institutionId: 'school',
    institutionName: '钢铁大街小学',
    medium: 'heat',
    kind: 'new-level',
    from: '2026-05-04T00:00:00+08:00',
    to: '2026-05-04T00:00:00+08:00',
    registerBefore: 1000,
    registerAfter: 100,
    registerUnit: 'MWh',
    notedAt: '2026-05-15T00:00:00+08:00',
    decision: null,
    suggestion: {
      kind: 'replacement',
      from: '2026-05-04T00:00:00+08:00',
      to: null,
      closingRegister: 1000,
      openingRegister: 100,
    },
  });
  expect(items.map(({ suggestion }) => suggestion?.kind ?? null)).toEqual([
    null,
    'replacement',
    null,
    'value',
    'exclude',
  ]);
});

test('what is suggested can be proposed as it stands', async () => {
  for (const { meterId, suggestion } of await list('bureau', '?meter=school-heat')) {
    const { kind, from, closingRegister, openingRegister } = suggestion!;
    const body = { meterId, kind, from, closingRegister, openingRegister, reason: '现场已换表' };
    const proposed = await registryCalls(() => api, 'school').post('decisions', body);
    expect([proposed.status, proposed.detail]).toEqual([201, '']);
    const withdrawn = `decisions/${(proposed.body as { id: string }).id}/withdraw`;
    expect((await registryCalls(() => api, 'school').post(withdrawn, {})).status).toBe(200);
  }
});

test.each([
  ['kind=gap', ['school-main gap']],
  ['meter=school-main', ['school-main gap', 'school-main outlier']],
  ['institution=school', ['school-heat new-level', 'school-main gap', 'school-main outlier']],
  ['institution=nowhere', []],
  // Both ends of a finding are touched; the range asked for ends before its end.
  ['from=2026-05-06T00:00:00%2B08:00', ['archive-main rollover', 'school-main gap', 'library-main stuck']],
  ['from=2026-05-06T00:00:00.001%2B08:00', ['archive-main rollover', 'library-main stuck']],
  ['to=2026-05-04T00:00:00%2B08:00', ['library-main stuck', 'school-main outlier']],
  [
    'from=2026-05-04T00:00:00%2B08:00&to=2026-05-05T00:00:00%2B08:00',
    ['school-heat new-level', 'school-main gap', 'library-main stuck'],
  ],
])('narrowed by %s', async (query, want) => expect(named(await list('bureau', `?${query}`))).toEqual(want));

test('a range upside down is refused', async () => {
  const query = 'from=2026-05-04T00:00:00%2B08:00&to=2026-05-04T00:00:00%2B08:00';
  const { status, detail } = await registryCalls(() => api, 'bureau').get(`findings?${query}`);
  expect([status, detail]).toEqual([400, 'to: must be after from; the range is [from, to)']);
});

test('the list goes on by its cursor', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body } = await registryCalls(() => api, 'bureau').get(`findings${query}`);
    const page = body as { items: FindingItem[]; next: string | null };
    seen.push(...named(page.items));
    cursor = page.next;
  }
  expect(seen).toEqual(ALL);
});

describe('whether a decision covers it', () => {
  test('proposed, approved, and not when it is rejected, withdrawn or reversed', async () => {
    const [school, bureau] = [registryCalls(() => api, 'school'), registryCalls(() => api, 'bureau')];
    const waiting = async (): Promise<string[]> => named(await list('bureau', '?meter=school-main&decided=false'));
    const decided = async (): Promise<[string, string | undefined][]> =>
      (await list('bureau', '?meter=school-main&decided=true')).map(({ kind, decision }) => [kind, decision?.state]);
    expect(await decided()).toEqual([]);

    const exclude = { meterId: 'school-main', kind: 'exclude', reason: '跳变' };
    // It ends where the finding begins: the two do not touch.
    const before = { from: '2026-05-01T20:00:00+08:00', to: '2026-05-02T00:00:00+08:00' };
    await school.post('decisions', { ...exclude, ...before });
    expect(await decided()).toEqual([]);

    const over = { from: '2026-05-02T00:30:00+08:00', to: '2026-05-02T01:00:00.001+08:00' };
    const { id } = (await school.post('decisions', { ...exclude, ...over })).body as { id: string };
    expect(await decided()).toEqual([['outlier', 'proposed']]);
    expect(await waiting()).toEqual(['school-main gap']);
    await bureau.post(`decisions/${id}/approve`, {});
    expect(await decided()).toEqual([['outlier', 'approved']]);
    expect((await list('bureau', '?kind=outlier'))[0]?.decision).toEqual({ id, kind: 'exclude', state: 'approved' });
    await bureau.post(`decisions/${id}/reverse`, { note: 'in error' });
    expect(await decided()).toEqual([]);

    const value = {
      meterId: 'school-main',
      kind: 'value',
      from: '2026-05-05T00:00:00+08:00',
      register: 5,
      reason: '抄表',
    };
    const instant = (await school.post('decisions', value)).body as { id: string };
    expect(await decided()).toEqual([['gap', 'proposed']]);
    await bureau.post(`decisions/${instant.id}/reject`, { note: 'no photograph' });
    expect(await decided()).toEqual([]);
  });
});

test.each([
  ['admin', ALL],
  ['kundulun', ['school-heat new-level', 'school-main gap', 'school-main outlier']],
  ['archive', ['archive-main rollover']],
  ['school', ['school-heat new-level', 'school-main gap', 'school-main outlier']],
] as [FixtureUser, string[]][])('as %s', async (user, want) => {
  expect(named(await list(user))).toEqual(want);
  expect(named(await list(user, '?meter=library-main'))).toEqual(user === 'admin' ? ['library-main stuck'] : []);
});
