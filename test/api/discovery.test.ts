import { afterEach, beforeEach, expect, test } from 'vitest';

import { openRelationalQuarantine } from '../../gateway/quarantine/relational-quarantine.ts';
import type { QuarantineEntry } from '../../gateway/quarantine/quarantine.ts';
import type { HeardCollectorItem, HeardMeterItem, SparkplugNodeItem } from '../../services/api/schemas/discovery.ts';
import type { Replay } from '../../services/api/schemas/quarantine.ts';
import { openApiFixture, type ApiFixture } from '../support/api-fixture.ts';
import { quarantineEntry } from '../support/quarantine-entry.ts';

const AT = Date.parse('2026-05-14T08:00:00+08:00');

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

interface Page<T> {
  items: T[];
  next: string | null;
}

async function get<T>(url: string): Promise<T> {
  const answer = await api.as('bureau', { url });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<T>();
}

const post = (url: string, payload: object, user: 'admin' | 'bureau' = 'bureau') =>
  api.as(user, { method: 'POST', url, payload });

async function hear(...entries: Partial<QuarantineEntry>[]): Promise<void> {
  const quarantine = await openRelationalQuarantine({
    db: api.db,
    now: () => AT,
    retentionMs: 1e12,
    maxBytes: 1e12,
    sweepMs: 1e9,
    heardMaximum: 1000,
    onError: () => undefined,
  });
  await quarantine.put(
    entries.map((given, index) => quarantineEntry(index + 1, { receivedAtMs: AT + index * 1000, ...given })),
  );
  await quarantine.close();
}

const byId = (meter: string, given: Partial<QuarantineEntry> = {}): Partial<QuarantineEntry> => ({
  meter,
  reason: 'unknown-meter',
  heard: { format: 'native-json', fields: { total: 12.5, unit: 'kWh' } },
  ...given,
});
const byAddress = (address: string, given: Partial<QuarantineEntry> = {}): Partial<QuarantineEntry> => ({
  meter: '',
  address,
  reason: 'unknown-address',
  heard: { format: 'cjt188', fields: { total: 7, unit: 'm3' }, otherAddresses: [`99${address}`] },
  ...given,
});

test('meters: the one heard last first, with what it says and what it may be', async () => {
  await hear(byId('m7'), byAddress('161'), byAddress('161'));
  expect(await get('/api/discovery/meters')).toEqual({
    items: [
      {
        collector: 'c1',
        namedBy: 'address',
        name: '161',
        otherAddresses: ['99161'],
        format: 'cjt188',
        lastValues: { unit: 'm3', total: 7 },
        count: 2,
        since: '2026-05-14T08:00:01+08:00',
        lastSeen: '2026-05-14T08:00:02+08:00',
        suggested: { id: 'c1-161', medium: 'water' },
      },
      {
        collector: 'c1',
        namedBy: 'id',
        name: 'm7',
        otherAddresses: [],
        format: 'native-json',
        lastValues: { unit: 'kWh', total: 12.5 },
        count: 1,
        since: '2026-05-14T08:00:00+08:00',
        lastSeen: '2026-05-14T08:00:00+08:00',
        suggested: { id: 'm7', medium: 'electricity' },
      },
    ],
    next: null,
  });
});

