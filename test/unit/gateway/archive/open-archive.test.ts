import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';

import { openArchive, type Archive, type ArchiveOptions } from '../../../../gateway/archive/open-archive.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import type { SpoolMessage } from '../../../../gateway/spool/record.ts';
import { SEGMENT_HEADER_BYTES, segmentBases, segmentHeader, segmentName } from '../../../../gateway/spool/segment.ts';
import { archivedSegment } from '../../../support/archived-segment.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { meterMessages } from '../../../support/meter-messages.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const PATIENCE = { timeout: 4000 };

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22);

interface Written {
  spoolFolder: string;
  folder: string;
  messages: SpoolMessage[];
  positions: number[];
  end: number;
}

async function write(messages: SpoolMessage[], segmentBytes = 1000): Promise<Written> {
  const root = await tempFolder();
  const spoolFolder = join(root, 'spool');
  const spool = await openTestSpool(spoolFolder, { segmentBytes, commitBytes: 1 });
  const positions = await Promise.all(messages.map((message) => spool.append(message)));
  await spool.close();
  return { spoolFolder, folder: join(root, 'archive'), messages, positions, end: spool.committed() };
}

async function openOn(written: Written, options: Partial<ArchiveOptions> = {}): Promise<Archive> {
  const { spoolFolder, folder } = written;
  const archive = await openArchive({ spoolFolder, folder, days: 30, io: diskIo, now: () => NOW_MS, ...options });
  onTestFinished(() => archive.close());
  return archive;
}

async function expectAllReadable(archive: Archive, { messages, positions }: Written): Promise<void> {
  for (const [n, message] of messages.entries()) {
    const read = await archive.messageAt(positions[n]!);
    // Megabytes are compared faster than by `toEqual`.
    expect(read?.payload !== undefined && Buffer.compare(read.payload, message.payload), `message ${n}`).toBe(0);
    expect({ ...read, payload: '' }).toEqual({ ...message, payload: '', position: positions[n] });
  }
}

const numbered = (count: number): SpoolMessage[] =>
  Array.from({ length: count }, (_, n) =>
    spoolMessage(`{"total":${n}}`, { receivedAtMs: NOW_MS - DAY_MS + n, topic: `energy/v1/c1/m${n % 7}/reading` }),
  );
const segmentsIn = async (folder: string): Promise<number[]> => segmentBases(await readdir(folder));

test('archive: whole segments before the position go into it, oldest first, and every message stays readable', async () => {
  const written = await write(numbered(100));
  const archive = await openOn(written);
  const before = await segmentsIn(written.spoolFolder);
  expect(before.length).toBeGreaterThan(4);
  await expectAllReadable(archive, written);
  expect(archive.status()).toEqual({ files: 0, bytes: 0, oldestReceivedAtMs: undefined, failure: '' });

  await archive.keep(before[2]! + 5);
  expect(await segmentsIn(written.spoolFolder)).toEqual(before.slice(2));
  await expectAllReadable(archive, written);

  await archive.keep(written.end + 1_000_000);
  expect(await segmentsIn(written.spoolFolder)).toEqual(before.slice(-1));
  await expectAllReadable(archive, written);

  const names = await readdir(written.folder);
  expect(names.length).toBe(before.length - 1);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(written.folder, name))).size));
  const status = archive.status();
  expect(status).toEqual({
    files: before.length - 1,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    oldestReceivedAtMs: NOW_MS - DAY_MS,
    failure: '',
  });

  const reopened = await openOn(written);
  expect(reopened.status()).toEqual(status);
  await expectAllReadable(reopened, written);
});

test('archive: at a position where no record begins there is none', async () => {
  const written = await write(numbered(30));
  const archive = await openOn(written);
  for (const kept of [false, true]) {
    if (kept) await archive.keep(written.end);
    for (const position of [0, 1, written.positions[0]! + 1, written.positions[3]! - 1, written.end, 1e12]) {
      expect(await archive.messageAt(position)).toBeUndefined();
    }
  }
});

test('archive: any messages come back as they were, empty payloads and times that go backwards too', async () => {
  const message = fc.record({
    receivedAtMs: fc.oneof(fc.integer({ min: 0, max: NOW_MS }), fc.double()),
    source: fc.string({ unit: 'binary', maxLength: 20 }),
    topic: fc.string({ unit: 'binary', maxLength: 40 }),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 30 }), async (messages) => {
      const written = await write([...messages, spoolMessage('in the newest segment')], 400);
      const archive = await openOn(written);
      await archive.keep(written.end);
      await expectAllReadable(archive, written);
    }),
    { numRuns: 20 },
  );
}, 30_000);

