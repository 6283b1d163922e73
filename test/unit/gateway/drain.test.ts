import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { PlatformError } from '../../../domain/errors.ts';
import { FLAG_RECEIPT_TIME, type ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createSparkplugSessions } from '../../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory } from '../../../gateway/directory.ts';
import { openDrain, type Drain, type DrainOptions } from '../../../gateway/drain.ts';
import { openDrainCursor } from '../../../gateway/drain-cursor.ts';
import { openCursor, type Cursor } from '../../../gateway/spool/cursor.ts';
import { diskIo } from '../../../gateway/spool/disk-io.ts';
import { createSpoolReader, type SpoolReader } from '../../../gateway/spool/read-spool.ts';
import type { SpoolMessage } from '../../../gateway/spool/record.ts';
import { createControlledIo } from '../../support/controlled-io.ts';
import { createMemoryQuarantine, type MemoryQuarantine } from '../../support/memory-quarantine.ts';
import { createMemoryRedeliveries, type MemoryRedeliveries } from '../../support/memory-redeliveries.ts';
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
  redeliveries: MemoryRedeliveries;
  cursor: Cursor;
  cursorFile: string;
  folder: string;
  advanced: number[];
  /** Opens a drain on what stands in the spool; a second one as after a restart. */
  start: (options?: Partial<DrainOptions>) => Promise<Drain>;
}

