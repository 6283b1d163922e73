import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { DeferredRange } from '../../../../gateway/deferred/deferred-ranges.ts';
import { DEFERRED_RECORD_BYTES } from '../../../../gateway/deferred/deferred-record.ts';
import { openDeferredList, type DeferredList } from '../../../../gateway/deferred/open-deferred-list.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import type { SpoolIo } from '../../../../gateway/spool/spool-io.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { createLossyDisk, restoreImage, type DiskImage } from '../../../support/lossy-disk.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const LOG = { from: 0, to: 1_000_000 };
const NAME = 'deferred.list';

const range = (from: number, to: number, messages = 1, atMs = from): DeferredRange => ({ from, to, messages, atMs });

function open(folder: string, io: SpoolIo = diskIo, onDamage?: (records: number) => void): Promise<DeferredList> {
  const options = { file: join(folder, NAME), io, log: LOG, now: () => 5 };
  return openDeferredList(onDamage === undefined ? options : { ...options, onDamage });
}

/** What a process that starts finds; on a copy, for opening writes the file anew. */
async function listed(folder: string, onDamage?: (records: number) => void): Promise<DeferredRange[]> {
  const copy = await tempFolder();
  if (existsSync(join(folder, NAME))) await copyFile(join(folder, NAME), join(copy, NAME));
  const list = await open(copy, diskIo, onDamage);
  await list.close();
  return [...list.ranges()];
}

test('deferred: what waits is there after a restart, what was dealt with is not, and in the end there is no file', async () => {
  const folder = await tempFolder();
  const list = await open(folder);
  expect(list.first()).toBeUndefined();
  await list.add([range(100, 150), range(300, 320)]);
  await list.add([range(500, 700, 4)]);
  expect(list.status()).toEqual({ messages: 6, sinceMs: 100, from: 100 });
  expect(await listed(folder)).toEqual(list.ranges());
  await list.done(150, 1);
  expect(list.first()).toBe(300);
  await list.done(600, 3);
  expect(await listed(folder)).toEqual([range(600, 700, 2, 500)]);
  await list.done(700, 2);
  expect(list.status()).toEqual({ messages: 0, sinceMs: undefined, from: undefined });
  expect(await readdir(folder)).toEqual([]);
  await list.add([range(800, 900)]);
  expect(await listed(folder)).toEqual([range(800, 900)]);
  await list.close();
});

test('deferred: a batch that is noted again, whole or in part, waits once', async () => {
  const folder = await tempFolder();
  const list = await open(folder);
  await list.add([range(100, 150), range(200, 250), range(300, 350)]);
  await list.add([range(100, 150), range(200, 250), range(300, 350)]);
  expect(list.ranges()).toEqual([range(100, 150), range(200, 250), range(300, 350)]);
  // Read from an earlier position, after one was set back.
  await list.add([range(20, 60), range(220, 330, 3, 1)]);
  expect(list.ranges()).toEqual([range(20, 60), range(100, 150), range(200, 350, 3, 1)]);
  expect(await listed(folder)).toEqual(list.ranges());
  await list.close();
});

test('deferred: cut at every byte of its last record, what was confirmed before waits', async () => {
  const folder = await tempFolder();
  const list = await open(folder);
  await list.add([range(100, 150)]);
  await list.add([range(200, 250)]);
  await list.add([range(300, 350)]);
  await list.close();
  const bytes = await readFile(join(folder, NAME));
  for (let cut = 1; cut <= DEFERRED_RECORD_BYTES; cut++) {
    const after = await tempFolder();
    await writeFile(join(after, NAME), bytes.subarray(0, bytes.length - cut));
    expect(await listed(after), `${cut} bytes`).toEqual([range(100, 150), range(200, 250)]);
  }
});