test('archive: messages larger than a block, and many blocks in a file', async () => {
  const random = seededRandom(5);
  const incompressible = (bytes: number): Buffer => Buffer.alloc(bytes).map(() => Math.floor(random() * 256)) as Buffer;
  const messages = [
    ...numbered(3),
    spoolMessage('', { payload: incompressible(900_000) }),
    spoolMessage('', { payload: Buffer.alloc(1_200_000, 'x') }),
    ...numbered(3),
    spoolMessage('last'),
  ];
  const written = await write(messages, 2_000_000);
  const archive = await openOn(written);
  await archive.keep(written.end);
  expect(archive.status().files).toBe(1);
  await expectAllReadable(archive, written);
});

test('archive: native readings of thousands of meters take 30 bytes a reading at most', async () => {
  const messages = meterMessages({ collectors: 40, metersEach: 100, rounds: 10, seed: 1 });
  const root = await tempFolder();
  const spoolFolder = join(root, 'spool');
  const spool = await openTestSpool(spoolFolder, { segmentBytes: 1, commitBytes: 16 * 1024 * 1024 });
  const positions = await Promise.all(messages.map((message) => spool.append(message)));
  await spool.append(spoolMessage('in the newest segment'));
  const written = { spoolFolder, folder: join(root, 'archive'), messages, positions, end: spool.committed() };
  const archive = await openOn(written);
  await archive.keep(written.end);
  expect((await segmentsIn(spoolFolder)).length).toBe(1);
  const bytesPerReading = archive.status().bytes / messages.length;
  expect(bytesPerReading).toBeLessThanOrEqual(30);
  // It is far below: a change that costs half as much again should be noticed.
  expect(bytesPerReading).toBeLessThan(18);
  for (let n = 0; n < messages.length; n += 1999) {
    expect(await archive.messageAt(positions[n]!)).toEqual({ ...messages[n], position: positions[n] });
  }
});

test('archive: with no days segments are removed, and what was archived before is read until it is pruned', async () => {
  const written = await write(numbered(60));
  const bases = await segmentsIn(written.spoolFolder);
  const keeping = await openOn(written);
  await keeping.keep(bases[2]!);
  await keeping.close();

  const archive = await openOn(written, { days: 0 });
  await archive.keep(written.end);
  expect(await segmentsIn(written.spoolFolder)).toEqual(bases.slice(-1));
  expect(archive.status().files).toBe(2);
  expect(await archive.messageAt(written.positions[0]!)).toEqual({
    ...written.messages[0],
    position: written.positions[0],
  });
  await archive.prune();
  expect(archive.status().files).toBe(0);
  expect(await archive.messageAt(written.positions[0]!)).toBeUndefined();
});

