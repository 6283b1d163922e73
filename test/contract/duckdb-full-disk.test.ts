import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';

const T0 = Date.UTC(2026, 2, 1);
const FOREVER: [number, number] = [0, Date.UTC(2090, 0, 1)];
const METERS = 50;
const ROWS = 5000;
/** Larger than any batch's log, smaller than two of them. */
const ROOM = 200_000;

const FULL = { code: 'store-unavailable', retryable: true };

interface Bench {
  disk: SmallDisk;
  file: string;
  open(options?: { checkpointWalBytes: number; checkpointSpareBytes: number }): Promise<SeriesStore>;
  /** Batch n: rows that no compression makes small, the position behind them. */
  write(store: SeriesStore, n: number): Promise<unknown>;
  /** All values that stand in the store. */
  values(store: SeriesStore): Promise<number[]>;
}

async function openBench(): Promise<Bench> {
  const disk = await mountSmallDisk(48);
  const file = join(disk.folder, 'readings.duckdb');
  const opened: SeriesStore[] = [];
  onTestFinished(async () => {
    await disk.clear();
    for (const store of opened) await store.close();
    await disk.unmount();
  });
  return {
    disk,
    file,
    open: async (options) => {
      const store = await openDuckdbStore({ file, ...options });
      opened.push(store);
      return store;
    },
    write: (store, n) =>
      store.writeReadings(
        Array.from({ length: ROWS }, (_, row) => reading(n * ROWS + row)),
        n + 1,
      ),
    values: async (store) => {
      const ids = Array.from({ length: METERS }, (_, n) => `m${n}`);
      const series = await store.registers(ids, ...FOREVER);
      return series.flatMap(({ values }) => [...values]).sort((a, b) => a - b);
    },
  };
}

function reading(n: number): ReadingRow {
  const at = T0 + n * 1000;
  return {
    meter: `m${n % METERS}`,
    metric: 'total',
    observedAtMs: at,
    value: n / 7,
    receivedAtMs: at,
    flags: 0,
    position: n,
  };
}

const upTo = (batches: number): number[] => Array.from({ length: batches * ROWS }, (_, n) => n / 7);

test('a full disk under DuckDB: writes fail whole and may be tried for ever, reads go on, and so do writes with room', async () => {
  const bench = await openBench();
  const store = await bench.open();
  await bench.write(store, 0);
  await bench.disk.fill(ROOM);
  const { written, refused } = await writeUntilRefused(bench, store, 1);
  expect(refused).toMatchObject({ ...FULL, message: expect.stringContaining('room on the disk') as string });
  for (let again = 0; again < 20; again++) await expect(bench.write(store, written)).rejects.toMatchObject(FULL);
  expect(await bench.values(store)).toEqual(upTo(written));
  expect(await store.storedThrough()).toBe(written);

  await bench.disk.clear();
  await bench.write(store, written);
  await bench.write(store, written);
  expect(await bench.values(store)).toEqual(upTo(written + 1));
  await store.close();
  const again = await bench.open();
  expect(await bench.values(again)).toEqual(upTo(written + 1));
  expect(await again.storedThrough()).toBe(written + 1);
});

test('a full disk under DuckDB: closed and opened while it is full, everything confirmed is there', async () => {
  const bench = await openBench();
  const store = await bench.open();
  for (let n = 0; n < 3; n++) await bench.write(store, n);
  await bench.disk.fill(0);
  await store.close();
  const again = await bench.open();
  expect(await bench.values(again)).toEqual(upTo(3));
  expect(await again.storedThrough()).toBe(3);
  await bench.disk.clear();
  await bench.write(again, 3);
  expect(await bench.values(again)).toEqual(upTo(4));
});

test('a checkpoint waits for room: none is tried on a disk that is nearly full', async () => {
  const bench = await openBench();
  // A log of any size is to be folded in, but for the room it takes.
  const store = await bench.open({ checkpointWalBytes: 1, checkpointSpareBytes: 40 * 1024 * 1024 });
  await bench.disk.fill(8 * 1024 * 1024);
  for (let n = 0; n < 5; n++) await bench.write(store, n);
  expect(await bench.values(store)).toEqual(upTo(5));
});

test('an instance that DuckDB has given up is opened anew in place, once, and nothing confirmed is lost', async () => {
  const bench = await openBench();
  const ready = await bench.open();
  for (let n = 0; n < 3; n++) await bench.write(ready, n);
  await ready.close();
  // Room or not, every commit is folded in: on a full disk that is what DuckDB does not survive.
  const store = await bench.open({ checkpointWalBytes: 1, checkpointSpareBytes: Number.NEGATIVE_INFINITY });
  await bench.disk.fill(ROOM);
  let failures = 0;
  let written = 3;
  let invalidated = false;
  const writeOn = async (): Promise<void> => {
    try {
      await bench.write(store, written);
      written++;
    } catch (error) {
      failures++;
      invalidated ||= (error as Error).message.includes('invalidated');
    }
  };
  while (failures < 8) await writeOn();
  expect(invalidated).toBe(true);
  await bench.disk.clear();
  const before = written;
  while (written < before + 3) await writeOn();
  // What was refused may yet have been on disk, but then whole, and its repetition changes nothing.
  expect(await bench.values(store)).toEqual(upTo(written));
  expect(await store.storedThrough()).toBe(written);
  expect(await store.health()).toMatchObject({ ok: true });
  const handles = readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === bench.file);
  expect(handles).toHaveLength(1);
});

async function writeUntilRefused(bench: Bench, store: SeriesStore, from: number) {
  for (let written = from; written < 9; written++) {
    const refused: unknown = await bench.write(store, written).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused !== undefined) return { written, refused };
  }
  throw new Error('the disk took everything');
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
