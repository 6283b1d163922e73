import { copyFile, mkdir, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createSpoolReader } from '../../../../gateway/spool/read-spool.ts';
import { SEGMENT_HEADER_BYTES, segmentBases, segmentName } from '../../../../gateway/spool/segment.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

interface Written {
  folder: string;
  texts: string[];
  positions: number[];
  end: number;
  bases: number[];
}

async function write(texts: string[], segmentBytes: number): Promise<Written> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { segmentBytes, commitBytes: 1 });
  const positions = await Promise.all(texts.map((text) => spool.append(spoolMessage(text))));
  await spool.close();
  const bases = segmentBases(await readdir(folder));
  return { folder, texts, positions, end: spool.committed(), bases };
}

const textsOf = (messages: { payload: Uint8Array }[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString());
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `{"total":${index}}`);

test('reader: pages of any size give the same records, also smaller than a record and across segments', async () => {
  const texts = numbered(12).map((text, index) => text + ' '.repeat(index * 17));
  const { folder, end, positions } = await write(texts, 300);
  for (const pageBytes of [1, 7, 8, 9, 63, 64, 100, 333, 1000, 1_000_000]) {
    const { messages, damages } = await spoolContents(folder, end, { pageBytes });
    expect(textsOf(messages), `pages of ${pageBytes}`).toEqual(texts);
    expect(messages.map(({ position }) => position)).toEqual(positions);
    expect(damages).toEqual([]);
  }
});

test('reader: from the position of any record on', async () => {
  const { folder, texts, positions, end } = await write(numbered(12), 300);
  for (const [index, from] of positions.entries()) {
    expect(textsOf((await spoolContents(folder, end, { from })).messages)).toEqual(texts.slice(index));
  }
});

test('reader: stops at the end it is told, though more stands behind it', async () => {
  const { folder, texts, positions } = await write(numbered(12), 300);
  for (const [index, end] of positions.entries()) {
    const { messages, damages } = await spoolContents(folder, end, { pageBytes: 50 });
    expect(textsOf(messages)).toEqual(texts.slice(0, index));
    expect(damages).toEqual([]);
  }
});

test('reader: at the end, or in an empty folder, there is nothing and nothing moves', async () => {
  const { folder, end } = await write(numbered(2), 300);
  const reader = createSpoolReader(folder);
  expect(await reader.read(end, end, 100)).toEqual({ messages: [], next: end, damages: [] });
  await reader.close();
  const empty = createSpoolReader(await tempFolder());
  expect(await empty.read(0, 100, 100)).toEqual({ messages: [], next: 0, damages: [] });
});

test('reader: beside a running writer it sees each committed record once', async () => {
  const folder = await tempFolder();
  const texts = numbered(200);
  const seen: string[] = [];
  const reader = createSpoolReader(folder);
  let position = 0;
  let reading = Promise.resolve();
  const catchUp = async (end: number): Promise<void> => {
    while (position < end) {
      const page = await reader.read(position, end, 200);
      expect(page.damages).toEqual([]);
      seen.push(...textsOf(page.messages));
      position = page.next;
    }
  };
  const spool = await openTestSpool(folder, {
    segmentBytes: 700,
    commitBytes: 200,
    onCommitted: (end) => void (reading = reading.then(() => catchUp(end))),
  });
  await Promise.all(texts.map((text) => spool.append(spoolMessage(text))));
  await reading;
  expect(seen).toEqual(texts);
  await reader.close();
});

test('reader: a missing segment is damage, and reading goes on behind it', async () => {
  const { folder, texts, positions, end, bases } = await write(numbered(12), 300);
  for (const [index, base] of bases.entries()) {
    const next = bases[index + 1];
    if (next === undefined) continue;
    const copy = await copyOf(folder, `without-${index}`);
    await unlink(join(copy, segmentName(base)));
    const { messages, damages } = await spoolContents(copy, end, { pageBytes: 50 });
    expect(textsOf(messages)).toEqual(texts.filter((_, at) => positions[at]! < base || positions[at]! >= next));
    const damaged = damages.reduce((sum, { bytes }) => sum + bytes, 0);
    // Before the first segment that is left, its header counts with what is missing.
    expect(next - base - damaged, `segment ${index}`).toBeLessThanOrEqual(SEGMENT_HEADER_BYTES);
    expect(damaged).toBeGreaterThan(0);
  }
});

test('reader: a segment that lost its end is damage of that many bytes, whatever the page', async () => {
  const { folder, texts, positions, end, bases } = await write(numbered(12), 300);
  const keep = positions[1]! + 11;
  expect(keep).toBeLessThan(bases[1]!);
  for (const pageBytes of [1, 20, 1000]) {
    const copy = await copyOf(folder, `cut-${pageBytes}`);
    await truncate(join(copy, segmentName(0)), keep);
    const { messages, damages } = await spoolContents(copy, end, { pageBytes });
    expect(textsOf(messages)).toEqual(texts.filter((_, at) => at < 1 || positions[at]! >= bases[1]!));
    expect(damages.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bases[1]! - positions[1]!);
  }
});

const FLIPPED = numbered(4);

for (const pageBytes of [1, 70, 100_000]) {
  test(`reader: any flipped byte loses its own record alone and is told, pages of ${pageBytes}`, async () => {
    const { folder, positions, end, bases } = await write(FLIPPED, 200);
    for (const [index, base] of bases.entries()) {
      const path = join(folder, segmentName(base));
      const whole = await readFile(path);
      for (let offset = 0; offset < whole.length; offset++) {
        const bytes = Buffer.from(whole);
        bytes[offset]! ^= 0x41;
        await writeFile(path, bytes);
        const at = base + offset;
        const hit = offset < SEGMENT_HEADER_BYTES ? -1 : positions.findLastIndex((position) => position <= at);
        const { messages, damages } = await spoolContents(folder, end, { pageBytes });
        expect(textsOf(messages), `segment ${index}, byte ${offset}`).toEqual(FLIPPED.filter((_, n) => n !== hit));
        const start = positions[hit] ?? 0;
        const nextStart = Math.min(positions[hit + 1] ?? end, bases[index + 1] ?? end);
        expect(damages).toEqual(hit < 0 ? [] : [{ position: start, bytes: nextStart - start }]);
      }
      await writeFile(path, whole);
    }
  });
}

async function copyOf(folder: string, name: string): Promise<string> {
  const copy = join(folder, name);
  await mkdir(copy);
  for (const file of await readdir(folder)) {
    if (file.endsWith('.segment')) await copyFile(join(folder, file), join(copy, file));
  }
  return copy;
}
