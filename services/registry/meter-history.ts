import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Share } from '../api/schemas/meter.ts';
import type { Period } from './dated-periods.ts';
import type { MeterRow } from './meter-row.ts';

/** What a replacement may change of a meter beside its register, by the meter's columns. */
export const DEVICE_COLUMNS = [
  'register_modulus',
  'rated_maximum',
  'address',
  'certificate',
  'certificate_expires',
] as const;
export type Device = Partial<Pick<MeterRow, (typeof DEVICE_COLUMNS)[number]>>;

/** Something that happened to a meter at an instant. */
export interface MeterEvent {
  /** Undefined until it is in its table. */
  id: number | undefined;
  kind: 'installation' | 'replacement' | 'removal';
  atMs: number;
  closingRegister: number | null;
  openingRegister: number | null;
  note: string | null;
  createdAtMs: number;
  /** What of the device it changed, before and from then on. */
  before: Device;
  after: Device;
  /** Set where the new device came with a multiplier of its own: it holds from the event's day on. */
  multiplier: number | undefined;
}

/** All that the registry knows of a meter over time. */
export interface MeterHistory {
  /** As it is now: after its last replacement. */
  row: MeterRow;
  /** By rising instant. */
  events: MeterEvent[];
  multipliers: Period<number>[];
  shares: Period<Share[]>[];
}

/**
 * The history with other events: what each replacement changed is told anew from the first device on, the row becomes
 * what the last one left, and the meter ends on the day after its removal.
 */
export function withEvents(history: MeterHistory, events: readonly MeterEvent[], zone: Zone): MeterHistory {
  let device = firstDevice(history);
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs);
  const told = sorted.map((event): MeterEvent => {
    const before = pick(device, Object.keys(event.after));
    device = { ...device, ...event.after };
    return { ...event, before };
  });
  const removal = sorted.find(({ kind }) => kind === 'removal');
  const endedOn = removal === undefined ? null : zone.date(zone.nextDay(removal.atMs));
  return { ...history, events: told, row: { ...history.row, ...device, ended_on: endedOn } };
}

/** The history with a row that was corrected: the last replacement that changed a figure of the device now says it. */
export function withRow(history: MeterHistory, row: MeterRow): MeterHistory {
  let events = history.events;
  for (const column of DEVICE_COLUMNS) {
    if (row[column] === history.row[column]) continue;
    const last = events.findLast(({ after }) => column in after);
    events = events.map((event) =>
      event === last ? { ...event, after: { ...event.after, [column]: row[column] } } : event,
    );
  }
  return { ...history, row, events };
}

/** The first day of an event, and the instant from which a dated entry holds. */
export function dayOf(event: Pick<MeterEvent, 'atMs'>, zone: Zone): string {
  return zone.date(event.atMs);
}

/** The instant at which a period begins. */
export function startOf(period: Pick<Period<unknown>, 'from'>, zone: Zone): number {
  return startOfDate(period.from, zone);
}

function firstDevice({ row, events }: MeterHistory): Device {
  let device = pick(row, DEVICE_COLUMNS);
  for (const { before } of events.toReversed()) device = { ...device, ...before };
  return device;
}

function pick(from: Device, columns: readonly string[]): Device {
  return Object.fromEntries(columns.map((column) => [column, from[column as keyof Device]]));
}
