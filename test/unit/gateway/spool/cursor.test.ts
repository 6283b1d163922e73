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
    expect(await readFile(file, 'utf8')).toBe('{"position":1}\n{"position":2}\n');
    expect((await openCursor(file, io)).position()).toBe(2);
    await cursor.advance(3);
    expect(await readFile(file, 'utf8')).toBe('{"position":3}\n');
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
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ position: 7 });
});
