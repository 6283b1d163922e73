import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { forgetHeard } from '../../../../gateway/heard/forget-heard.ts';
import { openRelationalQuarantine } from '../../../../gateway/quarantine/relational-quarantine.ts';
import type { QuarantineEntry } from '../../../../gateway/quarantine/quarantine.ts';
import type { Database } from '../../../../storage/relational/schema.ts';
import { openRegistry } from '../../../support/open-registry.ts';
import { quarantineEntry } from '../../../support/quarantine-entry.ts';

let registry: Awaited<ReturnType<typeof openRegistry>>;
let db: Kysely<Database>;
beforeEach(async () => {
  registry = await openRegistry();
  db = registry.db;
});
afterEach(() => registry.close());

const byId = (position: number, given: Partial<QuarantineEntry> = {}): QuarantineEntry =>
  quarantineEntry(position, {
    reason: 'unknown-meter',
    receivedAtMs: 1000 + position,
    heard: { format: 'native-json', fields: { total: position } },
    ...given,
  });
const byAddress = (position: number, address: string, given: Partial<QuarantineEntry> = {}): QuarantineEntry =>
  quarantineEntry(position, {
    reason: 'unknown-address',
    receivedAtMs: 1000 + position,
    meter: undefined as unknown as string,
    address,
    heard: { format: 'cjt188', fields: { total: position, unit: 'm3' }, otherAddresses: [`9${address}`] },
    ...given,
  });

async function put(entries: readonly QuarantineEntry[], heardMaximum = 100): Promise<void> {
  const quarantine = await openRelationalQuarantine({
    db,
    now: () => 1_000_000,
    retentionMs: 1e12,
    maxBytes: 1e12,
    sweepMs: 1e9,
    heardMaximum,
    onError: (error) => {
      throw error;
    },
  });
  await quarantine.put(entries);
  await quarantine.close();
}

const heard = () => db.selectFrom('heard_meter').selectAll().orderBy('collector').orderBy('name').execute();

test('what is put is heard once: by id or by address, with its newest fields, however often it is put', async () => {
  const entries = [
    byId(1),
    byId(2),
    byAddress(3, '161'),
    byAddress(4, '161', { heard: { format: 'cjt188', fields: { total: 7 } } }),
  ];
  await put(entries);
  await put(entries);
  await put([...entries, byId(5)]);
  expect(await heard()).toEqual([
    {
      collector: 'c1',
      named_by: 'address',
      name: '161',
      format: 'cjt188',
      first_at: 1003,
      last_at: 1004,
      messages: 2,
      last_fields: '{"total":7}',
      other_addresses: null,
    },
    {
      collector: 'c1',
      named_by: 'id',
      name: 'm1',
      format: 'native-json',
      first_at: 1001,
      last_at: 1005,
      messages: 3,
      last_fields: '{"total":5}',
      other_addresses: null,
    },
  ]);
});

test('what is replayed comes back at another position and is not heard once more', async () => {
  await put([byId(1), byId(2)]);
  await put([byId(11, { receivedAtMs: 1001 }), byId(12, { receivedAtMs: 1002 }), byId(13, { receivedAtMs: 1013 })]);
  expect(await heard()).toMatchObject([{ messages: 3, first_at: 1001, last_at: 1013, last_fields: '{"total":13}' }]);
});

test('of the same name on two collectors each is heard', async () => {
  await put([byAddress(1, '161'), byAddress(2, '161', { collector: 'c2' })]);
  expect((await heard()).map(({ collector, messages }) => [collector, messages])).toEqual([
    ['c1', 1],
    ['c2', 1],
  ]);
});

test('what is quarantined for another reason is not heard', async () => {
  await put([quarantineEntry(1), quarantineEntry(2, { reason: 'foreign-meter', address: '161' })]);
  expect(await heard()).toEqual([]);
});

test('of more than the most the longest silent go', async () => {
  await put(
    Array.from({ length: 150 }, (_, index) => byId(index + 1, { meter: `m${index + 1}` })),
    100,
  );
  const names = (await heard()).map(({ last_at }) => last_at).toSorted((a, b) => a - b);
  expect(names).toEqual(Array.from({ length: 100 }, (_, index) => 1051 + index));
  await put([byId(151, { meter: 'm1' })], 0);
  expect(await heard()).toHaveLength(100);
});

test('a collector that makes up names pushes out nobody else', async () => {
  await put([byId(1, { collector: 'c2', meter: 'honest' }), byAddress(2, '161', { collector: 'c3' })], 50);
  const madeUp = (position: number) => byId(position, { meter: `m${position}` });
  for (const from of [10, 80]) {
    await put(
      Array.from({ length: 60 }, (_, index) => madeUp(from + index)),
      50,
    );
  }
  const left = await heard();
  expect(left).toHaveLength(50);
  expect(left.flatMap(({ collector, name }) => (collector === 'c1' ? [] : name))).toEqual(['honest', '161']);
  expect(Math.min(...left.flatMap(({ collector, last_at }) => (collector === 'c1' ? last_at : [])))).toBe(1092);
});

test('of collectors that name equally many the longest silent ones go', async () => {
  await put(
    ['c1', 'c2', 'c3', 'c4', 'c5'].map((collector, index) => byId(50 - index, { collector, meter: 'm' })),
    3,
  );
  expect((await heard()).map(({ collector }) => collector)).toEqual(['c1', 'c2', 'c3']);
  await put(
    Array.from({ length: 8 }, (_, index) => byId(60 + index, { collector: 'c4', meter: `n${index}` })),
    5,
  );
  expect((await heard()).map(({ collector, name }) => `${collector} ${name}`)).toEqual([
    'c1 m',
    'c2 m',
    'c3 m',
    'c4 n6',
    'c4 n7',
  ]);
});

test('names that are no text for a database are heard all the same', async () => {
  await put([byId(1, { meter: 'a\0b' }), byId(2, { meter: 'a\u{D800}b' })]);
  expect((await heard()).map(({ name }) => name)).toEqual(['a\uFFFDb']);
});

test('registered meters are forgotten: by id, by address, by another notation of it, on their own collector', async () => {
  await put([
    byId(1, { meter: 'm1' }),
    byId(2, { meter: 'm2' }),
    byAddress(3, '161'),
    byAddress(4, '162'),
    byAddress(5, '163'),
    byAddress(6, '161', { collector: 'c2' }),
  ]);
  await forgetHeard(db, [
    { id: 'm1', collector: 'c1' },
    { id: 'x', collector: 'c1', address: '161' },
    // Heard as 162, and as 9162.
    { id: 'y', collector: 'c1', address: '9162' },
  ]);
  expect((await heard()).map(({ collector, name }) => `${collector} ${name}`)).toEqual(['c1 163', 'c1 m2', 'c2 161']);
});

test('collectors that nobody registered are heard by their messages', async () => {
  const items = [0, 1, 2].map((index) => byId(1, { index, collector: 'new', isOfStranger: true }));
  await put([...items, byId(2, { collector: 'new', isOfStranger: true }), byId(3)]);
  expect(await db.selectFrom('heard_collector').selectAll().execute()).toEqual([
    { name: 'new', first_at: 1001, last_at: 1002, times: 2, client_id: '', address: '' },
  ]);
});
