import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import type { QuarantineEntry } from '../../../../gateway/quarantine/quarantine.ts';
import {
  openRelationalQuarantine,
  type RelationalQuarantine,
  type RelationalQuarantineOptions,
} from '../../../../gateway/quarantine/relational-quarantine.ts';
import type { Database } from '../../../../storage/relational/schema.ts';
import { openRegistry } from '../../../support/open-registry.ts';
import { quarantineEntry } from '../../../support/quarantine-entry.ts';

const NOW = 1_767_225_600_000;
const DAY_MS = 86_400_000;
const KB = 1024;

interface Bench {
  db: Kysely<Database>;
  clock: { nowMs: number };
  errors: unknown[];
  open(options?: Partial<RelationalQuarantineOptions>): Promise<RelationalQuarantine>;
}

async function bench(): Promise<Bench> {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  const clock = { nowMs: NOW };
  const errors: unknown[] = [];
  return {
    db,
    clock,
    errors,
    open: async (options) => {
      const quarantine = await openRelationalQuarantine({
        db,
        now: () => clock.nowMs,
        retentionMs: 365 * DAY_MS,
        maxBytes: 1024 * KB,
        sweepMs: DAY_MS,
        onError: (error) => errors.push(error),
        ...options,
      });
      onTestFinished(() => quarantine.close());
      return quarantine;
    },
  };
}

/** `count` messages of `bytes` each, at positions behind `from`. */
function messages(collector: string, from: number, count: number, bytes = KB): QuarantineEntry[] {
  return Array.from({ length: count }, (_, n) =>
    quarantineEntry(from + n + 1, { collector, payload: Buffer.alloc(bytes, 120) }),
  );
}

async function keptOf(db: Kysely<Database>, collector: string): Promise<number[]> {
  const rows = await db
    .selectFrom('quarantine_message')
    .select('position')
    .where('collector', '=', collector)
    .orderBy('position')
    .execute();
  return rows.map(({ position }) => position);
}

test("put: a message's bytes once, a row an item with its meter; the same again changes nothing", async () => {
  const { db, open } = await bench();
  const quarantine = await open();
  const payload = Buffer.from([0, 255, 10]);
  const entries = [
    quarantineEntry(10, { index: 0, payload, meter: 'm1' }),
    quarantineEntry(10, { index: 4, payload, meter: undefined, reason: 'bad-value' }),
    quarantineEntry(20),
  ];
  await quarantine.put(entries);
  const status = quarantine.status();
  await quarantine.put(entries);
  await quarantine.sweep();
  expect(quarantine.status()).toEqual(status);
  expect(status).toMatchObject({ messages: 2, evicted: { age: 0, size: 0 } });
  const items = await db.selectFrom('quarantine').select(['position', 'item_index', 'meter', 'reason']).execute();
  expect(items).toEqual([
    { position: 10, item_index: 0, meter: 'm1', reason: 'not-json' },
    { position: 10, item_index: 4, meter: null, reason: 'bad-value' },
    { position: 20, item_index: -1, meter: 'm1', reason: 'not-json' },
  ]);
  const [kept] = await db.selectFrom('quarantine_message').selectAll().execute();
  expect(Buffer.from(kept!.payload)).toEqual(payload);
});

test('put: 50,000 bad messages in a row take seconds, not minutes', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 1024 * 1024 * KB });
  const began = performance.now();
  for (let from = 0; from < 50_000; from += 10_000) await quarantine.put(messages('c1', from, 10_000, 120));
  expect(performance.now() - began).toBeLessThan(8000);
  expect(quarantine.status().messages).toBe(50_000);
  const { count } = await db
    .selectFrom('quarantine')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count).toBe(50_000);
});

test('size: the oldest of the collector that fills most go, never those of the others, and are counted', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 200 * KB });
  await quarantine.put(messages('quiet', 0, 20));
  await quarantine.put(messages('calm', 100, 40));
  for (let from = 1000; from < 6000; from += 500) await quarantine.put(messages('noisy', from, 500));
  expect(await keptOf(db, 'quiet')).toHaveLength(20);
  expect(await keptOf(db, 'calm')).toHaveLength(40);
  const noisy = await keptOf(db, 'noisy');
  expect(noisy.length).toBeGreaterThan(60);
  expect(noisy).toEqual(Array.from({ length: noisy.length }, (_, n) => 6000 - noisy.length + n + 1));
  const status = quarantine.status();
  expect(status.bytes).toBeLessThanOrEqual(200 * KB);
  expect(status.bytes).toBeGreaterThan(190 * KB);
  expect(status).toMatchObject({ messages: 60 + noisy.length, evicted: { age: 0, size: 5000 - noisy.length } });
  expect((await open()).status().evicted).toEqual(status.evicted);
});

