import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { LifeEntryChange, NewLifeEntry } from '../api/schemas/meter-life.ts';
import { dropPeriod, putPeriod, type Period } from './dated-periods.ts';
import { dayOf, withEvents, type Device, type MeterEvent, type MeterHistory } from './meter-history.ts';
import { shareOfInput } from './meter-row.ts';
import { datedEntryId } from './meter-time-line.ts';

/** A history after an edit; the id is undefined for an event that has none yet. */
export interface EditedHistory {
  history: MeterHistory;
  entryId: string | undefined;
}

/** What may be corrected of each kind of entry, beside its note. */
const FIELDS: Record<NewLifeEntry['kind'], readonly (keyof LifeEntryChange)[]> = {
  installation: ['at', 'openingRegister'],
  replacement: [
    ...(['at', 'closingRegister', 'openingRegister', 'multiplier'] as const),
    ...(['registerModulus', 'ratedMaximum', 'address', 'certificate', 'certificateExpires'] as const),
  ],
  multiplier: ['date', 'multiplier'],
  move: ['date', 'shares'],
  removal: ['at', 'closingRegister'],
};

/** The history with an entry more. Throws `conflict` where there is one from that day already, `bad-request`. */
export function addEntry(history: MeterHistory, input: NewLifeEntry, nowMs: number, zone: Zone): EditedHistory {
  switch (input.kind) {
    case 'multiplier':
      requireRegister(history, 'multiplier');
      requireFree('multiplier', history.multipliers, input.date);
      return {
        history: { ...history, multipliers: putPeriod(history.multipliers, input.date, input.multiplier) },
        entryId: datedEntryId('multiplier', input.date),
      };
    case 'move':
      requireFree('move', history.shares, input.date);
      return {
        history: { ...history, shares: putPeriod(history.shares, input.date, input.shares.map(shareOfInput)) },
        entryId: datedEntryId('move', input.date),
      };
    default:
      requireRegisters(history, input);
      return { history: withNewEvent(history, eventOf(input, nowMs), zone), entryId: undefined };
  }
}

/** The history with an entry corrected. Throws as {@link addEntry} does, and `not-found`. */
export function changeEntry(history: MeterHistory, id: string, input: LifeEntryChange, zone: Zone): EditedHistory {
  const found = findEntry(history, id);
  const { kind } = found;
  for (const field of Object.keys(input) as (keyof LifeEntryChange)[]) {
    if (field === 'note' || input[field] === undefined || FIELDS[kind].includes(field)) continue;
    throw new PlatformError(
      'bad-request',
      `${field}: an entry of the kind ${kind} has no such figure; it has ${FIELDS[kind].join(', ')}, note`,
    );
  }
  if (found.event !== undefined) {
    const { event } = found;
    const without = withoutEvent(history, event, zone);
    return { history: withNewEvent(without, correctedEvent(event, input), zone), entryId: id };
  }
  const from = input.date ?? found.from;
  if (found.kind === 'multiplier') {
    const value = input.multiplier ?? valueFrom(history.multipliers, found.from);
    const without = dropPeriod(history.multipliers, found.from);
    requireFree('multiplier', without, from);
    return {
      history: { ...history, multipliers: putPeriod(without, from, value) },
      entryId: datedEntryId('multiplier', from),
    };
  }
  const value = input.shares?.map(shareOfInput) ?? valueFrom(history.shares, found.from);
  const without = dropPeriod(history.shares, found.from);
  requireFree('move', without, from);
  return { history: { ...history, shares: putPeriod(without, from, value) }, entryId: datedEntryId('move', from) };
}

/** The history without an entry: what held before goes on. Throws `not-found`. */
export function dropEntry(history: MeterHistory, id: string, zone: Zone): MeterHistory {
  const found = findEntry(history, id);
  if (found.event !== undefined) return withoutEvent(history, found.event, zone);
  return found.kind === 'multiplier'
    ? { ...history, multipliers: dropPeriod(history.multipliers, found.from) }
    : { ...history, shares: dropPeriod(history.shares, found.from) };
}

type FoundEntry =
  | { kind: MeterEvent['kind']; event: MeterEvent }
  | { kind: 'multiplier' | 'move'; event: undefined; from: string };

