import type { QuarantineReason } from '../domain/reading.ts';
import type { DecodedItem } from './decode/decoded.ts';
import type { Directory, DirectoryMeter } from './directory.ts';

/** The meter that an item is of, or why it is of none of the collector's. */
export type ResolvedMeter =
  | { ok: true; meter: DirectoryMeter }
  | { ok: false; reason: QuarantineReason; detail: string };

/**
 * Finds the meter of an item among those of its collector: by the id that it names, or else by its address, in the
 * notation that comes first.
 */
export function resolveMeter(
  item: Pick<DecodedItem, 'meter' | 'address' | 'otherAddresses'>,
  collector: string,
  directory: Pick<Directory, 'meter' | 'metersAt'>,
): ResolvedMeter {
  if (item.meter === undefined) return byAddress(item.address ?? '', item.otherAddresses ?? [], collector, directory);
  const meter = directory.meter(item.meter);
  if (meter === undefined) return refuse('unknown-meter', `No meter ${item.meter} is registered`);
  return meter.collectorId === collector ? { ok: true, meter } : foreign(`Meter ${meter.id}`, collector);
}

function byAddress(
  address: string,
  others: readonly string[],
  collector: string,
  directory: Pick<Directory, 'metersAt'>,
): ResolvedMeter {
  let isKnown = false;
  for (const notation of [address, ...others]) {
    const meters = directory.metersAt(notation);
    const meter = meters.find(({ collectorId }) => collectorId === collector);
    if (meter !== undefined) return { ok: true, meter };
    isKnown ||= meters.length > 0;
  }
  if (isKnown) return foreign(`The meter with the address ${address}`, collector);
  return refuse('unknown-address', `No meter of ${collector} is registered with the address ${address}`);
}

function foreign(meter: string, collector: string): ResolvedMeter {
  return refuse('foreign-meter', `${meter} belongs to another collector than ${collector}`);
}

function refuse(reason: QuarantineReason, detail: string): ResolvedMeter {
  return { ok: false, reason, detail };
}
