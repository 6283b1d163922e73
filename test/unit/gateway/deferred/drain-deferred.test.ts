import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { PlatformError } from '../../../../domain/errors.ts';
import { createSparkplugSessions } from '../../../../gateway/decode/sparkplug-b/sessions.ts';
import { createZone } from '../../../../domain/zone.ts';
import { createCircuit, type Circuit } from '../../../../gateway/deferred/circuit.ts';
import { openDeferredList, type DeferredList } from '../../../../gateway/deferred/open-deferred-list.ts';
import { createDirectory, type Directory } from '../../../../gateway/directory.ts';
import { openDrain, type Drain, type DrainOptions } from '../../../../gateway/drain.ts';
import { openDrainCursor } from '../../../../gateway/drain-cursor.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { createSpoolReader } from '../../../../gateway/spool/read-spool.ts';
import type { SpoolMessage } from '../../../../gateway/spool/record.ts';
import { createMemoryQuarantine, type MemoryQuarantine } from '../../../support/memory-quarantine.ts';
import { createMemoryReadingStore, storeDown, type MemoryReadingStore } from '../../../support/memory-reading-store.ts';
import { createMemoryRedeliveries, type MemoryRedeliveries } from '../../../support/memory-redeliveries.ts';
import { openTestSpool, type TestSpool } from '../../../support/open-test-spool.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const NOW = 1_767_225_600_000;

interface Running {
  drain: Drain;
  list: DeferredList;
  circuit: Circuit;
}

interface World {
  spool: TestSpool;
  store: MemoryReadingStore;
  quarantine: MemoryQuarantine;
  redeliveries: MemoryRedeliveries;
  directory: Directory;
  /** Whether quarantine and redeliveries answer; false: they fail at once; 'hangs': they do not even fail. */
  answers: boolean | 'hangs';
  asked: number;
  start(options?: Partial<DrainOptions>): Promise<Running>;
}

async function openWorld(): Promise<World> {
  const folder = await tempFolder();
  const store = createMemoryReadingStore();
  let current: Running | undefined;
  const spool = await openTestSpool(join(folder, 'spool'), {
    onCommitted: (position) => current?.drain.committed(position),
  });
  const directory = createDirectory();
  register(directory, ['m1']);
  const world: World = {
    spool,
    store,
    quarantine: createMemoryQuarantine(),
    redeliveries: createMemoryRedeliveries(),
    directory,
    answers: true,
    asked: 0,
    start: async (options = {}) => {
      const list = await openDeferredList({
        file: join(folder, 'spool', 'deferred.list'),
        io: diskIo,
        log: { from: 0, to: spool.committed() },
        now: () => NOW,
      });
      const circuit = createCircuit({
        probe: answer,
        probeMs: 5,
        now: () => NOW,
        onOpened: () => undefined,
        onClosed: () => drain.resume(),
      });
      const drain = openDrain({
        reader: createSpoolReader(join(folder, 'spool')),
        cursor: await openDrainCursor(store, join(folder, 'cursor.json'), diskIo),
        directory,
        store,
        quarantine: world.quarantine,
        redeliveries: world.redeliveries,
        waiting: { list, circuit, reader: createSpoolReader(join(folder, 'spool')), answerMs: 50 },
        now: Date.now,
        baseTopic: 'energy/v1',
        zone: createZone('Asia/Shanghai'),
        limits: { maxAheadMs: 60_000, retentionMs: 86_400_000, frameClockMs: 86_400_000 },
        sparkplug: { sessions: createSparkplugSessions(), save: async () => undefined },
        batchBytes: 64 * 1024,
        batchAgeMs: 0,
        retryMs: { first: 1, longest: 4 },
        onAdvanced: () => Promise.resolve(),
        ...options,
      });
      current = { drain, list, circuit };
      drain.committed(spool.committed());
      onTestFinished(async () => {
        await drain.close();
        circuit.close();
      });
      return current;
    },
  };
  const answer = async (): Promise<void> => {
    world.asked++;
    if (world.answers === 'hangs') await new Promise(() => undefined);
    if (world.answers === false) throw storeDown();
  };
  world.quarantine.before = answer;
  world.redeliveries.before = answer;
  return world;
}

function register(directory: Directory, meters: readonly string[]): void {
  directory.replace({
    collectors: [{ id: 'c1', tokenHash: '' }],
    meters: meters.map((id) => ({ id, collectorId: 'c1', medium: 'electricity', registerUnit: 'kWh' })),
  });
}

const reading = (n: number): SpoolMessage => spoolMessage(JSON.stringify({ ts: NOW - n * 1000, total: n }));
const bad = (n: number): SpoolMessage => spoolMessage(`bad ${n}`);
const undated = (seq: number, receivedAtMs: number): SpoolMessage =>
  spoolMessage(JSON.stringify({ seq, total: seq * 100 }), { receivedAtMs });

