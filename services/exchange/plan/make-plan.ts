import { CANONICAL_UNIT, type Medium } from '../../../domain/quantity.ts';
import type { Zone } from '../../../domain/zone.ts';
import { addAt, type Table } from '../tables/table.ts';
import type { ProblemList } from '../problems/problem-list.ts';
import { SHEETS } from '../sheets/all-sheets.ts';
import type { SheetId } from '../sheets/column-spec.ts';
import { writeSubItem } from '../cells/write-cell.ts';
import { checkMeters } from './check-meters.ts';
import { checkPlaces } from './check-places.ts';
import { checkShares } from './check-shares.ts';
import { type Draft, multipliersOf, sharesOf, type ObjectDraft } from './draft.ts';
import type { Facts } from './facts.ts';
import { planFigures } from './plan-figures.ts';
import { planLives } from './plan-life.ts';
import { planMultipliers } from './plan-multipliers.ts';
import { type NewFacts, planObjects } from './plan-objects.ts';
import { planQuotas } from './plan-quotas.ts';
import { planShares } from './plan-shares.ts';
import { OBJECT_SHEETS, type ObjectSheet, type RegistryState } from './registry-state.ts';
import { SheetSummaries } from './sheet-summaries.ts';

/** What of a new object goes without saying. */
const NEW_FACTS: Record<ObjectSheet, NewFacts> = {
  institutions: (facts) => {
    facts['reportsTo'] ??= facts['regionCode'] ?? null;
  },
  buildings: () => undefined,
  zones: () => undefined,
  collectors: () => undefined,
  meters: (facts) => {
    const medium = facts['medium'] as Medium | null;
    facts['name'] ??= facts['id'] ?? null;
    facts['direction'] ??= 'import';
    facts['expectedIntervalS'] ??= 900;
    if (medium === null) return;
    facts['registerUnit'] ??= CANONICAL_UNIT[medium];
    if (medium === 'temperature') facts['measures'] ??= 'room';
  },
};

/**
 * Works out what tables make of the registry: every object as it is to be, and everything that is wrong, noted at its
 * cell. Pure but for what it is handed.
 */
export function makePlan(
  tables: readonly Table[],
  state: RegistryState,
  problems: ProblemList,
  { zone, nowMs }: { zone: Zone; nowMs: number },
): Draft {
  const draft: Draft = {
    state,
    today: zone.date(nowMs),
    problems,
    summaries: new SheetSummaries(),
    objects: {
      institutions: new Map(),
      buildings: new Map(),
      zones: new Map(),
      collectors: new Map(),
      meters: new Map(),
    },
    figures: new Map(),
    multipliers: new Map(),
    shares: new Map(),
    events: new Map(),
    quotas: new Map(),
  };
  const tableOf = (id: SheetId): Table | undefined => tables.find(({ spec }) => spec.id === id);
  for (const { id } of SHEETS) {
    const table = tableOf(id);
    if (table !== undefined) draft.summaries.start(table);
  }
  for (const sheet of OBJECT_SHEETS) {
    const table = tableOf(sheet);
    if (table !== undefined) planObjects(draft, table, NEW_FACTS[sheet]);
  }
  const figures = tableOf('attributes');
  if (figures !== undefined) planFigures(draft, figures);
  planMultipliers(draft, tableOf('multipliers'));
  planShares(draft, tableOf('shares'));
  const quotas = tableOf('quotas');
  if (quotas !== undefined) planQuotas(draft, quotas);
  requireShares(draft);
  checkPlaces(draft);
  checkShares(draft);
  checkMeters(draft);
  planLives(draft, zone, nowMs);
  for (const sheet of OBJECT_SHEETS) for (const object of draft.objects[sheet].values()) summarise(draft, object);
  return draft;
}

/** A new meter whose shares in the sheet could not be read has its problem there; none at all is one here. */
function requireShares(draft: Draft): void {
  for (const { id, stored, table, row } of draft.objects.meters.values()) {
    if (stored !== undefined || draft.shares.has(id) || draft.problems.count() > 0) continue;
    addAt(draft.problems, table, row, 'institutionId', 'no-share');
  }
}

function summarise(draft: Draft, object: ObjectDraft): void {
  const { table, row, id, stored, facts, changed } = object;
  if (stored === undefined) draft.summaries.isNew(table);
  else if (changed.size === 0) draft.summaries.isUnchanged(table);
  else {
    draft.summaries.isChanged(table, () => ({
      row: row.number,
      key: id,
      columns: [...changed].map((key) => ({
        key,
        before: shown(draft, id, key, stored, false),
        after: shown(draft, id, key, facts, true),
      })),
    }));
  }
}

function shown(draft: Draft, id: string, key: string, facts: Facts, isAfter: boolean): string | number | null {
  const { state } = draft;
  if (key === 'multiplier')
    return (isAfter ? multipliersOf(draft, id) : (state.multipliers.get(id) ?? []))[0]?.value ?? null;
  if (key !== 'institutionId' && key !== 'subItem') return facts[key] ?? null;
  if (key in facts) return facts[key] ?? null;
  const share = (isAfter ? sharesOf(draft, id) : (state.shares.get(id) ?? []))[0]?.value[0];
  if (key === 'institutionId') return share?.institutionId ?? null;
  return share?.subItem == null ? null : writeSubItem(share.subItem, 'zh');
}