test('meters: in pages, by collector and by format', async () => {
  const meters = Array.from({ length: 7 }, (_, n) => byId(`m${n}`, { receivedAtMs: AT + (n >> 1) }));
  await hear(
    ...meters,
    byAddress('161', { receivedAtMs: AT - 1 }),
    byId('m1', { collector: 'c9', receivedAtMs: AT - 2 }),
  );
  const names: string[] = [];
  for (let cursor = ''; ;) {
    const page = await get<Page<HeardMeterItem>>(`/api/discovery/meters?limit=2${cursor}`);
    names.push(...page.items.map(({ name }) => name));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(names).toEqual(['m6', 'm4', 'm5', 'm2', 'm3', 'm0', 'm1', '161', 'm1']);
  const ofC9 = await get<Page<HeardMeterItem>>('/api/discovery/meters?collector=c9');
  expect(ofC9.items.map(({ name }) => name)).toEqual(['m1']);
  const frames = await get<Page<HeardMeterItem>>('/api/discovery/meters?format=cjt188');
  expect(frames.items.map(({ name }) => name)).toEqual(['161']);
  for (const forged of ['no', '[1e308,"c1","id","m1"]', '[1.5,"c1","id","m1"]', '[1,"c1","id"]']) {
    const cursor = Buffer.from(forged).toString('base64url');
    expect((await api.as('bureau', { url: `/api/discovery/meters?cursor=${cursor}` })).statusCode).toBe(400);
  }
});

test('meters: one that is registered is no stranger, by whichever notation of its address', async () => {
  await hear(byId('m7'), byAddress('161'), byAddress('162'), byAddress('163', { collector: 'c9' }));
  const meter = { institutionId: 'school', collectorId: 'c1', medium: 'electricity' };
  expect((await post('/api/meters', { ...meter, id: 'm7' })).statusCode).toBe(201);
  expect((await post('/api/meters', { ...meter, id: 'x1', medium: 'water', address: '0000 0161' })).statusCode).toBe(
    201,
  );
  expect((await post('/api/meters', { ...meter, id: 'x2', medium: 'water', address: '99162' })).statusCode).toBe(201);
  expect((await post('/api/meters', { ...meter, id: 'x3', medium: 'water', address: '163' })).statusCode).toBe(201);
  const { items } = await get<Page<HeardMeterItem>>('/api/discovery/meters');
  expect(items.map(({ collector, name }) => `${collector} ${name}`)).toEqual(['c9 163']);
});

test('adopting by address: the meter, and a request for what came from it', async () => {
  await hear(byAddress('161'));
  const made = await post('/api/discovery/meters/adopt', {
    namedBy: 'address',
    heardAs: '161',
    id: 'school-water',
    name: '总水表',
    institutionId: 'school',
    collectorId: 'c1',
    medium: 'water',
  });
  expect([made.statusCode, made.json()]).toEqual([
    201,
    { items: [{ id: 'school-water', collectorId: 'c1', address: '161' }] },
  ]);
  expect(await get('/api/meters/school-water')).toMatchObject({ address: '161', format: 'cjt188', name: '总水表' });
  expect(api.calls).toMatchObject({ registryChanged: 1, replayRequested: 1 });
  const replays = await get<Page<Replay>>('/api/quarantine/replays');
  expect(replays.items[0]).toMatchObject({ automatic: true, state: 'waiting', filter: { meter: 'school-water' } });
  expect((await get<Page<HeardMeterItem>>('/api/discovery/meters')).items).toEqual([]);
});

test('adopting several: all of them or none', async () => {
  await hear(byAddress('161'), byAddress('162'), byId('m7'));
  const meter = { institutionId: 'school', collectorId: 'c1', medium: 'water' };
  const several = [
    { ...meter, namedBy: 'address', heardAs: '161', id: 'w1' },
    { ...meter, namedBy: 'address', heardAs: '00162', id: 'w2', address: '99162' },
    { ...meter, namedBy: 'id', heardAs: 'm7', id: 'm7', medium: 'electricity' },
  ];
  const refused = await post('/api/discovery/meters/adopt', [...several, { ...several[0]!, id: 'w3', heardAs: '164' }]);
  expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
    404,
    '3: 164: heardAs: c1 has named no unregistered meter by the address 164',
  ]);
  expect((await get<Page<HeardMeterItem>>('/api/discovery/meters')).items).toHaveLength(3);
  expect((await api.as('bureau', { url: '/api/meters/w1' })).statusCode).toBe(404);
  expect((await post('/api/discovery/meters/adopt', several)).statusCode).toBe(201);
  expect((await get<Page<HeardMeterItem>>('/api/discovery/meters')).items).toEqual([]);
  expect(await get('/api/meters/w2')).toMatchObject({ address: '99162' });
});

test.each([
  ['by another id than messages name it', { namedBy: 'id', heardAs: 'm7', id: 'm8' }, 'messages name this meter m7'],
  [
    'by another address than messages name it',
    { namedBy: 'address', heardAs: '161', id: 'w1', address: '162' },
    'messages name this meter 161 or 99161',
  ],
  [
    'with an institution that there is not',
    { namedBy: 'id', heardAs: 'm7', id: 'm7', institutionId: 'nobody' },
    'nobody',
  ],
])('adopting %s is refused', async (_name, given, saying) => {
  await hear(byId('m7'), byAddress('161'));
  const meter = { institutionId: 'school', collectorId: 'c1', medium: 'water' };
  const refused = await post('/api/discovery/meters/adopt', { ...meter, ...given });
  expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
    400,
    expect.stringContaining(saying),
  ]);
  expect(api.calls).toMatchObject({ registryChanged: 0, replayRequested: 0 });
});

