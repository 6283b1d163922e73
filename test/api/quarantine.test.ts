import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { QuarantineItem, QuarantineSummary, Replay } from '../../services/api/schemas/quarantine.ts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { addQuarantined } from '../support/api-samples.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const get = async <T>(url: string): Promise<T> => (await api.as('bureau', { url })).json<T>();
const found = async (query: string): Promise<number[]> =>
  (await get<{ items: QuarantineItem[] }>(`/api/quarantine?${query}`)).items.map(({ id }) => id);
const replay = (payload: object) => api.as('bureau', { method: 'POST', url: '/api/quarantine/replay', payload });

/** Ids 1 to 6. */
async function addSamples(): Promise<void> {
  await addQuarantined(api.db, 100, 'not-json', { receivedAt: '2026-05-10T08:00:00+08:00' });
  await addQuarantined(api.db, 200, 'unknown-meter', { meter: 'm7', receivedAt: '2026-05-10T09:00:00+08:00' });
  await addQuarantined(api.db, 200, 'bad-value', { meter: 'm1', index: 1 });
  await addQuarantined(api.db, 300, 'unknown-meter', { collector: 'c2', topic: 'energy/v1/c2/readings', meter: 'm8' });
  await addQuarantined(api.db, 400, 'unknown-topic', {
    topic: 'energy/v1/c1/100%_a',
    receivedAt: '2026-05-11T00:00:00Z',
  });
  await addQuarantined(api.db, 500, 'bad-value', { topic: 'energy/v1/c1/100xya', receivedAt: '2026-05-12T00:00:00Z' });
}

test('search: newest first, each with the bytes of its message, by pages', async () => {
  await addSamples();
  const first = await get<{ items: QuarantineItem[]; next: string }>('/api/quarantine?limit=4');
  expect(first.items.map(({ id }) => id)).toEqual([6, 5, 4, 3]);
  const second = await get(`/api/quarantine?limit=4&cursor=${first.next}`);
  expect(second).toEqual({
    items: [
      {
        id: 2,
        receivedAt: '2026-05-10T09:00:00+08:00',
        topic: 'energy/v1/c1/nobody/reading',
        collector: 'c1',
        meter: 'm7',
        address: null,
        payload: Buffer.from([0, 255, 123]).toString('base64'),
        reason: 'unknown-meter',
        detail: 'no meter has this id',
        index: null,
      },
      expect.objectContaining({ id: 1, meter: null }),
    ],
    next: null,
  });
});

test.each([
  ['reason=unknown-meter', [4, 2]],
  ['collector=c2', [4]],
  ['collector=c9', []],
  ['meter=m7', [2]],
  ['meter=m1&reason=bad-value', [3]],
  ['meter=m1&reason=not-json', []],
  ['topic=energy/v1/c2', [4]],
  ['topic=energy/v1/c1/100%25_', [5]],
  ['from=2026-05-11T00:00:00Z', [6, 5]],
  ['from=2026-05-10T08:00:00%2B08:00&to=2026-05-10T09:00:00%2B08:00', [1]],
  ['to=2026-05-11T00:00:00Z&collector=c1', [3, 2, 1]],
])('search: %s', async (query, ids) => {
  await addSamples();
  expect(await found(query)).toEqual(ids);
});

test.each([
  ['reason=bad', 'reason: must be one of'],
  ['from=yesterday', 'from'],
  ['cursor=rubbish', 'cursor'],
  ['limit=0', 'limit'],
])('search refused: %s', async (query, words) => {
  const answer = await api.as('bureau', { url: `/api/quarantine?${query}` });
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([400, expect.stringContaining(words)]);
});

test('search: large messages make short pages, none is left out', async () => {
  for (let n = 1; n <= 5; n++)
    await addQuarantined(api.db, n, 'not-json', { payload: Buffer.alloc(3 * 1024 * 1024, n) });
  const sizes: number[] = [];
  const seen: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: QuarantineItem[]; next: string | null } = await get(
      `/api/quarantine?cursor=${cursor}`.replace(/\?cursor=$/, ''),
    );
    sizes.push(page.items.length);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  expect(sizes).toEqual([2, 2, 1]);
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});

test('search: what is rare is found among much, and a replay means the same', async () => {
  const rows = Array.from({ length: 45_000 }, (_, n) => n + 1);
  for (let from = 0; from < rows.length; from += 500) {
    const part = rows.slice(from, from + 500);
    const message = { received_at: 0, collector: 'c1', payload: Buffer.from('x') };
    await api.db
      .insertInto('quarantine_message')
      .values(part.map((position) => ({ ...message, position, topic: position % 20_000 === 7 ? 'rare' : 'often' })))
      .execute();
    await api.db
      .insertInto('quarantine')
      .values(part.map((position) => ({ position, reason: 'not-json', detail: '', item_index: -1, meter: null })))
      .execute();
  }
  expect(await found('topic=rare')).toEqual([40_007, 20_007, 7]);
  expect(await found('topic=rare&limit=2')).toEqual([40_007, 20_007]);
  const summary = await get<QuarantineSummary>('/api/quarantine/summary');
  expect(summary).toMatchObject({ items: 45_000, reasons: [{ reason: 'not-json', items: 45_000 }] });
});