async function openBench(messages: SpoolMessage[] = [], keepsPosition = false): Promise<Bench> {
  const folder = await tempFolder();
  const store = createMemoryReadingStore({ keepsPosition });
  const quarantine = createMemoryQuarantine();
  const redeliveries = createMemoryRedeliveries();
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
  const cursorFile = join(folder, 'cursor.json');
  const cursor = await openDrainCursor(store, cursorFile, diskIo);

  const start = async (options: Partial<DrainOptions> = {}): Promise<Drain> => {
    const opened = openDrain({
      reader: createSpoolReader(join(folder, 'spool')),
      // As a process that starts finds it.
      cursor: keepsPosition ? await openDrainCursor(store, cursorFile, diskIo) : cursor,
      directory,
      store,
      quarantine,
      redeliveries,
      now: Date.now,
      baseTopic: 'energy/v1',
      zone: createZone('Asia/Shanghai'),
      limits: { maxAheadMs: 60_000, retentionMs: 86_400_000, frameClockMs: 86_400_000 },
      sparkplug: { sessions: createSparkplugSessions(), save: async () => undefined },
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
  return { spool, store, quarantine, redeliveries, cursor, cursorFile, folder, advanced, start };
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

test('drain: the cursor moves only after the quarantine and the store have both confirmed', async () => {
  const { start, store, quarantine, cursor, spool } = await openBench([reading(1), spoolMessage('bad')]);
  const gates = [gate(), gate()] as const;
  quarantine.before = () => gates[0].pass();
  store.before = () => gates[1].pass();
  const drain = await start();
  for (const each of gates) {
    await each.reached;
    expect(cursor.position()).toBe(0);
    each.open();
  }
  expect(await drain.settle(5000)).toBe(true);
  expect(cursor.position()).toBe(spool.committed());
});

// Every step of a batch with everything in it, and the moment at which the process is killed there.
const DEATHS: { at: string; onlyRefused?: true; kill: (bench: Bench, die: () => never) => void }[] = [
  { at: 'before a time is looked up', kill: ({ redeliveries }, die) => (redeliveries.before = die) },
  {
    at: 'before a time is remembered',
    kill: ({ redeliveries }, die) => (redeliveries.before = (call) => (call === 'remember' ? die() : undefined)),
  },
  { at: 'before the quarantine', kill: ({ quarantine }, die) => (quarantine.before = die) },
  { at: 'before the rows', kill: ({ store }, die) => (store.before = die) },
  {
    at: 'before a half of the rows',
    onlyRefused: true,
    kill: ({ store }, die) => {
      const refuse = store.before;
      store.before = (rows, through) => (through === undefined && rows.length < 20 ? die() : refuse(rows, through));
    },
  },
  {
    at: 'before what was refused is quarantined',
    onlyRefused: true,
    kill: ({ quarantine }, die) => {
      quarantine.before = (entries) => (entries.some(({ reason }) => reason === 'store-rejected') ? die() : undefined);
    },
  },
  {
    at: 'before the position is stored',
    onlyRefused: true,
    kill: ({ store }, die) => {
      const refuse = store.before;
      store.before = (rows, through) => (rows.length === 0 ? die() : refuse(rows, through));
    },
  },
  { at: 'before the first write is confirmed', kill: ({ store }, die) => (store.after = die) },
  {
    at: 'before the write of the position is confirmed',
    onlyRefused: true,
    kill: ({ store }, die) => {
      let isLast = false;
      const refuse = store.before;
      store.before = (rows, through) => {
        isLast = rows.length === 0;
        return refuse(rows, through);
      };
      store.after = () => (isLast ? die() : undefined);
    },
  },
];
for (const keepsPosition of [true, false])
  for (const refused of [true, false])
    for (const { at, kill } of DEATHS.filter(({ onlyRefused }) => refused || !onlyRefused)) {
      const name = `${at}, ${refused ? 'one row refused' : 'no row refused'}, the position ${keepsPosition ? 'with the rows' : 'in a file'}`;
      test(`drain: killed ${name}: drained again, each message ends once`, async () => {
        const undated = ['{"seq":7,"total":700}', '{"seq":7,"total":700}'].map((text, n) =>
          spoolMessage(text, { receivedAtMs: NOW + 500 + n * 60_000 }),
        );
        const bench = await openBench([...readings(30), ...undated, spoolMessage('bad')], keepsPosition);
        const { store, quarantine, redeliveries, spool } = bench;
        const refuse = (rows: readonly ReadingRow[]): void => {
          if (refused && rows.some(({ value }) => value === 7)) throw new PlatformError('store-rejected', 'no 7');
        };
        store.before = refuse;
        kill(bench, () => {
          throw new Error('killed here');
        });
        const killed = await bench.start();
        await vi.waitFor(() => expect(killed.status().holding).toBe('killed here'));
        await killed.close();

        store.before = refuse;
        store.after = () => undefined;
        quarantine.before = () => undefined;
        redeliveries.before = () => undefined;
        const drain = await bench.start();
        expect(await drain.settle(5000)).toBe(true);
        const values = [...store.rows.values()].map(({ value }) => value).sort((x, y) => x - y);
        expect(values).toEqual([...Array.from({ length: 30 }, (_, n) => n).filter((n) => !refused || n !== 7), 700]);
        expect(store.rows.get(`m1/total/${NOW + 500}`)).toMatchObject({ value: 700, flags: FLAG_RECEIPT_TIME });
        const reasons = [...quarantine.entries.values()].map(({ reason }) => reason).sort();
        expect(reasons).toEqual(refused ? ['not-json', 'store-rejected'] : ['not-json']);
        expect(drain.status()).toMatchObject({ position: spool.committed(), conflicts: 0, holding: '' });
        expect(await store.storedThrough()).toBe(keepsPosition ? spool.committed() : undefined);
      });
    }

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

/** A reader that tells from where it was read, when the page was handed out. */
function watchedReader({ folder }: Bench): { reader: SpoolReader; from: number[] } {
  const reader = createSpoolReader(join(folder, 'spool'));
  const from: number[] = [];
  return {
    from,
    reader: {
      ...reader,
      read: async (...range) => {
        const page = await reader.read(...range);
        setImmediate(() => from.push(range[0]));
        return page;
      },
    },
  };
}

test('drain: while the store has a batch the next is got ready, and none of it goes anywhere before its turn', async () => {
  const bench = await openBench([...readings(10), ...Array.from({ length: 20 }, () => spoolMessage('bad'))]);
  const { reader, from } = watchedReader(bench);
  const held = gate();
  bench.store.before = () => held.pass();
  const drain = await bench.start({ reader, batchBytes: 500 });
  await held.reached;
  await vi.waitFor(() => expect(from).toHaveLength(2));
  expect(bench.cursor.position()).toBe(0);
  expect(bench.quarantine.entries.size).toBe(0);
  held.open();
  expect(await drain.settle(5000)).toBe(true);
  expect(from).toEqual([...new Set(from)]);
  expect(drain.status()).toMatchObject({ messages: 30, stored: 10, quarantined: { 'not-json': 20 } });
});

test('drain: what was got ready while the store was down is held against the registry as it is by then', async () => {
  const late = Array.from({ length: 40 }, (_, n) =>
    spoolMessage(JSON.stringify({ ts: NOW - n * 1000, total: n }), { topic: 'energy/v1/c1/m2/reading' }),
  );
  const bench = await openBench([...readings(10), ...late]);
  const { reader, from } = watchedReader(bench);
  const meters = ['m1', 'm2'].map(
    (id) => ({ id, collectorId: 'c1', medium: 'electricity', registerUnit: 'kWh' }) as const,
  );
  const directory = createDirectory();
  directory.replace({ readers: [], collectors: [], meters: meters.slice(0, 1) });
  bench.store.before = async () => {
    if (directory.meter('m2') !== undefined) return;
    await vi.waitFor(() => expect(from).toHaveLength(2));
    directory.replace({ readers: [], collectors: [], meters });
    throw storeDown();
  };
  const drain = await bench.start({ reader, directory, batchBytes: 500 });
  expect(await drain.settle(5000)).toBe(true);
  expect(bench.quarantine.entries.size).toBe(0);
  expect(bench.store.rows.size).toBe(50);
});

test('drain: a crash between store and a cursor in a file repeats the batch, without harm', async () => {
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

test('drain: a store that keeps the position takes up the one in the file, then goes on with its own', async () => {
  const { start, store, cursorFile, spool } = await openBench([reading(1)], true);
  const before = await openCursor(cursorFile, diskIo);
  await before.advance(spool.committed());
  await spool.append(reading(2));
  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  expect([...store.rows.values()].map(({ value }) => value)).toEqual([2]);
  expect(await store.storedThrough()).toBe(spool.committed());
  const cursor = await openDrainCursor(store, cursorFile, diskIo);
  expect(cursor.position()).toBe(spool.committed());
  // The file is left alone until the end, when another store may come to depend on it.
  expect((await openCursor(cursorFile, diskIo)).position()).toBe(before.position());
  await cursor.close();
  expect((await openDrainCursor(createMemoryReadingStore(), cursorFile, diskIo)).position()).toBe(spool.committed());
  const other = createMemoryReadingStore({ keepsPosition: false });
  expect((await openDrainCursor(other, cursorFile, diskIo)).position()).toBe(spool.committed());
});

test('drain: without a cursor a store that keeps none goes on at the oldest segment, one that lost its own misses the rest', async () => {
  const file = join(await tempFolder(), 'cursor.json');
  await writeFile(file, '\0\0\0\0');
  const keepsNone = createMemoryReadingStore({ keepsPosition: false });
  expect((await openDrainCursor(keepsNone, file, diskIo, 4096)).position()).toBe(4096);
  const lost = createMemoryReadingStore();
  expect((await openDrainCursor(lost, file, diskIo, 4096)).position()).toBe(0);
});

test('drain: a position that was set back stands in store and file, and holds whatever opens them next', async () => {
  for (const keepsPosition of [true, false]) {
    const file = join(await tempFolder(), 'cursor.json');
    const store = createMemoryReadingStore({ keepsPosition });
    await store.writeReadings([], 5000);
    const cursor = await openDrainCursor(store, file, diskIo);
    await cursor.advance(5000);
    await cursor.close();
    for (const to of [4096, 0]) {
      await cursor.goBack(to);
      expect(cursor.position()).toBe(to);
      expect((await openDrainCursor(store, file, diskIo, 9000)).position()).toBe(to);
      expect((await openCursor(file, diskIo)).position()).toBe(to);
    }
  }
});

test('drain: while it holds, the status says since when, how often, and how old what waits is', async () => {
  const { start, store, redeliveries } = await openBench([spoolMessage('{"total":1}', { receivedAtMs: NOW - 5 })]);
  let failures = 0;
  store.before = () => {
    if (failures++ < 3) throw storeDown();
  };
  redeliveries.before = () => {
    throw new Error('is asked for readings with a number alone');
  };
  let clock = 1000;
  const seen: unknown[] = [];
  const writes: { rows: number; ms: number }[] = [];
  const drain = await start({
    now: () => clock++,
    onStored: (write) => {
      writes.push(write);
      seen.push(drain.status());
    },
  });
  expect(await drain.settle(5000)).toBe(true);
  const sinceMs = expect.any(Number) as number;
  expect(seen).toMatchObject([
    { holding: 'The store is down', holdingSinceMs: sinceMs, retries: 3, oldestUnstoredMs: NOW - 5 },
  ]);
  // The store's own time, without the waiting before.
  expect(writes).toEqual([{ rows: 1, ms: 1 }]);
  expect(drain.status()).toMatchObject({ holding: '', retries: 3 });
  expect([drain.status().holdingSinceMs, drain.status().oldestUnstoredMs]).toEqual([undefined, undefined]);
});

test('drain: of readings without a time, those with a number are one however often they come', async () => {
  const at = (minute: number, text: string): SpoolMessage =>
    spoolMessage(text, { receivedAtMs: NOW + minute * 60_000 });
  const { start, store, spool } = await openBench([
    at(0, '{"total":1,"seq":1}'),
    at(1, '[{"total":2,"seq":2,"rate":5},{"total":1,"seq":1}]'),
    // A number that is no integer is none: each delivery is a reading of its own.
    at(2, '{"total":3,"seq":"3"}'),
    at(3, '{"total":3,"seq":"3"}'),
  ]);
  const drain = await start();
  expect(await drain.settle(5000)).toBe(true);
  await spool.append(at(10, '{"rate":5,"total":2,"seq":2}'));
  await spool.append(at(11, '{"total":9,"seq":1}'));
  expect(await drain.settle(5000)).toBe(true);
  const totals = [...store.rows.values()].filter(({ metric }) => metric === 'total');
  expect(totals.map(({ observedAtMs, value }) => [(observedAtMs - NOW) / 60_000, value])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 3],
    [11, 9],
  ]);
  expect(drain.status()).toMatchObject({ stored: 6, duplicates: 3, conflicts: 0 });
});

test('drain: damage is told before the cursor moves behind it', async () => {
  const { start, spool, cursor } = await openBench(readings(2));
  const told: [number, unknown][] = [];
  const reader: SpoolReader = {
    read: async () => ({ messages: [], next: spool.committed(), damages: [{ position: 16, bytes: 9 }] }),
    close: async () => undefined,
  };
  const drain = await start({
    reader,
    onDamage: async (damages) => void told.push([cursor.position(), damages]),
  });
  expect(await drain.settle(5000)).toBe(true);
  expect(told).toEqual([[0, [{ position: 16, bytes: 9 }]]]);
  expect(drain.status().damagedBytes).toBe(9);
});

test('drain: a spool that cannot be read holds it, and it goes on by itself', async () => {
  const { start, store, folder } = await openBench(readings(3));
  const disk = createSpoolReader(join(folder, 'spool'));
  let failures = 3;
  const read: SpoolReader['read'] = async (...range) => {
    if (failures-- > 0) throw new Error('EIO');
    return disk.read(...range);
  };
  const drain = await start({ reader: { ...disk, read } });
  expect(await drain.settle(5000)).toBe(true);
  expect(drain.status().retries).toBe(3);
  expect(store.rows.size).toBe(3);
});

test('drain: after a pause a message goes at once; those that follow gather, until there are enough or somebody waits', async () => {
  const { start, spool, store } = await openBench();
  const drain = await start({ batchAgeMs: NEVER_MS, batchBytes: 10_000 });
  const batches = (): number[] => store.writes.filter((rows) => rows > 0);
  await spool.append(reading(0));
  await vi.waitFor(() => expect(batches()).toEqual([1]));
  for (const message of readings(20)) await spool.append(message);
  expect(batches()).toEqual([1]);
  await Promise.all(readings(200).map((message) => spool.append(message)));
  await vi.waitFor(() => expect(batches().length).toBeGreaterThan(1));
  expect(batches()[1]).toBeGreaterThan(60);
  expect(await drain.settle(5000)).toBe(true);
  expect(store.rows.size).toBe(200);
});

test('drain: a cursor that cannot be written holds the drain, and it goes on by itself', async () => {
  const io = createControlledIo();
  const cursor = await openCursor(join(await tempFolder(), 'cursor.json'), io);
  io.fail('create', 'EIO', 5);
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
