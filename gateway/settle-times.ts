import { createHash } from 'node:crypto';

import { sequenceKey, type RedeliveryMemory, type SequenceKey } from './redelivery.ts';
import type { Batch } from './sort-out.ts';

/** A reading without a time that comes again this much later, or later still, is another one. */
export const REDELIVERED_WITHIN_MS = 86_400_000;

/**
 * Gives readings that carry a sequence number instead of a time the time of their first delivery, so that a redelivery
 * changes nothing. First deliveries are remembered before the rows are stored: a crash in between gives the same times.
 */
export async function settleTimes(batch: Pick<Batch, 'rows' | 'undated'>, memory: RedeliveryMemory): Promise<void> {
  if (batch.undated.length === 0) return;
  const keys = batch.undated.map(({ seq, content, from }): SequenceKey => {
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 32);
    return { meter: batch.rows[from]!.meter, seq, digest };
  });
  const known = await memory.recall(keys);
  const news = new Map<string, SequenceKey & { observedAtMs: number }>();
  const times: number[] = [];
  let oldestMs = Number.POSITIVE_INFINITY;
  for (const [index, key] of keys.entries()) {
    const { receivedAtMs } = batch.rows[batch.undated[index]!.from]!;
    oldestMs = Math.min(oldestMs, receivedAtMs);
    const name = sequenceKey(key);
    const firstMs = known.get(name);
    if (firstMs !== undefined && isRedelivery(firstMs, receivedAtMs)) {
      times.push(firstMs);
      continue;
    }
    times.push(receivedAtMs);
    // Bytes from before what is remembered (replayed, or drained once more) do not take its place.
    if (firstMs !== undefined && receivedAtMs < firstMs) continue;
    known.set(name, receivedAtMs);
    news.set(name, { ...key, observedAtMs: receivedAtMs });
  }
  if (news.size > 0) await memory.remember([...news.values()], oldestMs - REDELIVERED_WITHIN_MS);
  for (const [index, { from, to }] of batch.undated.entries())
    for (const row of batch.rows.slice(from, to)) row.observedAtMs = times[index]!;
}

function isRedelivery(firstMs: number, receivedAtMs: number): boolean {
  return receivedAtMs >= firstMs && receivedAtMs - firstMs < REDELIVERED_WITHIN_MS;
}
