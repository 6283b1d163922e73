import type { Share } from '../../api/schemas/meter.ts';
import type { Period } from '../../registry/dated-periods.ts';
import type { MeterEvent } from '../../registry/meter-history.ts';
import type { ProblemList } from '../problems/problem-list.ts';
import type { Table, TableRow } from '../tables/table.ts';
import type { Facts } from './facts.ts';
import type { Figures, ObjectSheet, QuotaFacts, RegistryState } from './registry-state.ts';
import type { SheetSummaries } from './sheet-summaries.ts';

/** A row of a file that enters or changes an object. */
export interface ObjectDraft {
  table: Table;
  row: TableRow;
  id: string;
  /** Undefined for a new one. */
  stored: Facts | undefined;
  /** As it is to be. */
  facts: Facts;
  /** Facts that differ from what is stored; of a new one all. */
  changed: Set<string>;
}

/** The row of a file that says something of another sheet's object. */
export interface Source {
  table: Table;
  row: TableRow;
}

/** A dated set of shares as a file gives it. */
export interface ShareSet {
  from: string;
  /** Null: nobody's from that day on. */
  shares: { share: Share; source: Source }[] | null;
  sources: Source[];
  /** One of its rows could not be read; that is told there. */
  isBroken?: boolean;
}

/** What an import is going to do, while it is being worked out. */
export interface Draft {
  state: RegistryState;
  /** Today, `YYYY-MM-DD`. */
  today: string;
  problems: ProblemList;
  summaries: SheetSummaries;
  objects: Record<ObjectSheet, Map<string, ObjectDraft>>;
  /** Timelines as they are to be, of those that change. */
  figures: Map<string, { figures: Figures; sources: Map<string, Source> }>;
  multipliers: Map<string, { periods: Period<number>[]; source: Source }>;
  shares: Map<string, { periods: Period<Share[]>[]; sets: ShareSet[]; source: Source }>;
  /** Events of meters that change with their meters. */
  events: Map<string, MeterEvent[]>;
  quotas: Map<string, { quota: QuotaFacts; stored: QuotaFacts | undefined }>;
}

/** An object as it will be: of the file, or of the registry. */
export function objectOf(draft: Draft, sheet: ObjectSheet, id: string): Facts | undefined {
  return draft.objects[sheet].get(id)?.facts ?? draft.state.objects[sheet].get(id);
}

/** The shares of a meter as they will be. */
export function sharesOf(draft: Draft, meter: string): Period<Share[]>[] {
  return draft.shares.get(meter)?.periods ?? draft.state.shares.get(meter) ?? [];
}

/** The multipliers of a meter as they will be. */
export function multipliersOf(draft: Draft, meter: string): Period<number>[] {
  return draft.multipliers.get(meter)?.periods ?? draft.state.multipliers.get(meter) ?? [];
}
