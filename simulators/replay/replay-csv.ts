import { setTimeout as pause } from 'node:timers/promises';

import { openLink } from '../fleet/link.ts';
import { readingTopic } from '../fleet/topics.ts';
import { readCsvColumn } from './read-csv-column.ts';
import { type RegisterReading, registerOfRows } from './register-of-rows.ts';

export interface ReplayOptions {
  /** `mqtt://host:port` */
  url: string;
  collector: string;
  token: string;
  meter: string;
  file: string;
  /** Heading or index (the first column is 0). */
  column: string | number;
  /** Zone of the file's times; default Asia/Shanghai. */
  zone?: string;
  /** Unit of the amounts, sent with every reading; the meter's own where left out. */
  unit?: string;
  /** How many times faster than it was recorded; as fast as the broker takes it where left out. */
  speed?: number;
  /** Readings in a message; default 500. */
  batch?: number;
  /** Rows of zero have no reading. */
  skipZero?: boolean;
  onProgress?: (sent: number, of: number) => void;
  signal?: AbortSignal;
}

/**
 * Replays recorded hourly amounts as a rising register through a real MQTT client at QoS 1; resolves with the number
 * of readings once all are acknowledged. Throws PlatformError as `readCsvColumn` and `openLink` do.
 */
export async function replayCsv(options: ReplayOptions): Promise<number> {
  const { url, collector, token, batch = 500, onProgress, signal } = options;
  const rows = await readCsvColumn(options.file, options.column, options.zone);
  const readings = registerOfRows(rows, { skipZero: options.skipZero ?? false });
  const link = await openLink({ url, username: collector, password: token });
  const topic = readingTopic(collector, options.meter);
  const unit = options.unit === undefined ? {} : { unit: options.unit };
  let sent = 0;
  try {
    for await (const due of paced(readings, batch, options.speed, signal)) {
      await link.publish(topic, JSON.stringify(due.map((reading) => ({ ...reading, ...unit }))));
      sent += due.length;
      onProgress?.(sent, readings.length);
    }
    await link.drained();
  } finally {
    await link.close(signal?.aborted === true);
  }
  return sent;
}

/** Readings in batches, each as soon as its last one is due by the recorded times over `speed`. */
async function* paced(
  readings: readonly RegisterReading[],
  batch: number,
  speed: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RegisterReading[]> {
  const startedMs = performance.now();
  const dueMs = ({ ts }: RegisterReading): number =>
    speed === undefined ? 0 : startedMs + (ts - readings[0]!.ts) / speed;
  for (let at = 0; at < readings.length;) {
    signal?.throwIfAborted();
    const waitMs = dueMs(readings[at]!) - performance.now();
    // oxlint-disable-next-line no-await-in-loop -- the pace of the recording
    if (waitMs > 0) await pause(waitMs, undefined, { ...(signal && { signal }) });
    let end = at + 1;
    while (end < readings.length && end - at < batch && dueMs(readings[end]!) <= performance.now()) end++;
    yield readings.slice(at, end);
    at = end;
  }
}
