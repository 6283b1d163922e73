import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openCursor } from '../../../../gateway/spool/cursor.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('cursor: stands at 0 before it was written, and where it was left afterwards', async () => {
  const file = join(await tempFolder(), 'cursor.json');
  const cursor = await openCursor(file, diskIo);
  expect(cursor.position()).toBe(0);
  await cursor.advance(4096);
  await cursor.advance(8192);
  expect(cursor.position()).toBe(8192);
  expect((await openCursor(file, diskIo)).position()).toBe(8192);
});

test('cursor: written beside, synced, renamed, the folder synced, and only then moved', async () => {
  const folder = await tempFolder();
  const io = createControlledIo();
  const cursor = await openCursor(join(folder, 'cursor.json'), io);
  const gate = io.hold('syncFolder');
  const advanced = cursor.advance(4096);
  await gate.reached;
  expect(cursor.position()).toBe(0);
  gate.release();
  await advanced;
  expect(cursor.position()).toBe(4096);
  expect(io.calls.map((call) => call.replace(/ (?!cursor).*/, ' folder'))).toEqual([
    'create cursor.json.new',
    'write cursor.json.new',
    'datasync cursor.json.new',
    'close cursor.json.new',
    'rename cursor.json',
    'syncFolder folder',
  ]);
});

for (const operation of ['create', 'write', 'datasync', 'rename', 'syncFolder'] as const) {
  test(`cursor: when ${operation} fails it stays, keeps no file open, and can be moved later`, async () => {
    const file = join(await tempFolder(), 'cursor.json');
    const io = createControlledIo();
    const cursor = await openCursor(file, io);
    await cursor.advance(1);
    io.fail(operation, 'EIO');
    await expect(cursor.advance(2)).rejects.toMatchObject({ code: 'EIO' });
    expect(cursor.position()).toBe(1);
    expect(io.openFiles()).toBe(0);
    await cursor.advance(3);
    expect((await openCursor(file, io)).position()).toBe(3);
  });
}

for (const operation of ['create', 'write', 'datasync'] as const) {
  test(`cursor: on a full disk (${operation}) it moves within the block that it has`, async () => {
    const file = join(await tempFolder(), 'cursor.json');
    const io = createControlledIo();
    const cursor = await openCursor(file, io);
    await cursor.advance(1);
    io.fail(operation, 'ENOSPC');
    await cursor.advance(2);
    expect(cursor.position()).toBe(2);
    expect(io.openFiles()).toBe(0);
    expect(await positionsIn(file)).toEqual([1, 2]);
    expect((await openCursor(file, io)).position()).toBe(2);
    await cursor.advance(3);
    expect(await positionsIn(file)).toEqual([3]);
  });
}

test('cursor: a line that was cut off while it was added does not count', async () => {
  const file = join(await tempFolder(), 'cursor.json');
  await writeFile(file, '{"position":1}\n{"position":2}\n{"posi');
  expect((await openCursor(file, diskIo)).position()).toBe(2);
});

for (const { name, text } of [
  { name: 'empty', text: '' },
  { name: 'cut off', text: '{"position": 12' },
  { name: 'zeros', text: '\0\0\0\0' },
  { name: 'null', text: 'null' },
  { name: 'a string', text: '{"position":"5"}' },
  { name: 'a fraction', text: '{"position":5.5}' },
  { name: 'negative', text: '{"position":-5}' },
  { name: 'without position', text: '{}' },
]) {
  test(`cursor: an unreadable file (${name}) means from the beginning`, async () => {
    const file = join(await tempFolder(), 'cursor.json');
    await writeFile(file, text);
    expect((await openCursor(file, diskIo)).position()).toBe(0);
  });
}

test('cursor: what a crash left beside is overwritten', async () => {
  const file = join(await tempFolder(), 'cursor.json');
  await writeFile(`${file}.new`, 'half a curs');
  const cursor = await openCursor(file, diskIo);
  await cursor.advance(7);
  expect(await positionsIn(file)).toEqual([7]);
});

test('cursor: one whose digits were damaged stands for none, whatever they say now', async () => {
  const file = join(await tempFolder(), 'cursor.json');
  await (await openCursor(file, diskIo)).advance(1234);
  const text = await readFile(file, 'utf8');
  for (const digits of ['9234', '12345', '0']) {
    await writeFile(file, text.replace('1234', digits));
    expect((await openCursor(file, diskIo)).position()).toBe(0);
    expect((await openCursor(file, diskIo, 16)).position()).toBe(16);
  }
  await writeFile(file, text);
  expect((await openCursor(file, diskIo, 16)).position()).toBe(1234);
});

async function positionsIn(file: string): Promise<number[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { position: number }).position);
}
