import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { QuarantineEntry } from '../../../../gateway/quarantine/quarantine.ts';
import { withReach } from '../../../../gateway/quarantine/with-reach.ts';
import { openCursor } from '../../../../gateway/spool/cursor.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { createMemoryQuarantine } from '../../../support/memory-quarantine.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const entry = (position: number): QuarantineEntry => ({
  position,
  index: -1,
  receivedAtMs: 0,
  topic: 't',
  collector: 'c',
  payload: new Uint8Array(),
  reason: 'not-json',
  detail: '',
});

test('reach: the file is ahead of what quarantine holds before it holds it, and no further', async () => {
  const file = join(await tempFolder(), 'quarantine.reach');
  const io = createControlledIo();
  const memory = createMemoryQuarantine();
  const quarantine = withReach(memory, await openCursor(file, io));
  const reaches: number[] = [];
  memory.before = async () => void reaches.push((await openCursor(file, io)).position());
  for (const position of [100, 200, 50, 300]) await quarantine.put([entry(position + 5), entry(position)]);
  expect(reaches).toEqual([106, 206, 206, 306]);
  expect(io.calls.filter((call) => call.startsWith('rename'))).toHaveLength(3);
});

test('reach: where it cannot be written nothing goes to quarantine', async () => {
  const io = createControlledIo();
  const memory = createMemoryQuarantine();
  const quarantine = withReach(memory, await openCursor(join(await tempFolder(), 'quarantine.reach'), io));
  io.fail('rename', 'EIO');
  await expect(quarantine.put([entry(7)])).rejects.toMatchObject({ code: 'EIO' });
  expect(memory.entries.size).toBe(0);
  await quarantine.put([entry(7)]);
  expect(memory.entries.size).toBe(1);
});
