import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { normaliseAddress } from '../../domain/meter-address.ts';
import { WIRE_FORMAT_IDS, type WireFormat } from '../../domain/wire-format.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Change } from '../accounts/audit.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import type { MeterInput } from '../registry/meter-input.ts';
import { createMeter } from '../registry/meters.ts';
import { findHeardMeter, type HeardMeter } from './heard-meters.ts';

/** A heard meter that is to be registered: how it was heard of its `collectorId`, and what it is. */
export type Adoption = MeterInput & { namedBy: 'id' | 'address'; heardAs: string };

/** A meter as it was adopted. */
export interface AdoptedMeter {
  id: string;
  collectorId: string;
  address: string | null;
}

/**
 * Registers meters that were heard, all or none; what quarantine holds of them is asked for with that. Fails with
 * `not-found` where one was not heard, `bad-request` where it would be registered by another name than it was heard by,
 * and as entering a meter does, each time saying which of several it is.
 */
export async function adoptMeters(
  db: Kysely<Database>,
  adoptions: readonly Adoption[],
  change: Change,
  zone: Zone,
): Promise<AdoptedMeter[]> {
  return inTransaction(db, async (trx) => {
    const adopted: AdoptedMeter[] = [];
    for (const [index, adoption] of adoptions.entries()) {
      try {
        adopted.push(await adopt(trx, adoption, change, zone));
      } catch (error) {
        if (adoptions.length === 1 || !(error instanceof PlatformError)) throw error;
        const { code, message, retryable } = error;
        throw new PlatformError(code, `${index}: ${adoption.heardAs}: ${message}`, { retryable, cause: error });
      }
    }
    return adopted;
  });
}

async function adopt(
  trx: Kysely<Database>,
  { namedBy, heardAs, ...given }: Adoption,
  change: Change,
  zone: Zone,
): Promise<AdoptedMeter> {
  const name = namedBy === 'id' ? heardAs : normaliseAddress(heardAs);
  const heard = await findHeardMeter(trx, { collector: given.collectorId, namedBy, name });
  if (heard === undefined) {
    const what = namedBy === 'id' ? `id ${heardAs}` : `address ${heardAs}`;
    throw new PlatformError(
      'not-found',
      `heardAs: ${given.collectorId} has named no unregistered meter by the ${what}`,
    );
  }
  const input: MeterInput = { ...given, format: given.format ?? formatOf(heard), address: addressFor(heard, given) };
  if (namedBy === 'id' && input.id !== name) {
    throw new PlatformError('bad-request', `id: messages name this meter ${name}; register it by that id`);
  }
  await createMeter(trx, input, change, zone);
  return { id: input.id, collectorId: input.collectorId, address: input.address ?? null };
}

function addressFor({ namedBy, name, otherAddresses }: HeardMeter, { address }: MeterInput): string | undefined {
  if (namedBy === 'id') return address;
  if (address === undefined) return name;
  if ([name, ...otherAddresses].includes(normaliseAddress(address))) return address;
  throw new PlatformError(
    'bad-request',
    `address: messages name this meter ${[name, ...otherAddresses].join(' or ')}; register it by that address`,
  );
}

function formatOf({ format, namedBy }: HeardMeter): WireFormat | undefined {
  // The platform's own JSON names meters by their ids, and so do topics: it says nothing of the meter.
  if (namedBy === 'id') return undefined;
  return WIRE_FORMAT_IDS.find((id) => id === format);
}
