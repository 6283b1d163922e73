import type { SpoolPage, SpoolReader } from '../spool/read-spool.ts';
import type { DeferredRange } from './deferred-ranges.ts';

/**
 * The first messages that wait, of about `maxBytes` of the log, at least one where there is one; all listed before
 * `next` are among them, or cannot be read any more.
 */
export async function readDeferred(
  reader: SpoolReader,
  ranges: readonly DeferredRange[],
  maxBytes: number,
): Promise<SpoolPage> {
  const piece: SpoolPage = { messages: [], next: 0, damages: [] };
  let bytes = 0;
  for (const { from, to } of ranges) {
    piece.next = from;
    while (piece.next < to && bytes < maxBytes) {
      const page = await reader.read(piece.next, to, maxBytes - bytes);
      for (const message of page.messages) piece.messages.push(message);
      piece.damages.push(...page.damages);
      bytes += page.next - piece.next;
      // Where nothing can be read nothing will come.
      piece.next = page.next > piece.next ? page.next : to;
    }
    if (bytes >= maxBytes) break;
  }
  return piece;
}
