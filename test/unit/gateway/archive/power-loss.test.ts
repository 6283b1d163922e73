import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openArchive } from '../../../../gateway/archive/open-archive.ts';
import { diskIo } from '../../../../gateway/spool/disk-io.ts';
import { segmentBases } from '../../../../gateway/spool/segment.ts';
import type { SpoolIo } from '../../../../gateway/spool/spool-io.ts';
import { createLossyDisk, restoreImage, type DiskImage } from '../../../support/lossy-disk.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const MESSAGES = 16;
const TIMEOUT_MS = 30_000;
const NOW_MS = 1_767_225_600_000;

const optionsOn = (root: string, io: SpoolIo) => ({
  spoolFolder: join(root, 'spool'),
  folder: join(root, 'archive'),
  days: 1,
  io,
  now: () => NOW_MS,
});

/** Archives, loses power before and after every step of the disk, and lists what cannot be read afterwards. */
async function lossesWhileKeeping(seed: number, breakIo: (io: SpoolIo) => SpoolIo = (io) => io): Promise<string[]> {
  const root = await tempFolder();
  const random = seededRandom(seed);
  const images: DiskImage[] = [];
  let archiving = false;
  const disk = createLossyDisk(() => {
    if (archiving) images.push(disk.afterPowerLoss(), disk.afterUnkindPowerLoss(random));
  });
  const spool = await openTestSpool(join(root, 'spool'), { io: disk.io, segmentBytes: 300, commitBytes: 1 });
  const messages = Array.from({ length: MESSAGES }, (_, n) => spoolMessage(`{"total":${n}}`));
  const positions = await Promise.all(messages.map((message) => spool.append(message)));
  await spool.close();
  const archive = await openArchive(optionsOn(root, breakIo(disk.io)));
  archiving = true;
  await archive.keep(spool.committed());
  // Only now a removal of segments is on disk for sure.
  await disk.io.syncFolder(join(root, 'spool'));
  archiving = false;
  await archive.close();
  expect(archive.status().failure).toBe('');
  expect(images.length).toBeGreaterThan(40);

  const lost: string[] = [];
  for (const [index, image] of images.entries()) {
    const after = await tempFolder();
    await restoreImage(image, root, after);
    const reopened = await openTestSpool(join(after, 'spool'));
    const restored = await openArchive(optionsOn(after, diskIo));
    for (const when of ['after the restart', 'after archiving again']) {
      for (const [n, position] of positions.entries()) {
        const read = await restored.messageAt(position).catch(() => undefined);
        if (read === undefined || !Buffer.from(read.payload).equals(Buffer.from(messages[n]!.payload)))
          lost.push(`image ${index}, message ${n}, ${when}`);
      }
      await restored.keep(reopened.committed());
    }
    expect(segmentBases(await readdir(join(after, 'spool'))).length).toBe(1);
    expect((await readdir(join(after, 'archive'))).filter((name) => !name.endsWith('.archive'))).toEqual([]);
    await restored.close();
    await reopened.close();
  }
  return lost;
}

test(
  'archive: a power loss at any step of archiving loses no message',
  async () => {
    expect(await lossesWhileKeeping(1)).toEqual([]);
  },
  TIMEOUT_MS,
);

// The same test must find an archive that removes too early: else it shows nothing.
test(
  'archive: without fdatasync a loss is found',
  async () => {
    const lost = await lossesWhileKeeping(2, (io) => ({
      ...io,
      create: async (path) => ({ ...(await io.create(path)), datasync: () => Promise.resolve() }),
    }));
    expect(lost).not.toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'archive: without fsync of its folder a loss is found',
  async () => {
    const lost = await lossesWhileKeeping(3, (io) => ({ ...io, syncFolder: () => Promise.resolve() }));
    expect(lost).not.toEqual([]);
  },
  TIMEOUT_MS,
);
