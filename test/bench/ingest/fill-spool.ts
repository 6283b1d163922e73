import { diskIo } from '../../../gateway/spool/disk-io.ts';
import { openSpool } from '../../../gateway/spool/open-spool.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { LoadConnection } from './load-client.ts';

/** What stands in a spool that was filled. */
export interface FilledSpool {
  messages: number;
  bytes: number;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const COMMIT_BYTES = 4 * 1024 * 1024;
/** Appended before the next are made: bounds the memory. */
const AT_ONCE = 20_000;
const STEP_MS = 60_000;
const DAY_MS = 86_400_000;
const FIRST_WH = 1_000_000_000;
/** 1.5 kW in the mean, at a reading a minute. */
const MOST_WH_A_STEP = 50;
const MOST_LATE_MS = 5000;

/**
 * Writes `messages` of one reading each into a new spool, the meters in turn, up to the present. Registers rise by
 * chance and messages come some seconds late, so that what is stored is as hard to pack as what meters send.
 */
export async function fillSpool(
  folder: string,
  connections: readonly LoadConnection[],
  messages: number,
): Promise<FilledSpool> {
  const spool = await openSpool({
    folder,
    io: diskIo,
    segmentBytes: SEGMENT_BYTES,
    commitBytes: COMMIT_BYTES,
    retryFullMs: 1000,
    onCommitted: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const meters = connections.flatMap(({ username, topics }) => topics.map((topic) => ({ source: username, topic })));
  const random = seededRandom(messages);
  const registersWh = meters.map(() => FIRST_WH * random());
  const firstMs = Date.now() - Math.ceil(messages / meters.length) * STEP_MS - DAY_MS;
  for (let sent = 0; sent < messages; sent += AT_ONCE) {
    const group = Array.from({ length: Math.min(AT_ONCE, messages - sent) }, (_, n) => {
      const meter = (sent + n) % meters.length;
      const ts = firstMs + Math.floor((sent + n) / meters.length) * STEP_MS;
      registersWh[meter]! += Math.round(random() * MOST_WH_A_STEP);
      const payload = Buffer.from(`{"ts":${ts},"total":${(registersWh[meter]! / 1000).toFixed(3)}}`);
      return spool.append({ receivedAtMs: ts + Math.round(random() * MOST_LATE_MS), ...meters[meter]!, payload });
    });
    await Promise.all(group);
  }
  await spool.close();
  return { messages, bytes: spool.committed() };
}
