import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import { storableText } from '../../domain/storable-text.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { HeardItem, QuarantineEntry } from '../quarantine/quarantine.ts';
import { shownFields } from './shown-fields.ts';

/** Rows of one statement: nine columns each. */
const ROWS = 100;

interface Name {
  collector: string;
  named_by: 'id' | 'address';
  name: string;
}

interface Heard extends Name {
  newest: HeardItem;
  /** Receipts of its readings. */
  receivedMs: number[];
}

/** How far a meter is noted. */
interface Noted {
  firstMs: number;
  lastMs: number;
  messages: number;
}

/**
 * Notes what entries say of meters that the registry does not know; call it in the transaction that stores them, with
 * those that were not stored before. What was received before the newest that is noted has been replayed, and counts
 * once. Of more than `maximum` meters those of the collectors with most of them make room, the longest silent first: one
 * that makes up names pushes out nobody else's.
 */
export async function noteHeardMeters(
  trx: Kysely<Database>,
  entries: readonly QuarantineEntry[],
  maximum: number,
): Promise<void> {
  const heard = maximum === 0 ? [] : [...heardOf(entries).values()];
  if (heard.length === 0) return;
  for (const part of inParts(heard, ROWS)) {
    const noted = await notedOf(trx, part);
    const rows = part.flatMap((one) => rowOf(one, noted.get(keyOf(one))) ?? []);
    if (rows.length === 0) continue;
    await trx
      .insertInto('heard_meter')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['collector', 'named_by', 'name']).doUpdateSet((eb) => ({
          format: eb.ref('excluded.format'),
          first_at: eb.ref('excluded.first_at'),
          last_at: eb.ref('excluded.last_at'),
          messages: eb.ref('excluded.messages'),
          last_fields: eb.ref('excluded.last_fields'),
          other_addresses: eb.ref('excluded.other_addresses'),
        })),
      )
      .execute();
  }
  await makeRoom(trx, maximum);
}

function heardOf(entries: readonly QuarantineEntry[]): Map<string, Heard> {
  const found = new Map<string, Heard>();
  const newestMs = new Map<string, number>();
  for (const { heard, collector: sender, receivedAtMs, reason, meter, address } of entries) {
    const named_by = reason === 'unknown-meter' ? 'id' : 'address';
    // As the database has them: what differs here and not there would be one row written twice by one statement.
    const name = storableText((named_by === 'id' ? meter : address) ?? '');
    const collector = storableText(sender);
    if (heard === undefined || name === '') continue;
    const key = keyOf({ collector, named_by, name });
    const known = found.get(key);
    if (known === undefined) found.set(key, { collector, named_by, name, newest: heard, receivedMs: [receivedAtMs] });
    else known.receivedMs.push(receivedAtMs);
    if (known !== undefined && receivedAtMs >= (newestMs.get(key) ?? 0)) known.newest = heard;
    newestMs.set(key, Math.max(receivedAtMs, newestMs.get(key) ?? 0));
  }
  return found;
}

async function notedOf(trx: Kysely<Database>, names: readonly Name[]): Promise<Map<string, Noted>> {
  const rows = await trx
    .selectFrom('heard_meter')
    .select(['collector', 'named_by', 'name', 'first_at', 'last_at', 'messages'])
    .where((eb) => eb.or(names.map(({ collector, named_by, name }) => eb.and({ collector, named_by, name }))))
    .execute();
  return new Map(
    rows.map(({ first_at: firstMs, last_at: lastMs, messages, ...row }) => [keyOf(row), { firstMs, lastMs, messages }]),
  );
}

function rowOf({ collector, named_by, name, newest, receivedMs }: Heard, noted: Noted | undefined) {
  const lastMs = noted?.lastMs ?? Number.NEGATIVE_INFINITY;
  const news = receivedMs.filter((ms) => ms > lastMs);
  if (news.length === 0) return undefined;
  const others = newest.otherAddresses ?? [];
  return {
    collector,
    named_by,
    name,
    format: newest.format,
    first_at: news.reduce((first, ms) => Math.min(first, ms), noted?.firstMs ?? Number.MAX_SAFE_INTEGER),
    last_at: news.reduce((last, ms) => Math.max(last, ms), lastMs),
    messages: (noted?.messages ?? 0) + news.length,
    last_fields: JSON.stringify(shownFields(newest.fields)),
    other_addresses: others.length === 0 ? null : JSON.stringify(others),
  };
}

function keyOf({ collector, named_by, name }: { collector: string; named_by: string; name: string }): string {
  return JSON.stringify([collector, named_by, name]);
}

async function makeRoom(trx: Kysely<Database>, maximum: number): Promise<void> {
  const { count } = await trx
    .selectFrom('heard_meter')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count <= maximum) return;
  const collectors = await trx
    .selectFrom('heard_meter')
    .select((eb) => ['collector', eb.fn.countAll<number>().as('meters')] as const)
    .groupBy('collector')
    .orderBy('meters', 'desc')
    .orderBy((eb) => eb.fn.min('last_at'))
    .execute();
  const surplus = surplusOf(
    collectors.map(({ meters }) => meters),
    count - maximum,
  );
  for (const [index, meters] of surplus.entries()) {
    const silent = await trx
      .selectFrom('heard_meter')
      .select(['collector', 'named_by', 'name'])
      .where('collector', '=', collectors[index]!.collector)
      .orderBy('last_at')
      .limit(meters)
      .execute();
    for (const part of inParts(silent, ROWS)) {
      await trx
        .deleteFrom('heard_meter')
        .where((eb) => eb.or(part.map((name) => eb.and(name))))
        .execute();
    }
  }
}

/** What each of falling counts gives up for `total` to go: the largest are brought down to one level. */
function surplusOf(counts: readonly number[], total: number): number[] {
  let largest = 0;
  let sum = 0;
  let level = 0;
  for (; largest < counts.length; largest++) {
    sum += counts[largest]!;
    level = Math.max(0, Math.floor((sum - total) / (largest + 1)));
    if (sum >= total && level >= (counts[largest + 1] ?? 0)) break;
  }
  const given: number[] = [];
  let left = total;
  for (const meters of counts.slice(0, largest + 1)) {
    const gives = Math.min(left, meters - level);
    left -= gives;
    given.push(gives);
  }
  return given;
}
