import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { createSpoolReader } from '../../../../gateway/spool/read-spool.ts';
import { SEGMENT_HEADER_BYTES, segmentBases, segmentName } from '../../../../gateway/spool/segment.ts';
import { setAsideAmong } from '../../../../gateway/spool/set-aside.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('spool: what was appended is read back in order, at the position that append told', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const texts = Array.from({ length: 100 }, (_, index) => `{"total":${index}}`);
  const positions = await Promise.all(texts.map((text) => spool.append(spoolMessage(text))));
  const { messages, damages } = await spoolContents(folder, spool.committed());
  expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(texts);
  expect(messages.map(({ position }) => position)).toEqual(positions);
  expect(damages).toEqual([]);
  expect(spool.pending()).toBe(0);
});

test('spool: what comes in while the disk is busy is one group, one write and one sync', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io });
  const gate = io.hold('datasync');
  const first = spool.append(spoolMessage('first'));
  await gate.reached;
  const others = Array.from({ length: 50 }, (_, index) => spool.append(spoolMessage(`other ${index}`)));
  io.calls.length = 0;
  gate.release();
  await Promise.all([first, ...others]);
  expect(io.calls.map((call) => call.split(' ')[0])).toEqual(['datasync', 'write', 'datasync']);
  expect(spool.commits.length).toBe(2);
});

test('spool: a group is no larger than commitBytes, unless one message alone is', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io, commitBytes: 100 });
  io.calls.length = 0;
  await Promise.all([1, 2, 3].map((n) => spool.append(spoolMessage('x'.repeat(200 * n)))));
  expect(io.calls.filter((call) => call.startsWith('write')).length).toBe(3);
});

test('spool: onCommitted tells the position before which everything is on disk', async () => {
  const spool = await openTestSpool(await tempFolder());
  const position = await spool.append(spoolMessage('a'));
  expect(spool.commits).toEqual([spool.committed()]);
  expect(spool.commits[0]).toBeGreaterThan(position);
});

test('spool: rolls into a new segment, named after where the last one ends', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { segmentBytes: 500, commitBytes: 1 });
  const texts = Array.from({ length: 40 }, (_, index) => `{"total":${index}}`);
  await Promise.all(texts.map((text) => spool.append(spoolMessage(text))));
  const names = (await readdir(folder)).sort();
  expect(names.length).toBeGreaterThan(4);
  let base = 0;
  for (const name of names) {
    expect(name).toBe(segmentName(base));
    base += (await stat(join(folder, name))).size;
  }
  expect(base).toBe(spool.committed());
  const { messages, damages } = await spoolContents(folder, spool.committed());
  expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(texts);
  expect(damages).toEqual([]);
});

test('spool: a new segment is written, synced and its folder synced before the first record of it', async () => {
  const io = createControlledIo();
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { io, segmentBytes: 1 });
  await spool.append(spoolMessage('a'));
  io.calls.length = 0;
  await spool.append(spoolMessage('b'));
  expect(io.calls.map((call) => call.split(' ')[0])).toEqual([
    'close',
    'create',
    'write',
    'datasync',
    'syncFolder',
    'write',
    'datasync',
  ]);
});

test('spool: opened again, it goes on behind what stands there', async () => {
  const folder = await tempFolder();
  let total = 0;
  let last = -1;
  for (let opening = 0; opening < 4; opening++) {
    const spool = await openTestSpool(folder);
    expect(spool.tornBytes).toBe(0);
    for (let n = 0; n < opening; n++) {
      const position = await spool.append(spoolMessage(`${total++}`));
      expect(position).toBeGreaterThan(last);
      last = position;
    }
    await spool.close();
  }
  const spool = await openTestSpool(folder);
  const { messages, damages } = await spoolContents(folder, spool.committed());
  expect(messages.map(({ payload }) => Number(Buffer.from(payload).toString()))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(damages).toEqual([]);
});

test('spool: with its folder lost and the cursor not, positions go on behind the cursor', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { atLeast: 5000 });
  const position = await spool.append(spoolMessage('{}'));
  expect(position).toBeGreaterThan(5000);
  const reader = createSpoolReader(folder);
  onTestFinished(() => reader.close());
  const { messages } = await reader.read(5000, spool.committed(), 1_000_000);
  expect(messages.map((message) => message.position)).toEqual([position]);
});

