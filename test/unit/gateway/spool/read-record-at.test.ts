import { truncate } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readRecordAt } from '../../../../gateway/spool/read-record-at.ts';
import { segmentName } from '../../../../gateway/spool/segment.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('record at: the message that begins at a position, in any segment and of any size; elsewhere none', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { segmentBytes: 6000, commitBytes: 1 });
  const messages = [0, 10, 4000, 4096, 5000, 100_000, 3, 0].map((bytes, n) =>
    spoolMessage(String(n).repeat(bytes), { receivedAtMs: n }),
  );
  const positions = await Promise.all(messages.map((message) => spool.append(message)));
  for (const [n, position] of positions.entries()) {
    expect(await readRecordAt(folder, position)).toEqual({ ...messages[n], position });
    expect(await readRecordAt(folder, position + 1)).toBeUndefined();
    expect(await readRecordAt(folder, position - 1)).toBeUndefined();
  }
  expect(await readRecordAt(folder, spool.committed())).toBeUndefined();
  expect(await readRecordAt(await tempFolder(), 16)).toBeUndefined();
});

test('record at: one that was cut off is none', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const position = await spool.append(spoolMessage('x'.repeat(2_000_000)));
  await spool.close();
  await truncate(join(folder, segmentName(0)), 100_000);
  expect(await readRecordAt(folder, position)).toBeUndefined();
});
