import type { QuarantineReason } from '../domain/reading.ts';
import type { DecodedItem } from './decode/decoded.ts';
import type { Directory, DirectoryMeter } from './directory.ts';

/**
 * The meter that an item is of, or why it is of none of the collector's. `address` is the notation by which the registry
 * has it, where it has: by that name it is looked for when the registry changes.
 */
export type ResolvedMeter =
  | { ok: true; meter: DirectoryMeter; address?: string }
  | { ok: false; reason: QuarantineReason; detail: string; address?: string };

/**
 * Finds the meter of an item among those of its collector: by the id that it names, or else by its address, in the
 * first notation by which a meter is found that had not ended at `receivedAtMs`; where all had, by the first by which
 * one is found. Of meters that had the same address one after another it is the one of that instant.
 */
export function resolveMeter(
  item: Pick<DecodedItem, 'meter' | 'address' | 'otherAddresses'>,
  collector: string,
  receivedAtMs: number,
  directory: Pick<Directory, 'meter' | 'metersAt'>,
): ResolvedMeter {
  if (item.meter === undefined) {
    const notations = [item.address ?? '', ...(item.otherAddresses ?? [])];
    return byAddress(notations, collector, receivedAtMs, directory);
  }
  const meter = directory.meter(item.meter);
  if (meter === undefined) return refuse('unknown-meter', `No meter ${item.meter} is registered`);
  return meter.collectorId === collector ? { ok: true, meter } : foreign(`Meter ${meter.id}`, collector);
}

function byAddress(
  notations: readonly string[],
  collector: string,
  receivedAtMs: number,
  directory: Pick<Directory, 'metersAt'>,
): ResolvedMeter {
  let known: string | undefined;
  let ended: { meter: DirectoryMeter; address: string } | undefined;
  for (const notation of notations) {
    const meters = directory.metersAt(notation);
    const own = meters.filter(({ collectorId }) => collectorId === collector);
    if (own.length > 0) {
      const meter = own.length === 1 ? own[0]! : inUse(own, receivedAtMs);
      if (endOf(meter) > receivedAtMs) return { ok: true, meter, address: notation };
      ended ??= { meter, address: notation };
    }
    if (meters.length > 0) known ??= notation;
  }
  if (ended !== undefined) return { ok: true, ...ended };
  const [address = ''] = notations;
  if (known !== undefined) return { ...foreign(`The meter with the address ${known}`, collector), address: known };
  return refuse('unknown-address', `No meter of ${collector} is registered with the address ${address}`);
}

// The first that had not ended; after the end of all, the last.
function inUse(meters: readonly DirectoryMeter[], atMs: number): DirectoryMeter {
  const byEnd = meters.toSorted((a, b) => endOf(a) - endOf(b));
  return byEnd.find((meter) => endOf(meter) > atMs) ?? byEnd.at(-1)!;
}

function endOf({ endedAtMs = Number.MAX_VALUE }: DirectoryMeter): number {
  return endedAtMs;
}

function foreign(meter: string, collector: string): ResolvedMeter & { ok: false } {
  return refuse('foreign-meter', `${meter} belongs to another collector than ${collector}`);
}

function refuse(reason: QuarantineReason, detail: string): ResolvedMeter & { ok: false } {
  return { ok: false, reason, detail };
}
