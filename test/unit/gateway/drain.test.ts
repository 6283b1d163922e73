import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { PlatformError } from '../../../domain/errors.ts';
import { createDirectory } from '../../../gateway/directory.ts';
import { openDrain, type Drain, type DrainOptions } from '../../../gateway/drain.ts';
import { openCursor, type Cursor } from '../../../gateway/spool/cursor.ts';
import { diskIo } from '../../../gateway/spool/disk-io.ts';
import { createSpoolReader } from '../../../gateway/spool/read-spool.ts';
import type { SpoolMessage } from '../../../gateway/spool/record.ts';
import { createControlledIo } from '../../support/controlled-io.ts';
import { createMemoryQuarantine, type MemoryQuarantine } from '../../support/memory-quarantine.ts';
import { createMemoryReadingStore, storeDown, type MemoryReadingStore } from '../../support/memory-reading-store.ts';
import { openTestSpool, type TestSpool } from '../../support/open-test-spool.ts';
import { spoolMessage } from '../../support/spool-message.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NOW = 1_767_225_600_000;
const NEVER_MS = 3_600_000;

interface Bench {
  spool: TestSpool;
  store: MemoryReadingStore;
  quarantine: MemoryQuarantine;
  cursor: Cursor;
  advanced: number[];
  /** Opens a drain on what stands in the spool; a second one as after a restart. */
  start: (options?: Partial<DrainOptions>) => Promise<Drain>;
}

async function openBench(messages: SpoolMessage[] = []): Promise<Bench> {
  const folder = await tempFolder();
  const store = createMemoryReadingStore();
  const quarantine = createMemoryQuarantine();
  const advanced: number[] = [];
  const directory = createDirectory();
  directory.replace({
    readers: [],
    collectors: [],
    meters: [{ id: 'm1', collectorId: 'c1', medium: 'electricity', registerUnit: 'kWh' }],
  });
  let drain: Drain | undefined;
  const spool = await openTestSpool(join(folder, 'spool'), { onCommitted: (position) => drain?.committed(position) });
  await Promise.all(messages.map((message) => spool.append(message)));
  const cursor = await openCursor(join(folder, 'cursor.json'), diskIo);

  const start = async (options: Partial<DrainOptions> = {}): Promise<Drain> => {
    const opened = openDrain({
      reader: createSpoolReader(join(folder, 'spool')),
      cursor,
      directory,
      store,
      quarantine,
      baseTopic: 'energy/v1',
      limits: { maxAheadMs: 60_000, retentionMs: 86_400_000 },
      batchBytes: 64 * 1024,
      batchAgeMs: 0,
      retryMs: { first: 1, longest: 4 },
      onAdvanced: async (position) => void advanced.push(position),
      ...options,
    });
    drain = opened;
    opened.committed(spool.committed());
    onTestFinished(() => opened.close());
    return opened;
  };
  return { spool, store, quarantine, cursor, advanced, start };
}

const reading = (n: number): SpoolMessage => spoolMessage(JSON.stringify({ ts: NOW - n * 1000, total: n }));
const readings = (count: number): SpoolMessage[] => Array.from({ length: count }, (_, n) => reading(n));

test('drain: good items are stored, bad ones quarantined with bytes and index, and the cursor follows', async () => {
  const array = JSON.stringify([{ ts: NOW, total: 5 }, { ts: NOW, total: 'x' }, { meter: 'm1' }]);
  const { start, store, quarantine, spool, cursor, advanced } = await openBench([
    reading(1),
    spoolMessage(array),
    spoolMessage('no JSON'),
    spoolMessage('{"total":1}', { topic: 'energy/v1/c2/m1/reading' }),
    spoolMessage('{"total":1}', { topic: 'energy/v1/c1/m9/reading' }),
  ]);
  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  expect([...store.rows.values()].map(({ value }) => value)).toEqual([1, 5]);
  expect([...quarantine.entries.values()].map(({ index, reason }) => [index, reason])).toEqual([
    [1, 'bad-value'],
    [2, 'no-quantity'],
    [-1, 'not-json'],
    [-1, 'topic-not-allowed'],
    [-1, 'unknown-meter'],
  ]);
  const entry = [...quarantine.entries.values()][0]!;
  expect(entry).toMatchObject({ collector: 'c1', topic: 'energy/v1/c1/m1/reading', receivedAtMs: NOW });
  expect(Buffer.from(entry.payload).toString()).toBe(array);
  expect(cursor.position()).toBe(spool.committed());
  expect(advanced.at(-1)).toBe(spool.committed());
  expect(drain.status()).toMatchObject({
    position: spool.committed(),
    messages: 5,
    stored: 2,
    quarantined: { 'bad-value': 1, 'no-quantity': 1, 'not-json': 1, 'topic-not-allowed': 1, 'unknown-meter': 1 },
    holding: '',
  });
});

test('drain: what comes in while it runs is drained too, in batches', async () => {
  const { start, spool, store } = await openBench();
  const drain = await start({ batchBytes: 500 });
  for (let round = 0; round < 5; round++) {
    await Promise.all(readings(20).map((message) => spool.append(message)));
    expect(await drain.settle(5000)).toBe(true);
  }
  expect(store.rows.size).toBe(20);
  expect(store.writes.length).toBeGreaterThan(10);
  expect(drain.status()).toMatchObject({ messages: 100, stored: 20, duplicates: 80, conflicts: 0 });
});