test('spool: torn at every byte of the last record it opens, and loses nothing before it', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  await spool.append(spoolMessage('{"total":1}'));
  const lastStart = await spool.append(spoolMessage('{"total":2}'));
  const end = spool.committed();
  await spool.close();
  const whole = join(folder, segmentName(0));

  for (let cut = lastStart; cut < end; cut++) {
    const copy = join(folder, `cut-${cut}`);
    await mkdir(copy);
    await copyFile(whole, join(copy, segmentName(0)));
    await truncate(join(copy, segmentName(0)), cut);

    const reopened = await openTestSpool(copy);
    expect(reopened.tornBytes).toBe(cut - lastStart);
    await reopened.append(spoolMessage('{"total":3}'));
    const { messages, damages } = await spoolContents(copy, reopened.committed(), { pageBytes: 32 });
    expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['{"total":1}', '{"total":3}']);
    expect(damages).toEqual([]);
    await reopened.close();
  }
});

for (const segments of ['one segment', 'several segments'] as const) {
  test(`spool: any flipped byte of ${segments}, opened again: its own record alone is lost, and told with its position`, async () => {
    const folder = await tempFolder();
    const options = segments === 'one segment' ? {} : { segmentBytes: 130, commitBytes: 1 };
    const spool = await openTestSpool(folder, options);
    const texts = ['{"total":1}', '{"total":2}', '', '{"total":4}'];
    const positions = await Promise.all(texts.map((text) => spool.append(spoolMessage(text))));
    const end = spool.committed();
    await spool.close();
    const bases = segmentBases(await readdir(folder));

    for (const [index, base] of bases.entries()) {
      const whole = await readFile(join(folder, segmentName(base)));
      for (let offset = 0; offset < whole.length; offset++) {
        const copy = join(folder, `flipped-${base}-${offset}`);
        await mkdir(copy);
        for (const other of bases) await copyFile(join(folder, segmentName(other)), join(copy, segmentName(other)));
        const bytes = Buffer.from(whole);
        bytes[offset]! ^= 0x41;
        await writeFile(join(copy, segmentName(base)), bytes);

        const reopened = await openTestSpool(copy);
        await reopened.append(spoolMessage('after'));
        const hit = offset < SEGMENT_HEADER_BYTES ? -1 : positions.findLastIndex((at) => at <= base + offset);
        const { messages } = await spoolContents(copy, reopened.committed(), { pageBytes: 70, setAsideBy: diskIo });
        expect(
          messages.map(({ payload }) => Buffer.from(payload).toString()),
          `segment ${index}, byte ${offset}`,
        ).toEqual([...texts.filter((_, n) => n !== hit), 'after']);
        const bytesHit = Math.min(positions[hit + 1] ?? end, bases[index + 1] ?? end) - (positions[hit] ?? 0);
        // With its length gone, nothing tells a flipped last record from one that was written in part.
        const isLength = base + offset < (positions.at(-1) ?? 0) + 4;
        const kind = hit === positions.length - 1 && isLength ? 'torn' : 'damaged';
        const want = hit < 0 ? [] : [{ kind, position: positions[hit], bytes: bytesHit }];
        expect(setAsideAmong(await diskIo.list(copy))).toEqual(want);
        await reopened.close();
      }
    }
  }, 30_000);
}

test('spool: torn within the header of a new segment it opens and loses nothing before it', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  await spool.append(spoolMessage('{"total":1}'));
  const end = spool.committed();
  await spool.close();

  for (let length = 0; length <= SEGMENT_HEADER_BYTES; length++) {
    const copy = join(folder, `header-${length}`);
    await mkdir(copy);
    await copyFile(join(folder, segmentName(0)), join(copy, segmentName(0)));
    await writeFile(join(copy, segmentName(end)), Buffer.alloc(length, 0x7f));
    const reopened = await openTestSpool(copy);
    await reopened.append(spoolMessage('{"total":2}'));
    const { messages, damages } = await spoolContents(copy, reopened.committed());
    expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['{"total":1}', '{"total":2}']);
    expect(damages).toEqual([]);
    await reopened.close();
  }
});

test('spool: a torn tail is kept aside for whoever wants to look', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  await spool.append(spoolMessage('a'));
  const end = spool.committed();
  await spool.close();
  const path = join(folder, segmentName(0));
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('torn tail')]));

  const reopened = await openTestSpool(folder);
  expect(reopened.tornBytes).toBe(9);
  expect((await readFile(join(folder, `${end}-${end + 9}.torn`))).toString()).toBe('torn tail');
  expect((await stat(path)).size).toBe(end);
});

test('spool: closing commits what waits, then takes nothing more', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const appended = Array.from({ length: 10 }, (_, index) => spool.append(spoolMessage(`${index}`)));
  await spool.close();
  await Promise.all(appended);
  expect((await spoolContents(folder, spool.committed())).messages.length).toBe(10);
  await expect(spool.append(spoolMessage('late'))).rejects.toMatchObject({ code: 'spool-failed' });
});