const append = async ({ spool }: World, messages: readonly SpoolMessage[]): Promise<void> =>
  void (await Promise.all(messages.map((message) => spool.append(message))));
const values = ({ store }: World): number[] => [...store.rows.values()].map(({ value }) => value).sort((a, b) => a - b);
const quarantined = ({ quarantine }: World): string[] =>
  [...quarantine.entries.values()].map(({ payload }) => Buffer.from(payload).toString()).sort();
const positionOf = (drain: Drain): number => drain.status().position;

test('deferred: readings are stored while the registry is down, the rest waits, and is dealt with when it answers', async () => {
  const world = await openWorld();
  world.answers = false;
  const mixed = JSON.stringify([
    { ts: NOW, total: 5 },
    { ts: NOW, total: 'x' },
  ]);
  await append(world, [reading(1), bad(1), spoolMessage(mixed), undated(7, NOW + 500), reading(2), bad(2)]);
  const { drain } = await world.start();
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()));
  expect(values(world)).toEqual([1, 2, 5]);
  expect(world.quarantine.entries.size).toBe(0);
  expect(drain.status()).toMatchObject({
    holding: '',
    deferred: { messages: 4, sinceMs: expect.any(Number) as number },
  });
  expect(await drain.settle(20)).toBe(false);

  world.answers = true;
  expect(await drain.settle(5000)).toBe(true);
  expect(values(world)).toEqual([1, 2, 5, 700]);
  expect(world.store.rows.get(`m1/total/${NOW + 500}`)).toMatchObject({ value: 700 });
  expect(quarantined(world)).toEqual([mixed, 'bad 1', 'bad 2']);
  expect(drain.status()).toMatchObject({
    deferred: { messages: 0, sinceMs: undefined },
    quarantined: { 'not-json': 2, 'bad-value': 1 },
    conflicts: 0,
  });
});

test('deferred: a registry that is down is not asked with each batch', async () => {
  const world = await openWorld();
  world.answers = false;
  const { drain } = await world.start({ batchBytes: 200 });
  await append(world, [bad(0)]);
  await vi.waitFor(() => expect(drain.status().deferred.messages).toBe(1));
  world.redeliveries.before = () => expect.unreachable('asked for redeliveries');
  world.quarantine.before = () => expect.unreachable('asked quarantine');
  await append(
    world,
    Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? bad(n) : undated(n, NOW + n))),
  );
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()));
  expect(drain.status().deferred.messages).toBe(201);
});

test('deferred: a registry that hangs is one that is down', async () => {
  const world = await openWorld();
  world.answers = 'hangs';
  await append(world, [bad(1), reading(1), undated(1, NOW + 1)]);
  const { drain } = await world.start();
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()));
  expect(values(world)).toEqual([1]);
  expect(drain.status().deferred.messages).toBe(2);
});

test('deferred: killed while messages wait, and again while they are dealt with: each ends once', async () => {
  const world = await openWorld();
  world.answers = false;
  await append(
    world,
    Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? bad(n) : reading(n))),
  );
  const first = await world.start();
  await vi.waitFor(() => expect(positionOf(first.drain)).toBe(world.spool.committed()));
  await first.drain.close();
  first.circuit.close();

  // Started again it is still down; more comes in.
  await append(world, [bad(100), reading(100)]);
  const second = await world.start({ batchBytes: 300 });
  await vi.waitFor(() => expect(positionOf(second.drain)).toBe(world.spool.committed()));
  expect(second.drain.status().deferred.messages).toBe(21);
  // It answers for a piece or two.
  let puts = 0;
  world.answers = true;
  world.quarantine.before = () => {
    if (++puts > 2) throw new Error('killed here');
  };
  await vi.waitFor(() => expect(second.drain.status().holding).toBe('killed here'));
  await second.drain.close();
  second.circuit.close();
  expect(world.quarantine.entries.size).toBeGreaterThan(0);

  world.quarantine.before = () => undefined;
  const third = await world.start();
  expect(await third.drain.settle(5000)).toBe(true);
  expect(quarantined(world)).toEqual([...Array.from({ length: 20 }, (_, n) => `bad ${n * 3}`), 'bad 100'].sort());
  expect(values(world)).toEqual([...Array.from({ length: 60 }, (_, n) => n).filter((n) => n % 3 !== 0), 100]);
});

test('deferred: killed between the list and the rows the batch comes again, and waits once', async () => {
  const world = await openWorld();
  world.answers = false;
  await append(world, [bad(1), reading(1), bad(2)]);
  world.store.before = () => {
    throw new Error('killed here');
  };
  const first = await world.start();
  await vi.waitFor(() => expect(first.drain.status().holding).toBe('killed here'));
  await first.drain.close();
  first.circuit.close();
  world.store.before = () => undefined;
  const second = await world.start();
  await vi.waitFor(() => expect(positionOf(second.drain)).toBe(world.spool.committed()));
  expect(second.drain.status().deferred.messages).toBe(2);
});

