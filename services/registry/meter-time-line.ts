import type { Zone } from '../../domain/zone.ts';
import type { LifeEntry, LifeState } from '../api/schemas/meter-life.ts';
import { periodOn, type Period } from './dated-periods.ts';
import { dayOf, startOf, type Device, type MeterEvent, type MeterHistory } from './meter-history.ts';

/** Who entered something of a meter's life, and what was noted with it. */
export interface LifeSignature {
  atMs: number;
  by: string | null;
  note: string | null;
}

/** The entry's id of a multiplier or a move that begins on a day. */
export function datedEntryId(kind: 'multiplier' | 'move', from: string): string {
  return `${kind}-${from}`;
}

/**
 * A meter's history as one time line, oldest first. What holds from the beginning is no entry, and a multiplier that
 * came with a replacement stands in that one.
 */
export function entriesOf(
  history: MeterHistory,
  zone: Zone,
  signatures: ReadonlyMap<string, LifeSignature>,
): LifeEntry[] {
  const { events, multipliers, shares } = history;
  const ofReplacement = new Set(events.filter(({ multiplier }) => multiplier !== undefined).map((e) => dayOf(e, zone)));
  const entries = [
    ...events.map((event) => ({ ms: event.atMs, entry: entryOfEvent(event, history, zone) })),
    ...laterPeriods(multipliers, zone)
      .filter(({ period }) => !ofReplacement.has(period.from))
      .map(({ ms, period, last }) => ({ ms, entry: entryOfPeriod('multiplier', period, last) })),
    ...laterPeriods(shares, zone).map(({ ms, period, last }) => ({ ms, entry: entryOfPeriod('move', period, last) })),
  ];
  return entries
    .toSorted((a, b) => a.ms - b.ms || (a.entry.id < b.entry.id ? -1 : 1))
    .map(({ entry }) => {
      const signature = signatures.get(entry.id);
      if (signature === undefined) return entry;
      const enteredAt = zone.iso(signature.atMs);
      return { ...entry, enteredAt, by: signature.by, note: entry.note ?? signature.note };
    });
}

function entryOfEvent(event: MeterEvent, { multipliers }: MeterHistory, zone: Zone): LifeEntry {
  const date = dayOf(event, zone);
  const before: LifeState = stateOf(event.before);
  const after: LifeState = stateOf(event.after);
  if (event.multiplier !== undefined) {
    const last = multipliers.findLast(({ from }) => from < date);
    if (last !== undefined) before.multiplier = last.value;
    after.multiplier = periodOn(multipliers, date)?.value ?? event.multiplier;
  }
  return {
    id: `event-${event.id ?? 0}`,
    kind: event.kind,
    at: zone.iso(event.atMs),
    date,
    before: Object.keys(before).length === 0 ? null : before,
    after: Object.keys(after).length === 0 ? null : after,
    closingRegister: event.closingRegister,
    openingRegister: event.openingRegister,
    note: event.note,
    enteredAt: zone.iso(event.createdAtMs),
    by: null,
  };
}

function entryOfPeriod<T>(kind: 'multiplier' | 'move', period: Period<T>, last: Period<T>): LifeEntry {
  const state = (value: T): LifeState =>
    (kind === 'multiplier' ? { multiplier: value } : { shares: value }) as LifeState;
  return {
    id: datedEntryId(kind, period.from),
    kind,
    at: null,
    date: period.from,
    before: state(last.value),
    after: state(period.value),
    closingRegister: null,
    openingRegister: null,
    note: null,
    enteredAt: null,
    by: null,
  };
}

function laterPeriods<T>(
  periods: readonly Period<T>[],
  zone: Zone,
): { ms: number; period: Period<T>; last: Period<T> }[] {
  return periods.slice(1).map((period, index) => ({ ms: startOf(period, zone), period, last: periods[index]! }));
}

function stateOf(device: Device): LifeState {
  const names = {
    register_modulus: 'registerModulus',
    rated_maximum: 'ratedMaximum',
    address: 'address',
    certificate: 'certificate',
    certificate_expires: 'certificateExpires',
  } as const;
  return Object.fromEntries(Object.entries(device).map(([column, value]) => [names[column as keyof Device], value]));
}
