import { afterAll, beforeAll, expect, test } from 'vitest';

import { type ApiFixture, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { addDecision, addManualReading } from '../support/api-samples.ts';

const ms = (text: string): number => Date.parse(`${text}+08:00`);
const MAIN = '/api/meters/archive-main/readings';

interface Item {
  ts: string;
  total?: number;
  source: string;
  position?: number;
  decision?: string;
  decisionKind?: string;
  manualReading?: string;
}

let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
  await api.addReadings(hourlyRegister('archive-main', 1, ms('2026-05-09T22:00'), ms('2026-05-11T02:00')));
  await addDecision(api.db, 'd1', 'archive-main');
  await addManualReading(api.db, 'r1', 'archive-main');
  await api.db
    .insertInto('decision')
    .columns(['id', 'meter_id', 'kind', 'from_ms', 'to_ms', 'register', 'reason', 'state', 'proposed_at', 'decided_at'])
    .values({
      id: 'd2',
      meter_id: 'archive-main',
      kind: 'value',
      from_ms: ms('2026-05-10T05:30'),
      to_ms: ms('2026-05-10T07:00'),
      register: 1007.5,
      reason: '示数跳变',
      state: 'approved',
      proposed_at: ms('2026-05-12T09:00'),
      decided_at: ms('2026-05-12T10:00'),
    })
    .execute();
});
afterAll(() => api.close());

const itemsOf = async (from: string, to: string, query = ''): Promise<{ items: Item[]; next: string | null }> => {
  const range = new URLSearchParams({ from: `${from}+08:00`, to: `${to}+08:00` }).toString();
  return (await api.as('archive', { url: `${MAIN}?${range}${query}` })).json();
};

test('a reading stands beside the decision in force that covers it; a proposal covers nothing', async () => {
  const { items } = await itemsOf('2026-05-10T05:00:00', '2026-05-10T08:00:00');
  expect(items.map(({ ts, total, source, decision }) => [ts.slice(11, 16), total, source, decision])).toEqual([
    ['05:00', 1007, 'telemetry', undefined],
    ['05:30', 1007.5, 'decision', 'd2'],
    ['06:00', 1008, 'telemetry', 'd2'],
    ['07:00', 1009, 'telemetry', undefined],
  ]);
  expect(items[1]).toMatchObject({ decisionKind: 'value' });
  expect(items[1]).not.toHaveProperty('position');
});

test('what a person read stands among the readings until it is taken back', async () => {
  const range = ['2026-04-01T00:00:00', '2026-04-02T00:00:00'] as const;
  expect((await itemsOf(...range)).items).toEqual([
    expect.objectContaining({ ts: '2026-04-01T08:00:00+08:00', total: 990, source: 'manual', manualReading: 'r1' }),
  ]);
  await api.db.updateTable('manual_reading').set({ withdrawn_at: 1 }).execute();
  expect((await itemsOf(...range)).items).toEqual([]);
  await api.db.updateTable('manual_reading').set({ withdrawn_at: null }).execute();
});

test.each([1, 2, 3, 5, 30])('pages of %d give each of them once, in order', async (limit) => {
  const all: string[] = [];
  for (let cursor = ''; ;) {
    const { items, next } = await itemsOf('2026-04-01T00:00:00', '2026-05-12T00:00:00', `&limit=${limit}${cursor}`);
    expect(items.length).toBeLessThanOrEqual(limit);
    all.push(...items.map(({ ts }) => ts));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(all).toHaveLength(31);
  expect(all).toEqual([...new Set(all)].toSorted());
});
