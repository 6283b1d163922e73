import { startOfDate } from '../../../domain/start-of-date.ts';
import type { Zone } from '../../../domain/zone.ts';
import { DEVICE_COLUMNS, type MeterEvent, withRow } from '../../registry/meter-history.ts';
import { problemOfHistory } from '../../registry/meter-history-problem.ts';
import { addAt } from '../tables/table.ts';
import { type Draft, multipliersOf, objectOf, sharesOf, type ObjectDraft, type Source } from './draft.ts';
import { columnName } from './facts.ts';
import { meterRowOf } from './meter-row-of.ts';

/** The removal that makes a meter end on a day: in the last second of the day before. */
function removalBefore(endedOn: string, zone: Zone, nowMs: number): MeterEvent {
  return {
    id: undefined,
    kind: 'removal',
    atMs: startOfDate(endedOn, zone) - 1000,
    closingRegister: null,
    openingRegister: null,
    note: null,
    createdAtMs: nowMs,
    before: {},
    after: {},
    multiplier: undefined,
  };
}

/**
 * Keeps the lives of meters (installation, replacements, removal) in step with what a file changes of them: an end is a
 * removal, a corrected figure of the device is the last replacement's. What contradicts a life is noted.
 */
export function planLives(draft: Draft, zone: Zone, nowMs: number): void {
  for (const object of draft.objects.meters.values()) {
    const events = eventsOf(draft, object, zone, nowMs);
    if (events !== undefined) draft.events.set(object.id, events);
  }
  const dated = new Map<string, Source>();
  for (const [id, { source }] of draft.multipliers) dated.set(id, source);
  for (const [id, { source }] of draft.shares) dated.set(id, source);
  for (const id of draft.events.keys()) {
    const { table, row } = draft.objects.meters.get(id)!;
    dated.set(id, { table, row });
  }
  for (const [id, source] of dated) checkLife(draft, id, source, { zone, nowMs });
}

function eventsOf(draft: Draft, object: ObjectDraft, zone: Zone, nowMs: number): MeterEvent[] | undefined {
  const { id, stored, facts, changed, table, row } = object;
  const events = draft.state.events.get(id) ?? [];
  const endedOn = facts['endedOn'];
  if (changed.has('endedOn') && (stored?.['endedOn'] ?? null) !== null) {
    addAt(draft.problems, table, row, 'endedOn', 'removal-fixed');
    return undefined;
  }
  if (changed.has('endedOn') && typeof endedOn === 'string') {
    const removal = removalBefore(endedOn, zone, nowMs);
    if (removal.atMs > nowMs) {
      addAt(draft.problems, table, row, 'endedOn', 'in-future', { date: endedOn });
      return undefined;
    }
    return [...told(draft, object, events), removal];
  }
  const isOfDevice = DEVICE_COLUMNS.some((column) => [...changed].some((fact) => columnName(fact) === column));
  return stored !== undefined && isOfDevice && events.length > 0 ? told(draft, object, events) : undefined;
}

function told(draft: Draft, { id, stored, facts }: ObjectDraft, events: MeterEvent[]): MeterEvent[] {
  if (stored === undefined) return events;
  const history = {
    row: meterRowOf(stored),
    events,
    multipliers: multipliersOf(draft, id),
    shares: sharesOf(draft, id),
  };
  return withRow(history, meterRowOf(facts)).events;
}

function checkLife(draft: Draft, id: string, source: Source, { zone, nowMs }: { zone: Zone; nowMs: number }): void {
  const facts = objectOf(draft, 'meters', id);
  const events = draft.events.get(id) ?? draft.state.events.get(id) ?? [];
  if (facts === undefined || events.length === 0 || facts['medium'] === null) return;
  const periods = { multipliers: multipliersOf(draft, id), shares: sharesOf(draft, id) };
  const problem = problemOfHistory({ row: meterRowOf(facts), events, ...periods }, zone, nowMs);
  if (problem === undefined) return;
  const key = source.table.spec.id === 'meters' ? 'endedOn' : 'validFrom';
  addAt(draft.problems, source.table, source.row, key, 'not-allowed', { detail: problem.message });
}
