import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import { storableText } from '../../domain/storable-text.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** Once that somebody was heard whom the registry does not know. */
export interface HeardCollector {
  /** The MQTT user, or the collector that a topic names. */
  name: string;
  atMs: number;
  clientId: string;
  /** Of the other end of the connection. */
  address: string;
}

/** Several of one name: `atMs` and what stands beside it are of the last. */
export interface HeardOften extends HeardCollector {
  firstMs: number;
  times: number;
}
type Heard = HeardCollector & Partial<Pick<HeardOften, 'firstMs' | 'times'>>;

/** Rows of one statement: six columns each. */
const ROWS = 100;

/**
 * Notes who was heard; call it in a transaction. Of more than `maximum` names those heard but once make room first, the
 * longest silent before others: a device tries again and again, guesses are another name each time.
 */
export async function noteHeardCollectors(
  trx: Kysely<Database>,
  heard: readonly Heard[],
  maximum: number,
): Promise<void> {
  const names = maximum === 0 ? [] : [...byName(heard)];
  if (names.length === 0) return;
  for (const part of inParts(names, ROWS)) {
    await trx
      .insertInto('heard_collector')
      .values(
        part.map(([name, { firstMs, lastMs, times, clientId, address }]) => ({
          name,
          first_at: firstMs,
          last_at: lastMs,
          times,
          client_id: clientId,
          address,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => {
          const isNewer = eb('excluded.last_at', '>=', eb.ref('heard_collector.last_at'));
          const newer = <C extends 'last_at' | 'client_id' | 'address'>(column: C) =>
            eb
              .case()
              .when(isNewer)
              .then(eb.ref(`excluded.${column}`))
              .else(eb.ref(`heard_collector.${column}`))
              .end();
          return {
            last_at: newer('last_at'),
            client_id: newer('client_id'),
            address: newer('address'),
            times: eb('heard_collector.times', '+', eb.ref('excluded.times')),
          };
        }),
      )
      .execute();
  }
  await makeRoom(trx, maximum);
}

interface Sum {
  firstMs: number;
  lastMs: number;
  times: number;
  clientId: string;
  address: string;
}

function byName(heard: readonly Heard[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { name: given, atMs, firstMs = atMs, clientId, address, times = 1 } of heard) {
    // As the database has it: names that differ here and not there would be one row written twice by one statement.
    const name = storableText(given);
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { firstMs, lastMs: atMs, times, clientId, address });
    else {
      sum.times += times;
      sum.firstMs = Math.min(sum.firstMs, firstMs);
      if (atMs >= sum.lastMs) Object.assign(sum, { lastMs: atMs, clientId, address });
    }
  }
  return sums;
}

async function makeRoom(trx: Kysely<Database>, maximum: number): Promise<void> {
  const { count } = await trx
    .selectFrom('heard_collector')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count <= maximum) return;
  const silent = await trx
    .selectFrom('heard_collector')
    .select('name')
    .orderBy((eb) => eb.case().when('times', '>', 1).then(1).else(0).end())
    .orderBy('last_at')
    .limit(count - maximum)
    .execute();
  for (const part of inParts(silent, ROWS)) {
    const names = part.map(({ name }) => name);
    await trx.deleteFrom('heard_collector').where('name', 'in', names).execute();
  }
}
