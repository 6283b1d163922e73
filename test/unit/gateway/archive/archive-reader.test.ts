import { copyFile, mkdir, readdir, rename, truncate, unlink, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import { createArchiveReader } from '../../../../gateway/archive/archive-reader.ts';
import { openArchive } from '../../../../gateway/archive/open-archive.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { createSpoolReader, type Damage, type SpoolReader } from '../../../../gateway/spool/read-spool.ts';
import type { SpooledMessage, SpoolMessage } from '../../../../gateway/spool/record.ts';
import { SEGMENT_HEADER_BYTES, segmentBases, segmentName } from '../../../../gateway/spool/segment.ts';
import { setAsideAmong } from '../../../../gateway/spool/set-aside.ts';
import type { SpoolIo } from '../../../../gateway/spool/spool-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

interface Log {
  spoolFolder: string;
  archiveFolder: string;
  positions: number[];
  end: number;
  bases: number[];
}

interface Contents {
  messages: SpooledMessage[];
  damages: Damage[];
}

const numbered = (count: number): SpoolMessage[] =>
  Array.from({ length: count }, (_, n) =>
    spoolMessage(`{"total":${n}}${' '.repeat((n * 13) % 90)}`, { topic: `energy/v1/c1/m${n % 3}/reading` }),
  );

async function write(messages: readonly SpoolMessage[], segmentBytes = 300): Promise<Log> {
  const root = await tempFolder();
  const spoolFolder = join(root, 'spool');
  const spool = await openTestSpool(spoolFolder, { segmentBytes, commitBytes: 1 });
  const positions = await Promise.all(messages.map((message) => spool.append(message)));
  await spool.close();
  const bases = segmentBases(await readdir(spoolFolder));
  return { spoolFolder, archiveFolder: join(root, 'archive'), positions, end: spool.committed(), bases };
}

async function archive(
  { spoolFolder, archiveFolder: folder }: Log,
  before: number,
  io: SpoolIo = diskIo,
): Promise<void> {
  const opened = await openArchive({ spoolFolder, folder, days: 30, io, now: () => 1_767_225_600_000 });
  await opened.keep(before);
  await opened.close();
}

function readerOf({ spoolFolder, archiveFolder }: Log, io: SpoolIo = diskIo): SpoolReader {
  const reader = createArchiveReader({ spoolFolder, archiveFolder, io });
  onTestFinished(() => reader.close());
  return reader;
}

/** Everything from `from` on, in pages; damage that goes on in the next page is one stretch. */
async function readAll(reader: SpoolReader, from: number, end: number, pageBytes: number): Promise<Contents> {
  const contents: Contents = { messages: [], damages: [] };
  for (let at = from; at < end;) {
    const page = await reader.read(at, end, pageBytes);
    expect(page.next, `progress at ${at} of ${end}`).toBeGreaterThan(at);
    contents.messages.push(...page.messages.map((message) => ({ ...message, payload: Buffer.from(message.payload) })));
    for (const damage of page.damages) {
      const last = contents.damages.at(-1);
      if (last !== undefined && last.position + last.bytes === damage.position && last.missing === damage.missing)
        last.bytes += damage.bytes;
      else contents.damages.push({ ...damage });
    }
    at = page.next;
  }
  return contents;
}

async function inSpool({ spoolFolder, end }: Log): Promise<Contents> {
  const reader = createSpoolReader(spoolFolder);
  const contents = await readAll(reader, 0, end, 1024 * 1024);
  await reader.close();
  return contents;
}

const archiveFiles = async ({ archiveFolder }: Log): Promise<string[]> => (await readdir(archiveFolder)).sort();

test('archive reader: what was archived is read as it stood in the spool, from any record on, in pages of any size', async () => {
  const log = await write(numbered(40));
  const before = await inSpool(log);
  expect(before.messages).toHaveLength(40);
  await archive(log, log.positions[25]!);
  expect((await archiveFiles(log)).length).toBeGreaterThan(3);
  for (const pageBytes of [1, 60, 100, 333, 1000, 1_000_000])
    expect(await readAll(readerOf(log), 0, log.end, pageBytes), `pages of ${pageBytes}`).toEqual(before);
  for (const [index, position] of log.positions.entries())
    expect((await readAll(readerOf(log), position, log.end, 200)).messages).toEqual(before.messages.slice(index));
  expect(setAsideAmong(await diskIo.list(log.spoolFolder))).toEqual([]);
});

test('archive reader: stops at the end it is told, though more stands behind it', async () => {
  const log = await write(numbered(30));
  await archive(log, log.end);
  for (const [index, end] of log.positions.entries()) {
    const { messages, damages } = await readAll(readerOf(log), 0, end, 100);
    expect(messages).toHaveLength(index);
    expect(damages).toEqual([]);
  }
});

test('archive reader: any log, damaged in any way, reads the same before and after any of its segments went', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        lengths: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
        segmentBytes: fc.integer({ min: 50, max: 2000 }),
        wounds: fc.array(
          fc.record({
            segment: fc.nat(),
            at: fc.nat(),
            kind: fc.constantFrom('flip', 'zero', 'cut', 'gone'),
          }),
          { maxLength: 4 },
        ),
        goal: fc.double({ min: 0, max: 1, noNaN: true }),
        /** Segments that the archive cannot read. */
        unreadable: fc.array(fc.nat(), { maxLength: 2 }),
        pageBytes: fc.integer({ min: 1, max: 3000 }),
      }),
      async ({ lengths, segmentBytes, wounds, goal, unreadable, pageBytes }) => {
        const log = await write(
          lengths.map((length, n) => spoolMessage('x'.repeat(length), { topic: `t/${n % 4}` })),
          segmentBytes,
        );
        for (const wound of wounds) await hurt(log, wound);
        const before = await inSpool(log);
        const stays = new Set(unreadable.map((n) => segmentName(log.bases[n % log.bases.length]!)));
        await archive(log, Math.round(goal * log.end), {
          ...diskIo,
          read: (path) =>
            stays.has(path.slice(path.lastIndexOf('/') + 1))
              ? Promise.reject(new Error('unreadable'))
              : diskIo.read(path),
        });
        const brief = ({ messages, damages }: Contents): unknown => ({
          messages: messages.map(
            ({ position, topic, payload }) => `${position} ${topic} ${Buffer.from(payload).toString()}`,
          ),
          damages,
        });
        expect(brief(await readAll(readerOf(log), 0, log.end, pageBytes))).toEqual(brief(before));
      },
    ),
    { numRuns: 120 },
  );
});

