import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import { createSparkplugSessions } from '../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory } from '../../gateway/directory.ts';
import { openDrain, type Drain } from '../../gateway/drain.ts';
import { openCursor } from '../../gateway/spool/cursor.ts';
import { diskIo } from '../../gateway/spool/disk-io.ts';
import { openSpool, type Spool } from '../../gateway/spool/open-spool.ts';
import { pruneSpool } from '../../gateway/spool/prune-spool.ts';
import { createSpoolReader } from '../../gateway/spool/read-spool.ts';
import type { SpoolIo } from '../../gateway/spool/spool-io.ts';
import { createLossyDisk, restoreImage, type DiskImage } from '../support/lossy-disk.ts';
import { createMemoryQuarantine } from '../support/memory-quarantine.ts';
import { createMemoryRedeliveries } from '../support/memory-redeliveries.ts';
import { createMemoryReadingStore, type MemoryReadingStore } from '../support/memory-reading-store.ts';
import { openTestBroker, RECEIVED_AT_MS } from '../support/open-test-broker.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { spoolContents } from '../support/spool-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';

const COLLECTORS = ['c1', 'c2', 'c3', 'c4'];
const MESSAGES_EACH = 100;
const MOMENTS = 40;

/** A power loss: what the clients held for acknowledged, what the store had confirmed, what the disk kept. */
interface Moment {
  acknowledged: string[];
  stored: MemoryReadingStore['rows'];
  images: { kind: string; image: DiskImage }[];
}

interface Load {
  seed: number;
  /** Stores and prunes while the messages come in. */
  draining: boolean;
  /** Makes the disk's promises worthless, to see that the loss is found. */
  breakIo?: (io: SpoolIo) => SpoolIo;
}

/** Publishes from real clients and loses power at random moments of the run: each step of the disk, each PUBACK. */
async function momentsOf({ seed, draining, breakIo }: Load): Promise<{ root: string; moments: Moment[] }> {
  const random = seededRandom(seed);
  const root = await tempFolder();
  const acknowledged: string[] = [];
  const store = createMemoryReadingStore();
  const moments: Moment[] = [];
  let steps = 0;
  // Reservoir sampling: of all steps of the run, each is as likely.
  const onStep = (): void => {
    steps++;
    const slot = moments.length < MOMENTS ? moments.length : Math.floor(random() * steps);
    if (slot >= MOMENTS) return;
    moments[slot] = {
      acknowledged: [...acknowledged],
      stored: new Map(store.rows),
      images: [
        { kind: 'exactly what was synced', image: disk.afterPowerLoss() },
        { kind: 'parts of the rest too', image: disk.afterUnkindPowerLoss(random) },
      ],
    };
  };
  const disk = createLossyDisk(onStep);
  const io = breakIo?.(disk.io) ?? disk.io;

  let drain: Drain | undefined;
  let onFatal: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (onFatal = reject));
  const spool = await openSpool({ ...spoolOptions(root, io, (position) => drain?.committed(position)), onFatal });
  if (draining) {
    drain = await openDrainOn(root, io, store, (position) => pruneSpool(join(root, 'spool'), position, io));
  }
  const broker = await openTestBroker(spool);
  const published = Promise.all(
    COLLECTORS.map(async (collector) => {
      const client = await broker.connect(collector);
      const publish = async (n: number): Promise<void> => {
        const reading = { ts: RECEIVED_AT_MS - n * 1000, total: n };
        await client.publishAsync(`energy/v1/${collector}/${collector}-m/reading`, JSON.stringify(reading), { qos: 1 });
        acknowledged.push(keyOf(collector, reading.ts));
        onStep();
      };
      await Promise.all(Array.from({ length: MESSAGES_EACH }, (_, n) => publish(n)));
      await client.endAsync();
    }),
  );
  await Promise.race([published, failed]);
  await drain?.close();
  await broker.close();
  await spool.close();
  return { root, moments };
}