test('collectors: who tried or was handed on, and adopting one', async () => {
  await api.db
    .insertInto('heard_collector')
    .values([
      { name: 'dtu-7', first_at: AT, last_at: AT + 5000, times: 3, client_id: 'dtu', address: '10.0.0.7' },
      { name: 'c1', first_at: AT, last_at: AT, times: 1, client_id: '', address: '' },
    ])
    .execute();
  await hear(byId('m7', { collector: 'dtu-8', isOfStranger: true }), byId('m8', { collector: 'dtu-7' }));
  const { items } = await get<Page<HeardCollectorItem>>('/api/discovery/collectors');
  expect(items).toEqual([
    {
      name: 'dtu-7',
      count: 3,
      since: '2026-05-14T08:00:00+08:00',
      lastSeen: '2026-05-14T08:00:05+08:00',
      clientId: 'dtu',
      address: '10.0.0.7',
      meters: 1,
    },
    expect.objectContaining({ name: 'dtu-8', count: 1, clientId: '', address: '', meters: 1 }),
  ]);
  const first = await get<Page<HeardCollectorItem>>('/api/discovery/collectors?limit=1');
  const second = await get<Page<HeardCollectorItem>>(`/api/discovery/collectors?limit=1&cursor=${first.next}`);
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['dtu-7', 'dtu-8']);
  expect(second.next).toBeNull();

  expect((await post('/api/discovery/collectors/adopt', { id: 'dtu-7', name: '七号' })).statusCode).toBe(403);
  const made = await post('/api/discovery/collectors/adopt', { id: 'dtu-7', name: '七号' }, 'admin');
  expect([made.statusCode, made.json()]).toEqual([201, { id: 'dtu-7', token: expect.stringMatching(/.{20}/) }]);
  expect((await post('/api/discovery/collectors/adopt', { id: 'dtu-7', name: '七号' }, 'admin')).statusCode).toBe(404);
  expect((await post('/api/discovery/collectors/adopt', { id: 'nobody', name: 'x' }, 'admin')).statusCode).toBe(404);
  expect((await get<Page<HeardCollectorItem>>('/api/discovery/collectors')).items.map(({ name }) => name)).toEqual([
    'dtu-8',
  ]);
});

test('Sparkplug nodes by collector and name, in pages', async () => {
  const node = { online: 1, position: 1, sequence: 3, gaps: 0, last_gap_at: null, last_at: AT };
  await api.db
    .insertInto('sparkplug_node')
    .values([
      { ...node, collector: 'c1', node: 'plant/b', online: 0, gaps: 2, last_gap_at: AT - 1000 },
      { ...node, collector: 'c1', node: 'plant/a' },
      { ...node, collector: 'c2', node: 'plant/a' },
    ])
    .execute();
  const first = await get<Page<SparkplugNodeItem>>('/api/discovery/sparkplug?limit=2');
  expect(first.items).toEqual([
    {
      collector: 'c1',
      node: 'plant/a',
      online: true,
      gaps: 0,
      lastGap: null,
      lastMessage: '2026-05-14T08:00:00+08:00',
    },
    {
      collector: 'c1',
      node: 'plant/b',
      online: false,
      gaps: 2,
      lastGap: '2026-05-14T07:59:59+08:00',
      lastMessage: '2026-05-14T08:00:00+08:00',
    },
  ]);
  const second = await get<Page<SparkplugNodeItem>>(`/api/discovery/sparkplug?limit=2&cursor=${first.next}`);
  expect([second.items.map(({ collector }) => collector), second.next]).toEqual([['c2'], null]);
});

test('quarantine is searched by address, in whatever notation', async () => {
  await hear(byAddress('161'), byAddress('162'));
  const { items } = await get<Page<{ address: string | null; meter: string | null }>>(
    '/api/quarantine?address=0000%20161',
  );
  expect(items.map(({ address }) => address)).toEqual(['161']);
});
