import { readdir } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { pruneSpool } from '../../../../gateway/spool/prune-spool.ts';
import { segmentBases } from '../../../../gateway/spool/segment.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('prune: removes the segments before the position, none that holds a later record, never the newest', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { segmentBytes: 200, commitBytes: 1 });
  const positions = await Promise.all(Array.from({ length: 20 }, (_, index) => spool.append(spoolMessage(`${index}`))));
  for (const position of positions) {
    const before = segmentBases(await readdir(folder));
    const removed = await pruneSpool(folder, position, diskIo);
    expect(segmentBases(await readdir(folder))).toEqual(before.slice(removed));
    const { messages, damages } = await spoolContents(folder, spool.committed(), { from: position });
    expect(messages.map((message) => message.position)).toEqual(positions.filter((at) => at >= position));
    expect(damages).toEqual([]);
  }
  await pruneSpool(folder, spool.committed() + 1_000_000, diskIo);
  expect(segmentBases(await readdir(folder)).length).toBe(1);

  await spool.append(spoolMessage('after'));
  await spool.close();
  const reopened = await openTestSpool(folder);
  expect(reopened.committed()).toBeGreaterThan(spool.committed());
});