/** Acknowledged messages that are neither readable in the spool nor in the store after the restart at `image`. */
async function lostBy(moment: Moment, image: DiskImage, root: string, draining: boolean): Promise<string[]> {
  const folder = await tempFolder();
  await restoreImage(image, root, folder);
  const store = createMemoryReadingStore();
  for (const [key, row] of moment.stored) store.rows.set(key, row);
  let drain: Drain | undefined;
  const spool: Spool = await openSpool(spoolOptions(folder, diskIo, (position) => drain?.committed(position)));
  const found = new Set<string>();
  if (draining) {
    drain = await openDrainOn(folder, diskIo, store, () => Promise.resolve());
    drain.committed(spool.committed());
    expect(await drain.settle(10_000)).toBe(true);
    await drain.close();
    for (const row of store.rows.values()) found.add(keyOf(row.meter.slice(0, 2), row.observedAtMs));
  } else {
    const { messages } = await spoolContents(join(folder, 'spool'), spool.committed());
    for (const { source, payload } of messages) {
      found.add(keyOf(source, (JSON.parse(Buffer.from(payload).toString()) as { ts: number }).ts));
    }
  }
  await spool.close();
  return moment.acknowledged.filter((key) => !found.has(key));
}

/** Loses power at every chosen moment in both ways, and lists what is gone. */
async function losses(load: Load): Promise<{ moments: number; acknowledged: number; lost: string[] }> {
  const { root, moments } = await momentsOf(load);
  const lost: string[] = [];
  for (const [index, moment] of moments.entries()) {
    for (const { kind, image } of moment.images) {
      const gone = await lostBy(moment, image, root, load.draining);
      if (gone.length > 0) lost.push(`moment ${index}, ${kind}: ${gone.length} of ${moment.acknowledged.length} lost`);
    }
  }
  return { moments: moments.length, acknowledged: Math.max(...moments.map((m) => m.acknowledged.length)), lost };
}

for (const draining of [false, true]) {
  const how = draining ? 'stored or in the spool, while draining and pruning' : 'readable in the spool';

  for (const seed of [1, 2]) {
    test(`power loss: what was acknowledged is ${how} (seed ${seed})`, async () => {
      const { moments, acknowledged, lost } = await losses({ seed, draining });
      expect(lost).toEqual([]);
      expect(moments).toBeGreaterThanOrEqual(30);
      expect(acknowledged).toBeGreaterThan((COLLECTORS.length * MESSAGES_EACH) / 2);
    });
  }

  // The same test must find a spool that promises too much: else it shows nothing.
  test(`power loss: without fdatasync a loss is found (${how})`, async () => {
    expect((await losses({ seed: 3, draining, breakIo: withoutDatasync })).lost).not.toEqual([]);
  });

  test(`power loss: without fsync of the folder a loss is found (${how})`, async () => {
    expect((await losses({ seed: 4, draining, breakIo: withoutFolderSync })).lost).not.toEqual([]);
  });
}

function keyOf(collector: string, ts: number): string {
  return `${collector}/${ts}`;
}

// Small segments and commits, so that many of them begin and end during the run.
function spoolOptions(root: string, io: SpoolIo, onCommitted: (position: number) => void) {
  return {
    folder: join(root, 'spool'),
    io,
    segmentBytes: 4096,
    commitBytes: 1024,
    retryFullMs: 1,
    onCommitted,
    onFatal: (error: Error) => {
      throw error;
    },
  };
}

async function openDrainOn(
  root: string,
  io: SpoolIo,
  store: MemoryReadingStore,
  onAdvanced: (position: number) => Promise<unknown>,
): Promise<Drain> {
  const directory = createDirectory();
  directory.replace({
    readers: [],
    collectors: [],
    meters: COLLECTORS.map((collectorId) => ({
      id: `${collectorId}-m`,
      collectorId,
      medium: 'electricity' as const,
      registerUnit: 'kWh',
    })),
  });
  return openDrain({
    reader: createSpoolReader(join(root, 'spool')),
    cursor: await openCursor(join(root, 'cursor.json'), io),
    directory,
    store,
    quarantine: createMemoryQuarantine(),
    redeliveries: createMemoryRedeliveries(),
    now: Date.now,
    baseTopic: 'energy/v1',
    zone: createZone('Asia/Shanghai'),
    limits: { maxAheadMs: 60_000, retentionMs: 86_400_000, frameClockMs: 86_400_000 },
    sparkplug: { sessions: createSparkplugSessions(), save: async () => undefined },
    batchBytes: 2048,
    batchAgeMs: 0,
    retryMs: { first: 1, longest: 10 },
    onAdvanced: async (position) => void (await onAdvanced(position)),
  });
}

function withoutDatasync(io: SpoolIo): SpoolIo {
  return {
    ...io,
    create: async (path) => ({ ...(await io.create(path)), datasync: () => Promise.resolve() }),
    open: async (path) => ({ ...(await io.open(path)), datasync: () => Promise.resolve() }),
  };
}

function withoutFolderSync(io: SpoolIo): SpoolIo {
  return { ...io, syncFolder: () => Promise.resolve() };
}