async function hurt(
  { spoolFolder, bases }: Log,
  { segment, at, kind }: { segment: number; at: number; kind: string },
): Promise<void> {
  // The newest segment is settled by whoever opens the spool; a hole in the others is the reader's matter.
  const path = join(spoolFolder, segmentName(bases[segment % bases.length]!));
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const room = bytes.length - SEGMENT_HEADER_BYTES;
  if (room <= 0) return;
  const offset = SEGMENT_HEADER_BYTES + (at % room);
  if (kind === 'gone') return path.endsWith(segmentName(bases.at(-1)!)) ? undefined : unlink(path);
  // A gap of a header's size is what a segment without a record leaves.
  if (kind === 'cut') return truncate(path, bytes.length - offset === SEGMENT_HEADER_BYTES ? offset + 1 : offset);
  if (kind === 'flip') bytes[offset]! ^= 1;
  else bytes.fill(0, offset, Math.min(bytes.length, offset + 100));
  await writeFile(path, bytes);
}

test('archive reader: damaged blocks and files that are gone are missing, told and remembered once; the rest is read', async () => {
  const log = await write(numbered(60), 600);
  const before = await inSpool(log);
  await archive(log, log.end);
  const files = await archiveFiles(log);
  const [, damaged, kept, gone] = files;
  const at = (name: string): number => Number.parseInt(name.slice(0, 16), 16);
  const bytes = await readFile(join(log.archiveFolder, damaged!));
  bytes[50]! ^= 1;
  await writeFile(join(log.archiveFolder, damaged!), bytes);
  await unlink(join(log.archiveFolder, gone!));
  await writeFile(join(log.archiveFolder, files[4]!), '');
  const lost = [
    { from: at(damaged!) + SEGMENT_HEADER_BYTES, to: at(kept!) },
    { from: at(gone!), to: at(files[4]!) },
    { from: at(files[4]!) + SEGMENT_HEADER_BYTES, to: at(files[5]!) },
  ];
  for (const pageBytes of [100, 100_000]) {
    const { messages, damages } = await readAll(readerOf(log), 0, log.end, pageBytes);
    expect(messages).toEqual(
      before.messages.filter(({ position }) => !lost.some(({ from, to }) => from <= position && position < to)),
    );
    expect(damages).toEqual(lost.map(({ from, to }) => ({ position: from, bytes: to - from, missing: true })));
  }
  expect(setAsideAmong(await diskIo.list(log.spoolFolder))).toEqual(
    lost.map(({ from, to }) => ({ kind: 'missing', position: from, bytes: to - from })),
  );
});

test('archive reader: a segment that goes into the archive at any moment of the reading is neither missed nor told', async () => {
  const log = await write(numbered(40));
  const before = await inSpool(log);
  const copy = join(log.archiveFolder, '..', 'copy');
  await mkdir(copy);
  for (const name of await readdir(log.spoolFolder)) await copyFile(join(log.spoolFolder, name), join(copy, name));
  // Behind each look at a folder all goes into the archive that may; the looks are counted to strike at each of them.
  let strike = 0;
  for (let looks = 0; looks >= strike; strike++) {
    await rename(log.archiveFolder, join(copy, '..', `old-${strike}`)).catch(() => undefined);
    for (const name of await readdir(copy)) await copyFile(join(copy, name), join(log.spoolFolder, name));
    await archive(log, log.positions[20]!);
    looks = -1;
    const list = async (folder: string): Promise<string[]> => {
      const names = await diskIo.list(folder);
      if (++looks === strike) await archive(log, log.end);
      return names;
    };
    const reader = readerOf(log, { ...diskIo, list });
    const got = await readAll(reader, 0, log.end, 150);
    expect(got.damages, `at look ${strike}`).toEqual([]);
    expect(
      got.messages.map((m) => m.position),
      `at look ${strike}`,
    ).toEqual(before.messages.map((m) => m.position));
  }
  expect(strike).toBeGreaterThan(4);
  expect(setAsideAmong(await diskIo.list(log.spoolFolder))).toEqual([]);
});

test('archive reader: between two pages all goes into the archive', async () => {
  const log = await write(numbered(40));
  const before = await inSpool(log);
  for (const moved of [1, 5, 9]) {
    const reader = readerOf(log);
    const first: SpooledMessage[] = [];
    let at = 0;
    for (let page = 0; page < moved; page++) {
      const { messages, next, damages } = await reader.read(at, log.end, 150);
      expect(damages).toEqual([]);
      first.push(...messages.map((message) => ({ ...message, payload: Buffer.from(message.payload) })));
      at = next;
    }
    await archive(log, log.positions[10 * (moved % 4)]!);
    const rest = await readAll(reader, at, log.end, 150);
    expect([...first, ...rest.messages]).toEqual(before.messages);
    expect(rest.damages).toEqual([]);
  }
});
