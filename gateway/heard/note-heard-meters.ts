import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import { storableText } from '../../domain/storable-text.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { QuarantineEntry } from '../quarantine/quarantine.ts';
import { shownFields } from './shown-fields.ts';

/** Rows of one statement: nine columns each. */
const ROWS = 100;

interface Heard {
  collector: string;
  namedBy: 'id' | 'address';
  name: string;
  newest: QuarantineEntry;
  firstMs: number;
  messages: number;
}

/**
 * Notes what entries say of meters that the registry does not know; call it in the transaction that stores them, with
 * those that were not stored before. Of more than `maximum` meters the longest silent ones make room.
 */
export async function noteHeardMeters(
  trx: Kysely<Database>,
  entries: readonly QuarantineEntry[],
  maximum: number,
): Promise<void> {
  const heard = maximum === 0 ? [] : [...heardOf(entries).values()];
  if (heard.length === 0) return;
  for (const part of inParts(heard, ROWS)) {
    await trx
      .insertInto('heard_meter')
      .values(
        part.map(({ collector, namedBy, name, newest, firstMs, messages }) => ({
          collector,
          named_by: namedBy,
          name,
          format: newest.heard?.format ?? null,
          first_at: firstMs,
          last_at: newest.receivedAtMs,
          messages,
          last_fields: JSON.stringify(shownFields(newest.heard?.fields ?? {})),
          other_addresses: otherAddresses(newest),
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['collector', 'named_by', 'name']).doUpdateSet((eb) => {
          const isNewer = eb('excluded.last_at', '>=', eb.ref('heard_meter.last_at'));
          const newer = <C extends 'format' | 'last_at' | 'last_fields' | 'other_addresses'>(column: C) =>
            eb
              .case()
              .when(isNewer)
              .then(eb.ref(`excluded.${column}`))
              .else(eb.ref(`heard_meter.${column}`))
              .end();
          return {
            format: newer('format'),
            last_at: newer('last_at'),
            last_fields: newer('last_fields'),
            other_addresses: newer('other_addresses'),
            first_at: eb
              .case()
              .when(eb('excluded.first_at', '<', eb.ref('heard_meter.first_at')))
              .then(eb.ref('excluded.first_at'))
              .else(eb.ref('heard_meter.first_at'))
              .end(),
            messages: eb('heard_meter.messages', '+', eb.ref('excluded.messages')),
          };
        }),
      )
      .execute();
  }
  await makeRoom(trx, maximum);
}

function heardOf(entries: readonly QuarantineEntry[]): Map<string, Heard> {
  const found = new Map<string, Heard>();
  for (const entry of entries) {
    const { heard, receivedAtMs } = entry;
    const namedBy = entry.reason === 'unknown-meter' ? 'id' : 'address';
    // As the database has them: what differs here and not there would be one row written twice by one statement.
    const name = storableText((namedBy === 'id' ? entry.meter : entry.address) ?? '');
    const collector = storableText(entry.collector);
    if (heard === undefined || name === '') continue;
    const key = JSON.stringify([collector, namedBy, name]);
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { collector, namedBy, name, newest: entry, firstMs: receivedAtMs, messages: 1 });
      continue;
    }
    known.messages++;
    known.firstMs = Math.min(known.firstMs, receivedAtMs);
    if (receivedAtMs >= known.newest.receivedAtMs) known.newest = entry;
  }
  return found;
}

function otherAddresses({ heard }: QuarantineEntry): string | null {
  const others = heard?.otherAddresses ?? [];
  return others.length === 0 ? null : JSON.stringify(others);
}

async function makeRoom(trx: Kysely<Database>, maximum: number): Promise<void> {
  const { count } = await trx
    .selectFrom('heard_meter')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count <= maximum) return;
  const silent = await trx
    .selectFrom('heard_meter')
    .select(['collector', 'named_by', 'name'])
    .orderBy('last_at')
    .limit(count - maximum)
    .execute();
  for (const part of inParts(silent, ROWS)) {
    await trx
      .deleteFrom('heard_meter')
      .where((eb) => eb.or(part.map(({ collector, named_by, name }) => eb.and({ collector, named_by, name }))))
      .execute();
  }
}