function findEntry({ row, events, multipliers, shares }: MeterHistory, id: string): FoundEntry {
  const event = events.find((one) => `event-${one.id}` === id);
  if (event !== undefined) return { kind: event.kind, event };
  for (const [kind, periods] of [
    ['multiplier', multipliers],
    ['move', shares],
  ] as const) {
    const period = periods.slice(1).find(({ from }) => datedEntryId(kind, from) === id);
    if (period !== undefined) return { kind, event, from: period.from };
  }
  throw new PlatformError('not-found', `The life of ${row.id} has no entry ${id}`);
}

/** A multiplier that came with the new device holds from the event's day on. */
function withNewEvent(history: MeterHistory, event: MeterEvent, zone: Zone): MeterHistory {
  const next = withEvents(history, [...history.events, event], zone);
  if (event.multiplier === undefined) return next;
  const day = dayOf(event, zone);
  requireRegister(history, 'multiplier');
  requireFree('multiplier', history.multipliers, day);
  return { ...next, multipliers: putPeriod(history.multipliers, day, event.multiplier) };
}

function withoutEvent(history: MeterHistory, event: MeterEvent, zone: Zone): MeterHistory {
  const others = history.events.filter((one) => one !== event);
  const next = withEvents(history, others, zone);
  if (event.multiplier === undefined) return next;
  return { ...next, multipliers: dropPeriod(history.multipliers, dayOf(event, zone)) };
}

type NewEvent = Exclude<NewLifeEntry, { kind: 'multiplier' | 'move' }>;

function eventOf(input: NewEvent, nowMs: number): MeterEvent {
  return {
    id: undefined,
    kind: input.kind,
    atMs: input.at,
    closingRegister: 'closingRegister' in input ? (input.closingRegister ?? null) : null,
    openingRegister: 'openingRegister' in input ? (input.openingRegister ?? null) : null,
    note: input.note ?? null,
    createdAtMs: nowMs,
    before: {},
    after: input.kind === 'replacement' ? deviceOf(input) : {},
    multiplier: input.kind === 'replacement' ? input.multiplier : undefined,
  };
}

function correctedEvent(event: MeterEvent, input: LifeEntryChange): MeterEvent {
  const { closingRegister, openingRegister, note } = input;
  return {
    ...event,
    atMs: input.at ?? event.atMs,
    closingRegister: closingRegister === undefined ? event.closingRegister : closingRegister,
    openingRegister: openingRegister === undefined ? event.openingRegister : openingRegister,
    note: note === undefined ? event.note : note,
    after: { ...event.after, ...deviceOf(input) },
    multiplier: input.multiplier ?? event.multiplier,
  };
}

function deviceOf(input: LifeEntryChange): Device {
  const device = {
    register_modulus: input.registerModulus,
    rated_maximum: input.ratedMaximum,
    address: input.address,
    certificate: input.certificate,
    certificate_expires: input.certificateExpires,
  };
  return Object.fromEntries(Object.entries(device).filter(([, value]) => value !== undefined));
}

/** Where a register goes or comes, somebody says what it showed, or that nobody could read it. */
function requireRegisters({ row }: MeterHistory, input: NewEvent): void {
  if (row.medium === 'temperature' || input.kind === 'installation') return;
  if (input.closingRegister === undefined) {
    throw new PlatformError(
      'bad-request',
      'closingRegister: is missing; give what the meter showed last, null where nobody could read it',
    );
  }
  if (input.kind === 'replacement' && input.openingRegister === undefined) {
    throw new PlatformError(
      'bad-request',
      'openingRegister: is missing; give what the new meter showed first, null where nobody read it',
    );
  }
}

function requireRegister({ row }: MeterHistory, field: string): void {
  if (row.medium !== 'temperature') return;
  throw new PlatformError('bad-request', `${field}: a temperature point has no register; leave it out`);
}

function requireFree(kind: 'multiplier' | 'move', periods: readonly Period<unknown>[], date: string): void {
  const [first] = periods;
  if (first !== undefined && date <= first.from) {
    throw new PlatformError('bad-request', `date: ${date} is no day on which a ${kind} could be; correct it`);
  }
  if (!periods.some(({ from }) => from === date)) return;
  throw new PlatformError('conflict', `date: there is a ${kind} on ${date} already; correct that one`);
}

function valueFrom<T>(periods: readonly Period<T>[], from: string): T {
  const period = periods.find((one) => one.from === from);
  if (period === undefined) throw new PlatformError('not-found', `There is no entry from ${from}`);
  return period.value;
}
