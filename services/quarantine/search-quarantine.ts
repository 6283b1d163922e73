import type { Kysely } from 'kysely';

import type { QuarantineFilter } from '../../domain/quarantine-filter.ts';
import { scanQuarantined, type QuarantinedItem } from '../../storage/relational/quarantined.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** An item in quarantine with the bytes of its message. */
export interface FoundItem extends QuarantinedItem {
  payload: Buffer;
}

/** What a page may carry: a message is as large as its sender made it. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** Items that fit, the newest first, those before the id `before`; fewer than `limit` where their bytes are many. `next` where there are more. */
export async function searchQuarantine(
  db: Kysely<Database>,
  filter: QuarantineFilter,
  page: { before?: number | undefined; limit: number },
): Promise<{ items: FoundItem[]; next: number | undefined }> {
  const { before, limit } = page;
  const scanned = await scanQuarantined(db, filter, {
    order: 'desc',
    ...(before === undefined ? {} : { behind: before }),
    limit: limit + 1,
  });
  let bytes = 0;
  const tooMuch = scanned.findIndex((item, index) => (bytes += item.bytes) > PAGE_BYTES && index > 0);
  const shown = scanned.slice(0, tooMuch < 0 ? limit : Math.min(limit, tooMuch));
  const payloads = await payloadsOf(db, [...new Set(shown.map(({ position }) => position))]);
  const items = shown.flatMap((item) => {
    const payload = payloads.get(item.position);
    // Let go or replayed since it was found.
    return payload === undefined ? [] : [{ ...item, payload }];
  });
  return { items, next: shown.length < scanned.length ? shown.at(-1)?.id : undefined };
}

async function payloadsOf(db: Kysely<Database>, positions: readonly number[]): Promise<Map<number, Buffer>> {
  if (positions.length === 0) return new Map();
  const rows = await db
    .selectFrom('quarantine_message')
    .select(['position', 'payload'])
    .where('position', 'in', positions)
    .execute();
  return new Map(rows.map(({ position, payload }) => [position, Buffer.from(payload)]));
}