test('summary: by reason and collector, what was let go, the oldest', async () => {
  expect(await get('/api/quarantine/summary')).toEqual({
    items: 0,
    reasons: [],
    collectors: [],
    oldest: null,
    evicted: { age: 0, size: 0 },
  });
  await addSamples();
  await api.db.insertInto('quarantine_evicted').values({ cause: 'size', messages: 12 }).execute();
  expect(await get('/api/quarantine/summary')).toEqual({
    items: 6,
    reasons: expect.arrayContaining([
      { reason: 'unknown-meter', items: 2 },
      { reason: 'bad-value', items: 2 },
      { reason: 'not-json', items: 1 },
      { reason: 'unknown-topic', items: 1 },
    ]),
    collectors: [
      { collector: 'c1', items: 5 },
      { collector: 'c2', items: 1 },
    ],
    oldest: '2026-05-10T08:00:00+08:00',
    evicted: { age: 0, size: 12 },
  });
});

test('replay: taken note of with who asked, the gateway told, in the list and in the audit trail', async () => {
  await addSamples();
  const answer = await replay({ reason: 'unknown-meter', collector: 'c2', from: '2026-05-10T00:00:00+08:00' });
  expect(answer.statusCode).toBe(202);
  const made = answer.json<Replay>();
  expect(made).toEqual({
    id: made.id,
    requestedAt: '2026-05-15T10:30:00+08:00',
    requestedBy: 'bureau',
    automatic: false,
    filter: { reasons: ['unknown-meter'], collector: 'c2', from: '2026-05-10T00:00:00+08:00' },
    state: 'waiting',
    messages: 0,
    finishedAt: null,
    error: null,
  });
  expect(answer.headers['location']).toBe(`/api/quarantine/replays/${made.id}`);
  expect(await get(`/api/quarantine/replays/${made.id}`)).toEqual(made);
  expect(api.calls.replayRequested).toBe(1);
  const again = (await replay({ ids: [1, 3] })).json<Replay>();
  expect(await get('/api/quarantine/replays?limit=2')).toMatchObject({ items: [again, made] });
  const trail = await api.db.selectFrom('audit').select('object').where('action', '=', 'replay').execute();
  expect(trail.map(({ object }) => object)).toEqual([`replay/${made.id}`, `replay/${again.id}`]);
});

describe.each([
  ['no criterion', {}, 'at least one of'],
  ['a criterion that there is not', { colector: 'c1' }, 'colector'],
  ['no id', { ids: [] }, 'ids'],
  ['too many ids', { ids: Array.from({ length: 1001 }, (_, n) => n + 1) }, 'ids'],
  ['an id that is none', { ids: ['7'] }, 'ids'],
  ['an unknown reason', { reason: 'mood' }, 'reason: must be one of'],
  ['a local time', { from: '2026-05-10 08:00' }, 'from'],
  ['a range upside down', { from: 1_778_400_000_000, to: '2026-05-10T08:00:00+08:00' }, 'from must be before to'],
])('replay refused: %s', (_name, body, words) => {
  test('with a problem that says what to do; nothing is asked for', async () => {
    const answer = await replay(body);
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringContaining(words),
    ]);
    const { items } = await get<{ items: Replay[] }>('/api/quarantine/replays');
    expect(items.filter(({ automatic }) => !automatic)).toEqual([]);
    expect(api.calls.replayRequested).toBe(0);
  });
});

test('search: a range upside down is no empty answer', async () => {
  const answer = await api.as('bureau', { url: '/api/quarantine?from=1778400000000&to=1778300000000' });
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    400,
    expect.stringContaining('from must be before to'),
  ]);
});

test('replay: one that there is not', async () => {
  expect((await api.as('bureau', { url: '/api/quarantine/replays/99999' })).statusCode).toBe(404);
});

test('a meter that is registered has its messages asked for, in the transaction that registers it', async () => {
  const before = (await get<{ items: Replay[] }>('/api/quarantine/replays')).items.length;
  const payload = { id: 'm7', institutionId: 'school', collectorId: 'c1', medium: 'electricity' };
  const made = await api.as('admin', { method: 'POST', url: '/api/meters', payload });
  expect(made.statusCode).toBe(201);
  expect(api.calls).toMatchObject({ registryChanged: 1, replayRequested: 1 });
  const { items } = await get<{ items: Replay[] }>('/api/quarantine/replays');
  expect(items.length).toBe(before + 1);
  expect(items[0]).toMatchObject({
    automatic: true,
    requestedBy: 'admin',
    state: 'waiting',
    filter: { meter: 'm7' },
  });
  const refused = await api.as('admin', { method: 'POST', url: '/api/meters', payload });
  expect(refused.statusCode).toBe(409);
  expect((await get<{ items: Replay[] }>('/api/quarantine/replays')).items.length).toBe(before + 1);
});