test('deferred: a redelivery that comes while the first delivery waits is still told from another reading', async () => {
  const world = await openWorld();
  world.answers = false;
  await append(world, [...Array.from({ length: 40 }, (_, n) => bad(n)), undated(7, NOW + 500)]);
  const { drain } = await world.start({ batchBytes: 500 });
  await vi.waitFor(() => expect(drain.status().deferred.messages).toBe(41));
  // Its copy comes in while it still stands behind others.
  let puts = 0;
  world.quarantine.before = async () => {
    if (++puts === 1) await append(world, [undated(7, NOW + 60_500), undated(8, NOW + 61_000)]);
  };
  world.answers = true;
  expect(await drain.settle(5000)).toBe(true);
  expect(puts).toBeGreaterThan(2);
  expect([...world.store.rows.keys()].sort()).toEqual([`m1/total/${NOW + 500}`, `m1/total/${NOW + 61_000}`]);
});

test('deferred: what waited is held against the registry as it is by then', async () => {
  const world = await openWorld();
  world.answers = false;
  const ofUnknown = spoolMessage(JSON.stringify({ ts: NOW, total: 9 }), { topic: 'energy/v1/c1/m2/reading' });
  await append(world, [ofUnknown]);
  const { drain } = await world.start();
  await vi.waitFor(() => expect(drain.status().deferred.messages).toBe(1));
  register(world.directory, ['m1', 'm2']);
  world.answers = true;
  expect(await drain.settle(5000)).toBe(true);
  expect(values(world)).toEqual([9]);
  expect(world.quarantine.entries.size).toBe(0);
});

test('deferred: what came later at the same key stands, whatever is dealt with after it', async () => {
  const world = await openWorld();
  world.answers = false;
  const early = JSON.stringify([
    { ts: NOW, total: 1 },
    { ts: NOW, total: 'x' },
  ]);
  await append(world, [spoolMessage(early), spoolMessage(JSON.stringify({ ts: NOW, total: 2 }))]);
  const { drain } = await world.start();
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()));
  world.answers = true;
  expect(await drain.settle(5000)).toBe(true);
  expect(values(world)).toEqual([2]);
});

test('deferred: a row that the store refuses waits too where quarantine is down', async () => {
  const world = await openWorld();
  world.answers = false;
  world.store.before = (rows) => {
    if (rows.some(({ value }) => value === 3)) throw new PlatformError('store-rejected', 'no 3');
  };
  await append(world, [1, 2, 3, 4].map(reading));
  const { drain } = await world.start();
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()));
  expect(values(world)).toEqual([1, 2, 4]);
  expect(drain.status().deferred.messages).toBe(1);
  world.answers = true;
  expect(await drain.settle(5000)).toBe(true);
  expect(values(world)).toEqual([1, 2, 4]);
  expect([...world.quarantine.entries.values()].map(({ reason }) => reason)).toEqual(['store-rejected']);
});

test('deferred: what comes in is drained between the pieces of what waited', async () => {
  const world = await openWorld();
  world.answers = false;
  const { drain } = await world.start({ batchBytes: 500 });
  await append(
    world,
    Array.from({ length: 300 }, (_, n) => bad(n)),
  );
  await vi.waitFor(() => expect(drain.status().deferred.messages).toBe(300));
  let puts = 0;
  let storedAfter: number | undefined;
  world.store.after = () => {
    if (world.store.rows.size > 0) storedAfter ??= puts;
  };
  world.quarantine.before = async () => {
    if (++puts === 3) await append(world, [reading(1)]);
  };
  world.answers = true;
  expect(await drain.settle(10_000)).toBe(true);
  expect(world.quarantine.entries.size).toBe(300);
  expect(puts).toBeGreaterThan(20);
  expect(storedAfter).toBeLessThan(8);
});

test('deferred: thousands that wait among others take few lines, and all of them are dealt with', async () => {
  const world = await openWorld();
  world.answers = false;
  await append(
    world,
    Array.from({ length: 5000 }, (_, n) => (n % 2 === 0 ? bad(n) : reading(n))),
  );
  const { drain, list } = await world.start({ batchBytes: 8 * 1024 * 1024 });
  await vi.waitFor(() => expect(positionOf(drain)).toBe(world.spool.committed()), 5000);
  expect(list.ranges().length).toBeLessThan(1000);
  world.answers = true;
  expect(await drain.settle(10_000)).toBe(true);
  expect(world.quarantine.entries.size).toBe(2500);
  expect(world.store.rows.size).toBe(2500);
});
