import { expect, test, vi } from 'vitest';

import { createControlledIo, type ControlledIo } from '../../../support/controlled-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const PATIENCE = { timeout: 4000 };

const MARK = 1_000_000;

function ioWithFree(bytes: number): ControlledIo {
  const io = createControlledIo();
  io.setFreeBytes(bytes);
  return io;
}

const asked = (io: ControlledIo): number => io.calls.filter((call) => call.startsWith('freeBytes')).length;

// Waits until the disk was asked so many times more.
async function askedMore(io: ControlledIo, times: number): Promise<void> {
  const goal = asked(io) + times;
  await vi.waitFor(() => expect(asked(io)).toBeGreaterThanOrEqual(goal), PATIENCE);
}

test('low water: opened below the mark nothing is written; it goes on by itself when there is room', async () => {
  const folder = await tempFolder();
  const io = ioWithFree(MARK - 1);
  const spool = await openTestSpool(folder, { io, lowWaterBytes: MARK });
  expect(spool.state()).toBe('low-water');
  expect(spool.accepting()).toBe(false);
  expect(spool.freeBytes()).toBe(MARK - 1);

  let acknowledged = 0;
  const appended = spool.append(spoolMessage('waits')).then(() => acknowledged++);
  await askedMore(io, 3);
  expect(acknowledged).toBe(0);
  expect(io.calls.filter((call) => /^(create|write|datasync)/.test(call))).toEqual([]);

  io.setFreeBytes(2 * MARK);
  await appended;
  expect(spool.state()).toBe('accepting');
  expect((await spoolContents(folder, spool.committed())).messages.length).toBe(1);
});

test('low water: a segment that is begun when there is room again is told, so that nothing seems to wait in it', async () => {
  const io = ioWithFree(MARK - 1);
  const told: number[] = [];
  const spool = await openTestSpool(await tempFolder(), {
    io,
    lowWaterBytes: MARK,
    onCommitted: (position) => told.push(position),
  });
  io.setFreeBytes(2 * MARK);
  await vi.waitFor(() => expect(spool.state()).toBe('accepting'), PATIENCE);
  expect(told).toEqual([spool.committed()]);
});

test('low water: it does not resume just above the mark', async () => {
  const io = ioWithFree(MARK - 1);
  const spool = await openTestSpool(await tempFolder(), { io, lowWaterBytes: MARK });
  io.setFreeBytes(MARK * 1.05);
  await askedMore(io, 3);
  expect(spool.state()).toBe('low-water');
  io.setFreeBytes(MARK * 1.11);
  await vi.waitFor(() => expect(spool.state()).toBe('accepting'), PATIENCE);
});

test('low water: it stops though nothing comes in, because others fill the disk, and goes on in the same segment', async () => {
  const folder = await tempFolder();
  const io = ioWithFree(MARK);
  const spool = await openTestSpool(folder, { io, lowWaterBytes: MARK });
  await spool.append(spoolMessage('before'));
  io.setFreeBytes(0);
  await vi.waitFor(() => expect(spool.state()).toBe('low-water'), PATIENCE);
  const appended = spool.append(spoolMessage('after'));
  io.calls.length = 0;
  io.setFreeBytes(2 * MARK);
  await appended;
  expect(io.calls.filter((call) => call.startsWith('create'))).toEqual([]);
  expect((await spoolContents(folder, spool.committed())).messages.length).toBe(2);
});

test('low water: asked by bytes written, not at each commit', async () => {
  const io = ioWithFree(Number.MAX_SAFE_INTEGER);
  const spool = await openTestSpool(await tempFolder(), { io, lowWaterBytes: MARK, segmentBytes: 1e9 });
  const commits = io.calls.length;
  for (let n = 0; n < 200; n++) await spool.append(spoolMessage('small'));
  expect(io.calls.length - commits).toBeGreaterThanOrEqual(400);
  const before = asked(io);
  expect(before).toBeLessThan(20);
  await spool.append(spoolMessage('x'.repeat(9 * 1024 * 1024)));
  await spool.append(spoolMessage('next'));
  expect(asked(io)).toBeGreaterThan(before);
});

test('low water: without a mark the disk is never asked', async () => {
  const io = ioWithFree(0);
  const spool = await openTestSpool(await tempFolder(), { io });
  await spool.append(spoolMessage('a'));
  expect(asked(io)).toBe(0);
  expect(spool.state()).toBe('accepting');
  expect(spool.freeBytes()).toBeUndefined();
});

test('low water: a disk that does not tell its room is no reason to stop', async () => {
  const io = ioWithFree(0);
  io.fail('freeBytes', 'ENOSYS', Number.POSITIVE_INFINITY);
  const spool = await openTestSpool(await tempFolder(), { io, lowWaterBytes: MARK });
  await spool.append(spoolMessage('a'));
  expect(spool.state()).toBe('accepting');
});

test('low water: closed below the mark it rejects what it could not keep', async () => {
  const io = ioWithFree(0);
  const spool = await openTestSpool(await tempFolder(), { io, lowWaterBytes: MARK });
  const append = expect(spool.append(spoolMessage('a'))).rejects.toMatchObject({ code: 'spool-failed' });
  await spool.close();
  await append;
});
