import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { inParts } from '../domain/in-parts.ts';
import type { OrderedMeter, ReplayOrder } from '../domain/quarantine-filter.ts';
import type { QuarantineReason } from '../domain/reading.ts';
import type { Database } from '../storage/relational/schema.ts';
import { heardNames } from './heard/heard-names.ts';

/** Names of one statement. */
const NAMES = 200;
/** For which a message that names a meter may be a reading once the meter is registered as it is now. */
const BY_ID = ['unknown-meter', 'foreign-meter', 'meter-removed'] as const satisfies readonly QuarantineReason[];
/** `meter-removed`: the address was another meter's that had ended when the message came. */
const BY_ADDRESS = ['unknown-address', 'foreign-meter', 'meter-removed'] as const satisfies readonly QuarantineReason[];

/**
 * The orders by which a request is served, one after another: itself, or one for each name under which quarantine has
 * one of its meters. Of tens of thousands of meters entered at once almost none was ever heard.
 */
export async function ordersOf(db: Kysely<Database>, order: ReplayOrder): Promise<ReplayOrder[]> {
  const { meters, upToId } = order;
  if (meters === undefined) return [order];
  const orders: ReplayOrder[] = [];
  const collectorOf = new Map(meters.map(({ id, collector }) => [id, collector]));
  for (const { name, reason } of await quarantinedAs(db, 'meter', [...collectorOf.keys()], BY_ID)) {
    // Whoever named it before it was registered is judged now; of the others only its own collector can be right.
    const collector = reason === 'unknown-meter' ? undefined : collectorOf.get(name);
    orders.push({ meter: name, reasons: [reason], collector, upToId });
  }
  const collectorsOf = await collectorsByAddress(db, meters);
  for (const { name, reason } of await quarantinedAs(db, 'address', [...collectorsOf.keys()], BY_ADDRESS)) {
    for (const collector of collectorsOf.get(name) ?? []) {
      orders.push({ address: name, reasons: [reason], collector, upToId });
    }
  }
  return orders;
}

async function quarantinedAs<R extends QuarantineReason>(
  db: Kysely<Database>,
  column: 'meter' | 'address',
  names: readonly string[],
  reasons: readonly R[],
): Promise<{ name: string; reason: R }[]> {
  const found: { name: string; reason: R }[] = [];
  for (const part of inParts(names, NAMES)) {
    const rows = await db
      .selectFrom('quarantine')
      .select([column, 'reason'])
      .distinct()
      .where(column, 'in', part)
      .where('reason', 'in', reasons)
      .execute();
    for (const row of rows) found.push({ name: row[column] ?? '', reason: row.reason as R });
    await setImmediate();
  }
  return found;
}

// A frame names its meter by all of the address, the registry perhaps by the number on the label: what was heard says
// which is which.
async function collectorsByAddress(
  db: Kysely<Database>,
  meters: readonly OrderedMeter[],
): Promise<Map<string, Set<string>>> {
  const byAddress = new Map<string, Set<string>>();
  const add = (address: string, collector: string): void => {
    const collectors = byAddress.get(address);
    if (collectors === undefined) byAddress.set(address, new Set([collector]));
    else collectors.add(collector);
  };
  for (const { address, collector } of meters) if (address !== undefined) add(address, collector);
  for (const { namedBy, name, collector } of await heardNames(db, meters)) {
    if (namedBy === 'address') add(name, collector);
  }
  return byAddress;
}