test('drain: the cursor moves only after the store and the quarantine have both confirmed', async () => {
  const { start, store, quarantine, cursor, spool } = await openBench([reading(1), spoolMessage('bad')]);
  const gates = [gate(), gate()] as const;
  store.before = () => gates[0].pass();
  quarantine.before = () => gates[1].pass();
  const drain = await start();
  for (const each of gates) {
    await each.reached;
    expect(cursor.position()).toBe(0);
    each.open();
  }
  expect(await drain.settle(5000)).toBe(true);
  expect(cursor.position()).toBe(spool.committed());
});

for (const part of ['store', 'quarantine'] as const) {
  test(`drain: a ${part} that fails is tried until it confirms; nothing is lost or left out`, async () => {
    const bench = await openBench([...readings(50), spoolMessage('bad 1'), spoolMessage('bad 2')]);
    let failures = 7;
    let drain: Drain | undefined;
    const seen: [string | undefined, number][] = [];
    bench[part].before = () => {
      seen.push([drain?.status().holding, bench.cursor.position()]);
      if (failures-- > 0) throw storeDown();
    };
    drain = await bench.start();
    expect(await drain.settle(5000)).toBe(true);
    expect(seen).toEqual([['', 0], ...Array.from({ length: 7 }, () => ['The store is down', 0])]);
    expect(bench.cursor.position()).toBe(bench.spool.committed());
    expect(bench.store.rows.size).toBe(50);
    expect(bench.quarantine.entries.size).toBe(2);
    expect(drain.status().holding).toBe('');
  });
}

test('drain: a crash between store and cursor repeats the batch, without harm', async () => {
  const stuck: Cursor = { position: () => 0, advance: () => Promise.reject(new Error('killed here')) };
  const { start, store, quarantine, spool } = await openBench([...readings(30), spoolMessage('bad')]);
  const killed = await start({ cursor: stuck });
  await vi.waitFor(() => expect(killed.status().holding).toBe('killed here'));
  await killed.close();
  expect(store.rows.size).toBe(30);

  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  expect(store.rows.size).toBe(30);
  expect(quarantine.entries.size).toBe(1);
  expect(drain.status()).toMatchObject({ position: spool.committed(), stored: 0, duplicates: 30, conflicts: 0 });
});

test('drain: a cursor that cannot be written (full disk) holds the drain, and it goes on by itself', async () => {
  const io = createControlledIo();
  const cursor = await openCursor(join(await tempFolder(), 'cursor.json'), io);
  io.fail('create', 'ENOSPC', 5);
  const { start, spool, store } = await openBench(readings(3));
  const drain = await start({ cursor });
  expect(await drain.settle(5000)).toBe(true);
  expect(cursor.position()).toBe(spool.committed());
  expect(store.rows.size).toBe(3);
  expect(io.failed('create')).toBe(5);
});

test('drain: rows that the store refuses for good are quarantined, the others stored', async () => {
  const two = spoolMessage(
    JSON.stringify([
      { ts: NOW - 500, total: 100 },
      { ts: NOW - 501, total: 30, rate: 30 },
    ]),
  );
  const { start, store, quarantine } = await openBench([...readings(20), two]);
  store.before = (rows) => {
    const bad = rows.find(({ value }) => value === 7 || value === 30);
    if (bad !== undefined) throw new PlatformError('store-rejected', `no ${bad.value}`);
  };
  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  expect(store.rows.size).toBe(20);
  const entries = [...quarantine.entries.values()];
  expect(entries.map(({ index, reason, detail }) => [index, reason, detail])).toEqual([
    [-1, 'store-rejected', 'no 7'],
    [1, 'store-rejected', 'no 30'],
  ]);
  expect(entries.map(({ payload }) => Buffer.from(payload))).toEqual([reading(7).payload, two.payload]);
});

test('drain: closed while the store is down, it stops at once and the cursor stays', async () => {
  const { start, store, cursor } = await openBench([reading(1)]);
  store.before = () => {
    throw storeDown();
  };
  const drain = await start({ retryMs: { first: NEVER_MS, longest: NEVER_MS } });
  await vi.waitFor(() => expect(drain.status().holding).toBe('The store is down'));
  expect(await drain.settle(0)).toBe(false);
  await drain.close();
  expect(cursor.position()).toBe(0);
  expect(store.writes).toEqual([1]);
});

test('drain: traffic does not make a store that is down be asked more often', async () => {
  const { start, store, spool } = await openBench([reading(1)]);
  store.before = () => {
    throw storeDown();
  };
  const drain = await start({ retryMs: { first: NEVER_MS, longest: NEVER_MS } });
  await vi.waitFor(() => expect(drain.status().holding).not.toBe(''));
  for (const message of readings(20)) await spool.append(message);
  expect(store.writes.length).toBe(1);
});

test('drain: closing finishes the batch at hand', async () => {
  const { start, store, cursor, spool } = await openBench([reading(1)]);
  const { pass, reached, open } = gate();
  store.before = pass;
  const drain = await start();
  await reached;
  const closed = drain.close();
  open();
  await closed;
  expect(store.rows.size).toBe(1);
  expect(cursor.position()).toBe(spool.committed());
});

test('drain: with nothing to do it is settled; opened again it begins where it stopped', async () => {
  const { start, store, spool } = await openBench(readings(3));
  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  await drain.close();
  const again = await start();
  expect(await again.settle(0)).toBe(true);
  expect(again.status()).toMatchObject({ position: spool.committed(), messages: 0 });
  expect(store.writes.length).toBe(1);
});

function gate(): { pass: () => Promise<void>; reached: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  let reach: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    pass: () => {
      reach();
      return opened;
    },
    reached,
    open,
  };
}