test('archive: with no days and no folder it opens, and makes none', async () => {
  const written = await write(numbered(10));
  const archive = await openOn(written, { days: 0 });
  await archive.keep(written.end);
  await expect(stat(written.folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('archive: a file goes when its newest message is older than its days, not before', async () => {
  const written = await write(numbered(60));
  let nowMs = NOW_MS;
  const archive = await openOn(written, { days: 10, now: () => nowMs });
  await archive.keep(written.end);
  const { files } = archive.status();
  const newest = (await readdir(written.folder)).map((name) => Number(name.split('-')[3]!.replace('.archive', '')));
  nowMs = Math.min(...newest) + 10 * DAY_MS;
  expect(await archive.prune()).toBe(0);
  nowMs++;
  expect(await archive.prune()).toBe(1);
  expect(archive.status().files).toBe(files - 1);
  expect(archive.status().oldestReceivedAtMs).toBeGreaterThan(NOW_MS - DAY_MS);
  expect((await readdir(written.folder)).length).toBe(files - 1);
  expect(await archive.messageAt(written.positions[0]!)).toBeUndefined();
  nowMs = Math.max(...newest) + 10 * DAY_MS + 1;
  expect(await archive.prune()).toBe(files - 1);
  expect(archive.status()).toMatchObject({ files: 0, bytes: 0, oldestReceivedAtMs: undefined });
});

test('archive: asked again while it works it never works twice at once, and goes on to the later position', async () => {
  const written = await write(numbered(100));
  const io = createControlledIo();
  const archive = await openOn(written, { io });
  const bases = await segmentsIn(written.spoolFolder);
  const gate = io.hold('datasync');
  const first = archive.keep(bases[1]!);
  await gate.reached;
  const others = bases.slice(2).map((base) => archive.keep(base));
  gate.release();
  await Promise.all([first, ...others]);
  expect(await segmentsIn(written.spoolFolder)).toEqual(bases.slice(-1));
  const steps = io.calls.map((call) => call.split(' ')[0]).filter((step) => /create|rename|unlink/.test(step!));
  expect(steps).toEqual(bases.slice(1).flatMap(() => ['create', 'rename', 'unlink']));
});

test('archive: a segment goes only after its archive was written, synced, renamed, and its folder synced', async () => {
  const written = await write(numbered(100));
  const io = createControlledIo();
  const archive = await openOn(written, { io });
  const [first, second] = await segmentsIn(written.spoolFolder);
  io.calls.length = 0;
  await archive.keep(second!);
  const steps = io.calls.map((call) => call.replace(/ .*\.(\w+)$/, ' $1').replace(/ archive$/, ' archive'));
  expect(steps.filter((step, n) => step !== steps[n - 1])).toEqual([
    'list spool',
    'read segment',
    'create unfinished',
    'write unfinished',
    'datasync unfinished',
    'close unfinished',
    'rename archive',
    'syncFolder archive',
    'unlink segment',
    'list spool',
  ]);
  expect(io.calls.at(-2)).toBe(`unlink ${segmentName(first!)}`);
});

for (const code of ['ENOSPC', 'EIO']) {
  for (const operation of ['read', 'create', 'write', 'datasync', 'rename', 'syncFolder', 'list'] as const) {
    test(`archive: ${code} from ${operation}: the segments stay, it is told, and done by itself later`, async () => {
      const written = await write(numbered(60));
      const bases = await segmentsIn(written.spoolFolder);
      const io = createControlledIo();
      const archive = await openOn(written, { io, retryMs: 1 });
      io.fail(operation, code, Number.POSITIVE_INFINITY);
      await archive.keep(written.end);
      expect(archive.status().failure).toContain(code);
      expect(await segmentsIn(written.spoolFolder)).toEqual(bases);
      await expectAllReadable(archive, written);
      expect(io.openFiles()).toBeLessThanOrEqual(1);
      await vi.waitFor(() => expect(io.failed(operation)).toBeGreaterThan(10), PATIENCE);

      io.fail(operation, code, 0);
      await vi.waitFor(() => expect(archive.status().failure).toBe(''), PATIENCE);
      expect(await segmentsIn(written.spoolFolder)).toEqual(bases.slice(-1));
      expect((await readdir(written.folder)).filter((name) => !name.endsWith('.archive'))).toEqual([]);
      await expectAllReadable(archive, written);
    });
  }
}

test('archive: a segment that cannot be read does not hold up those behind it', async () => {
  const written = await write(numbered(60));
  const bases = await segmentsIn(written.spoolFolder);
  const io = createControlledIo();
  const archive = await openOn(written, { io, retryMs: 1e9 });
  io.fail('read', 'EIO');
  await archive.keep(written.end);
  expect(await segmentsIn(written.spoolFolder)).toEqual([bases[0], bases.at(-1)]);
  expect(archive.status().failure).toContain('EIO');
  await expectAllReadable(archive, written);

  // Alone by now, it still ends where the next one began.
  await archive.keep(written.end);
  expect(await segmentsIn(written.spoolFolder)).toEqual(bases.slice(-1));
  await expectAllReadable(archive, written);
});

test('archive: closed while it works it stops, keeps the segment and leaves nothing half written', async () => {
  const written = await write(numbered(60));
  const bases = await segmentsIn(written.spoolFolder);
  const io = createControlledIo();
  const archive = await openOn(written, { io });
  const gate = io.hold('create');
  void archive.keep(written.end);
  await gate.reached;
  const closing = archive.close();
  gate.release();
  await closing;
  expect(await segmentsIn(written.spoolFolder)).toEqual(bases);
  expect(await readdir(written.folder)).toEqual([]);
});

test('archive: what a crash left half written is cleared away when it is opened', async () => {
  const written = await write(numbered(10));
  await mkdir(written.folder);
  await writeFile(join(written.folder, '0.unfinished'), 'half an archive');
  await openOn(written);
  expect(await readdir(written.folder)).toEqual([]);
});

test('archive: a segment without anything in it leaves no file', async () => {
  const written = await write([]);
  await (await openTestSpool(written.spoolFolder)).close();
  const spool = await openTestSpool(written.spoolFolder);
  const archive = await openOn(written);
  await archive.keep(spool.committed());
  expect((await segmentsIn(written.spoolFolder)).length).toBe(1);
  expect(await readdir(written.folder)).toEqual([]);
});

test('archive: of a damaged segment what is readable is archived, and every other byte as it is', async () => {
  const random = seededRandom(11);
  for (let round = 0; round < 60; round++) {
    const written = await write(numbered(40), 1500);
    const [first, second] = await segmentsIn(written.spoolFolder);
    const path = join(written.spoolFolder, segmentName(first!));
    const bytes = await readFile(path);
    for (let flips = Math.floor(random() * 4); flips >= 0; flips--) {
      bytes[Math.floor(random() * bytes.length)]! ^= 1 + Math.floor(random() * 255);
    }
    await writeFile(path, bytes);
    const length = random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length;
    await truncate(path, length);
    const damaged = bytes.subarray(0, length);

    const archive = await openOn(written);
    await archive.keep(second!);
    const names = await readdir(written.folder);
    expect(archive.status().failure).toBe('');
    if (names.length === 0) {
      // Nothing, or a header as it should be, is nothing to keep.
      expect(damaged.equals(segmentHeader(first!).subarray(0, length === 0 ? 0 : SEGMENT_HEADER_BYTES))).toBe(true);
      continue;
    }
    const kept = await archivedSegment(join(written.folder, names[0]!), first!);
    expect(kept.bytes.equals(damaged)).toBe(true);
    for (const message of kept.messages) {
      const n = written.positions.indexOf(message.position);
      expect(message).toEqual({ ...written.messages[n], position: written.positions[n] });
      expect(await archive.messageAt(message.position)).toEqual(message);
    }
    const lost = written.positions.filter((at) => at < second!).length - kept.messages.length;
    if (length === bytes.length) expect(lost).toBeLessThanOrEqual(4);
  }
});

test('archive: any flipped byte in a file of it is noticed: the right message or an error, nothing else', async () => {
  const written = await write(numbered(12), 400);
  const [first, second] = await segmentsIn(written.spoolFolder);
  const archive = await openOn(written);
  await archive.keep(second!);
  const [name] = await readdir(written.folder);
  const path = join(written.folder, name!);
  const whole = await readFile(path);
  const inFile = written.positions.filter((position) => position < second!);
  expect(inFile.length).toBeGreaterThan(2);
  let errors = 0;
  for (let offset = 0; offset < whole.length; offset++) {
    const bytes = Buffer.from(whole);
    bytes[offset]! ^= 0x11;
    await writeFile(path, bytes);
    const { damaged, isFrameWhole } = await archivedSegment(path, first!);
    expect(damaged.length > 0 || !isFrameWhole, `byte ${offset} is told`).toBe(true);
    for (const [n, position] of inFile.entries()) {
      const outcome = await archive.messageAt(position).catch((error: { code: string }) => error.code);
      if (outcome === 'archive-damaged') errors++;
      else expect(outcome, `byte ${offset}`).toEqual({ ...written.messages[n], position });
    }
  }
  // The one block's bytes are most of the file; a damaged frame costs no message.
  expect(errors).toBeGreaterThan((whole.length - 100) * inFile.length * 0.5);
  expect(errors).toBeLessThan(whole.length * inFile.length);
});

test('archive: cut anywhere, a file gives the right message or an error', async () => {
  const written = await write(numbered(12), 400);
  const [, second] = await segmentsIn(written.spoolFolder);
  const archive = await openOn(written);
  await archive.keep(second!);
  const [name] = await readdir(written.folder);
  const path = join(written.folder, name!);
  const whole = await readFile(path);
  for (let length = 0; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length));
    const outcome = await archive.messageAt(written.positions[1]!).catch((error: { code: string }) => error.code);
    if (outcome !== 'archive-damaged')
      expect(outcome).toEqual({ ...written.messages[1], position: written.positions[1] });
  }
});

for (const days of [0, 30])
  test(`archive: what is waited for stays readable, whatever its age, with ${days} days`, async () => {
    const written = await write(numbered(60));
    let held = written.positions[20];
    let nowMs = NOW_MS;
    const archive = await openOn(written, { days, heldFrom: () => held, now: () => nowMs });
    await archive.keep(written.end);
    nowMs += 100 * DAY_MS;
    await archive.prune();
    for (const n of [20, 21, 40, 59]) expect(await archive.messageAt(written.positions[n]!), `${n}`).toBeDefined();
    expect(await archive.messageAt(written.positions[0]!)).toBeUndefined();
    held = undefined;
    await archive.keep(written.end);
    await archive.prune();
    for (const n of [20, 21, 40]) expect(await archive.messageAt(written.positions[n]!), `${n}`).toBeUndefined();
  });

test('a message is found where its bytes lie, in the spool and then in the archive', async () => {
  const written = await write(numbered(40));
  const archive = await openOn(written);
  const placeOf = async (n: number): Promise<string | undefined> => (await archive.find(written.positions[n]!))?.in;
  expect([await placeOf(0), await placeOf(39)]).toEqual(['spool', 'spool']);
  await archive.keep(written.end);
  expect([await placeOf(0), await placeOf(39)]).toEqual(['archive', 'spool']);
  expect(await archive.find(written.positions[1]! - 1)).toBeUndefined();
});