test('size: collectors that fill alike make room alike', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 300 * KB });
  for (let from = 0; from < 2000; from += 100) {
    await quarantine.put([...messages('a', from, 50), ...messages('b', from + 50, 50)]);
  }
  const [a, b] = [(await keptOf(db, 'a')).length, (await keptOf(db, 'b')).length];
  expect(Math.abs(a - b)).toBeLessThan(15);
  expect(a + b).toBeGreaterThan(220);
});

test('size: a small message with many wrong items takes the room that its rows take', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 500 * KB });
  await quarantine.put(messages('quiet', 0, 50));
  for (let position = 1000; position < 1010; position++) {
    await quarantine.put(
      Array.from({ length: 1000 }, (_, index) => quarantineEntry(position, { collector: 'noisy', index })),
    );
  }
  expect(await keptOf(db, 'quiet')).toHaveLength(50);
  expect(await keptOf(db, 'noisy')).toEqual([1008, 1009]);
  const items = await db.selectFrom('quarantine').select('position').distinct().execute();
  expect(items).toHaveLength(52);
});

test('size: one message larger than all there is room for does not stay', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 100 * KB });
  await quarantine.put(messages('quiet', 0, 10));
  await quarantine.put(messages('huge', 100, 1, 500 * KB));
  expect(await keptOf(db, 'huge')).toEqual([]);
  expect(await keptOf(db, 'quiet')).toHaveLength(10);
});

test('age: what was received longer ago than the days goes, and is counted by its cause, durably', async () => {
  const { db, open, clock } = await bench();
  const quarantine = await open({ retentionMs: 30 * DAY_MS });
  const old = Array.from({ length: 600 }, (_, n) => quarantineEntry(n, { receivedAtMs: NOW - n * DAY_MS }));
  await quarantine.put(old);
  await quarantine.sweep();
  expect((await keptOf(db, 'c1')).at(-1)).toBe(30);
  expect(quarantine.status()).toMatchObject({ messages: 31, evicted: { age: 569, size: 0 } });
  clock.nowMs += DAY_MS;
  await quarantine.sweep();
  expect(quarantine.status()).toMatchObject({ messages: 30, evicted: { age: 570 } });
  expect((await open()).status().evicted).toEqual({ age: 570, size: 0 });
  expect(await db.selectFrom('quarantine').select('position').execute()).toHaveLength(30);
});

test('count: what replays have taken out is no reason to let others go', async () => {
  const { db, open } = await bench();
  const quarantine = await open({ maxBytes: 200 * KB });
  await quarantine.put(messages('c1', 0, 140));
  await db.deleteFrom('quarantine').where('position', '<=', 100).execute();
  await db.deleteFrom('quarantine_message').where('position', '<=', 100).execute();
  await db
    .insertInto('replay_request')
    .values({
      requested_at: 0,
      requested_by: null,
      filter: '{}',
      state: 'done',
      messages: 100,
      finished_at: 0,
      error: null,
    })
    .execute();
  await quarantine.put(messages('c2', 1000, 60));
  expect(quarantine.status()).toMatchObject({ messages: 100, evicted: { size: 0 } });
});

test('opened again it knows what is kept, and goes on with it', async () => {
  const { db, open } = await bench();
  const first = await open({ maxBytes: 100 * KB });
  await first.put(messages('c1', 0, 60));
  const status = first.status();
  await first.close();
  const again = await open({ maxBytes: 100 * KB });
  await again.put(messages('c1', 100, 60));
  expect(again.status().messages).toBeLessThan(90);
  expect(await keptOf(db, 'c1')).toContain(160);
  expect(status.messages).toBe(60);
});

test('a failure to let go is told, and does not fail the put', async () => {
  const { db, open, errors } = await bench();
  const quarantine = await open({ maxBytes: 10 * KB });
  await db.schema.dropTable('quarantine_evicted').execute();
  await quarantine.put(messages('c1', 0, 20));
  expect(await keptOf(db, 'c1')).toHaveLength(20);
  expect(errors).toHaveLength(1);
});
