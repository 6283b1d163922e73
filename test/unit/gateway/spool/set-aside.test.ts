import { appendFile, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { createSpoolReader, type Damage } from '../../../../gateway/spool/read-spool.ts';
import { segmentBases, segmentName } from '../../../../gateway/spool/segment.ts';
import { setAsideAmong, setAside } from '../../../../gateway/spool/set-aside.ts';
import type { SpoolIo } from '../../../../gateway/spool/spool-io.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

async function write(segmentBytes: number): Promise<{ folder: string; positions: number[]; end: number }> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { segmentBytes, commitBytes: 1 });
  const positions = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => spool.append(spoolMessage(`{"total":${n}}`))));
  await spool.close();
  return { folder, positions, end: spool.committed() };
}

async function readAll(folder: string, end: number, io?: SpoolIo): Promise<Damage[]> {
  const reader = createSpoolReader(folder, io === undefined ? {} : { setAsideBy: io });
  const damages: Damage[] = [];
  for (let position = 0; position < end;) {
    const page = await reader.read(position, end, 100);
    damages.push(...page.damages);
    position = page.next;
  }
  await reader.close();
  return damages;
}

async function flip(path: string, offset: number): Promise<Buffer> {
  const bytes = await readFile(path);
  bytes[offset]! ^= 0x20;
  await writeFile(path, bytes);
  return bytes;
}

test('set aside: a damaged record is copied out, once, and remembered after its segment is gone', async () => {
  const { folder, positions, end } = await write(1e6);
  const [from, to] = [positions[2]!, positions[3]!];
  const bytes = await flip(join(folder, segmentName(0)), from + 30);
  const io = createControlledIo();
  const want = [{ kind: 'damaged', position: from, bytes: to - from }];
  expect(await readAll(folder, end, io)).toEqual([{ position: from, bytes: to - from }]);
  expect(await readAll(folder, end, io)).toEqual([{ position: from, bytes: to - from }]);
  expect(io.calls.filter((call) => call.startsWith('create'))).toEqual([`create ${from}-${to}.damaged`]);
  expect(await readFile(join(folder, `${from}-${to}.damaged`))).toEqual(bytes.subarray(from, to));
  expect(setAsideAmong(await diskIo.list(folder))).toEqual(want);
  await unlink(join(folder, segmentName(0)));
  await openTestSpool(folder);
  expect(setAsideAmong(await diskIo.list(folder))).toEqual(want);
});

test('set aside: on disk before the page that tells it is handed out', async () => {
  const { folder, positions, end } = await write(1e6);
  await flip(join(folder, segmentName(0)), positions[0]! + 30);
  const io = createControlledIo();
  await readAll(folder, end, io);
  expect(io.calls.map((call) => call.split(' ')[0])).toEqual([
    'list',
    'create',
    'write',
    'datasync',
    'close',
    'syncFolder',
  ]);
});

test('set aside: missing stretches are remembered without bytes', async () => {
  const { folder, positions, end } = await write(100);
  const bases = segmentBases(await readdir(folder));
  expect(bases.length).toBeGreaterThan(2);
  await unlink(join(folder, segmentName(0)));
  const cut = positions.find((position) => position > bases[1]!)! + 5;
  await truncate(join(folder, segmentName(bases[1]!)), cut - bases[1]!);
  const damages = await readAll(folder, end, diskIo);
  expect(damages.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(0);
  expect(setAsideAmong(await diskIo.list(folder))).toEqual([
    { kind: 'missing', position: 0, bytes: bases[1] },
    { kind: 'damaged', position: cut - 5, bytes: 5 },
    { kind: 'missing', position: cut, bytes: bases[2]! - cut },
  ]);
});

test('set aside: a torn tail is listed beside', async () => {
  const { folder, end } = await write(1e6);
  await appendFile(join(folder, segmentName(0)), 'torn tail');
  await openTestSpool(folder);
  expect(setAsideAmong(await diskIo.list(folder))).toEqual([{ kind: 'torn', position: end, bytes: 9 }]);
});

test('set aside: without being asked to, reading writes nothing', async () => {
  const { folder, positions, end } = await write(1e6);
  await flip(join(folder, segmentName(0)), positions[0]! + 30);
  expect((await readAll(folder, end)).length).toBe(1);
  expect(setAsideAmong(await diskIo.list(folder))).toEqual([]);
});

for (const operation of ['list', 'create', 'write', 'datasync', 'syncFolder'] as const) {
  test(`set aside: a full disk (${operation}) does not stop the reading`, async () => {
    const { folder, positions, end } = await write(1e6);
    await flip(join(folder, segmentName(0)), positions[1]! + 30);
    const io = createControlledIo();
    io.fail(operation, 'ENOSPC', Number.POSITIVE_INFINITY);
    expect(await readAll(folder, end, io)).toEqual([{ position: positions[1], bytes: positions[2]! - positions[1]! }]);
    expect(io.openFiles()).toBe(0);
    // Its name alone tells where and how much.
    if (operation === 'write' || operation === 'datasync')
      expect(setAsideAmong(await diskIo.list(folder)).length).toBe(1);
  });
}

test('set aside: of a long stretch a megabyte is copied, and a thousand stretches are remembered at most', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, segmentName(0)), Buffer.alloc(3_000_000, 7));
  await setAside(folder, [{ kind: 'damaged', position: 16, bytes: 2_999_984 }], diskIo);
  expect((await readFile(join(folder, '16-3000000.damaged'))).length).toBe(1024 * 1024);
  expect(setAsideAmong(await diskIo.list(folder))).toEqual([{ kind: 'damaged', position: 16, bytes: 2_999_984 }]);
  const many = Array.from({ length: 1100 }, (_, n) => ({
    kind: 'missing' as const,
    position: 5_000_000 + n,
    bytes: 1,
  }));
  const io: SpoolIo = {
    ...diskIo,
    create: async (path) => ({ ...(await diskIo.create(path)), datasync: () => Promise.resolve() }),
  };
  await setAside(folder, many, io);
  expect(setAsideAmong(await diskIo.list(folder)).length).toBe(1000);
});