test('deferred: with any byte damaged everything that waited waits, and it is told', async () => {
  const folder = await tempFolder();
  const list = await open(folder);
  const all = [range(100, 150), range(200, 250), range(300, 350), range(400, 450)];
  for (const each of all) await list.add([each]);
  await list.done(250, 2);
  await list.close();
  const bytes = await readFile(join(folder, NAME));
  for (let at = 8; at < bytes.length; at++) {
    const after = await tempFolder();
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x40;
    await writeFile(join(after, NAME), damaged);
    const told: number[] = [];
    const ranges = await listed(after, (records) => told.push(records));
    expect(told, `byte ${at}`).toEqual([1]);
    for (const { from, to } of all.slice(2))
      expect(
        ranges.some((found) => found.from <= from && to <= found.to),
        `${from} with byte ${at}`,
      ).toBe(true);
  }
});

test('deferred: written anew when most of it is of no more use', async () => {
  const folder = await tempFolder();
  const list = await open(folder);
  await list.add(Array.from({ length: 5000 }, (_, n) => range(n * 10, n * 10 + 5)));
  for (let done = 0; done < 4000; done += 100) await list.done(done * 10, 100);
  const { length } = await readFile(join(folder, NAME));
  expect(length).toBeLessThan(2600 * DEFERRED_RECORD_BYTES);
  expect(await listed(folder)).toEqual(list.ranges());
  expect(list.ranges()).toHaveLength(1100);
  await list.close();
});

for (const operation of ['create', 'write', 'datasync', 'rename', 'syncFolder'] as const) {
  for (const before of [0, 1])
    test(`deferred: when ${operation} fails ${before === 0 ? 'at the first note' : 'later'}, the next note brings all of it`, async () => {
      const folder = await tempFolder();
      const io = createControlledIo();
      const list = await open(folder, io);
      if (before === 1) await list.add([range(10, 20)]);
      io.fail(operation, 'ENOSPC');
      await list.add([range(100, 150)]).catch((error: NodeJS.ErrnoException) => expect(error.code).toBe('ENOSPC'));
      await list.add([range(100, 150)]);
      await list.add([range(200, 250)]);
      expect(await listed(folder)).toEqual([
        ...(before === 1 ? [range(10, 20)] : []),
        range(100, 150),
        range(200, 250),
      ]);
      await list.close();
      expect(io.openFiles()).toBe(0);
    });
}

test('deferred: a list that cannot be written anew at a start is read all the same', async () => {
  const folder = await tempFolder();
  const first = await open(folder);
  await first.add([range(10, 20)]);
  await first.close();
  const io = createControlledIo();
  io.fail('create', 'ENOSPC');
  const list = await open(folder, io);
  expect(list.ranges()).toEqual([range(10, 20)]);
  await list.add([range(30, 40)]);
  expect(await listed(folder)).toEqual([range(10, 20), range(30, 40)]);
  await list.close();
});

for (const seed of [1, 2, 3])
  test(`deferred: power lost before and after every step of the disk (${seed}): nothing that waits is forgotten`, async () => {
    const root = await tempFolder();
    const random = seededRandom(seed);
    const images: { image: DiskImage; waiting: number[] }[] = [];
    let waiting: number[] = [];
    let isRunning = false;
    const disk = createLossyDisk(() => {
      if (!isRunning) return;
      for (const image of [disk.afterPowerLoss(), disk.afterUnkindPowerLoss(random)]) images.push({ image, waiting });
    });
    const list = await open(root, disk.io);
    isRunning = true;
    for (let n = 0; n < 60; n++) {
      if (random() < 0.6) {
        const added = [range(n * 100, n * 100 + 50), range(n * 100 + 60, n * 100 + 90)];
        await list.add(added);
        waiting = [...waiting, ...added.map(({ from }) => from)];
      } else {
        const before = (n - Math.floor(random() * 4)) * 100;
        const dealtWith = waiting.filter((from) => from < before);
        waiting = waiting.filter((from) => from >= before);
        await list.done(before, dealtWith.length);
      }
    }
    isRunning = false;
    await list.close();
    expect(images.length).toBeGreaterThan(200);
    for (const [index, { image, waiting: wanted }] of images.entries()) {
      const after = await tempFolder();
      await restoreImage(image, root, after);
      const ranges = await listed(after);
      const missing = wanted.filter((from) => !ranges.some((found) => found.from <= from && from < found.to));
      expect(missing, `image ${index}`).toEqual([]);
    }
  }, 30_000);
