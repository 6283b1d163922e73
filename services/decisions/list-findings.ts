import type { Kysely, Selectable } from 'kysely';

import type { DecisionKind } from '../../domain/decision.ts';
import type { FindingKind } from '../../domain/finding.ts';
import { inParts } from '../../domain/in-parts.ts';
import { bug } from '../../domain/errors.ts';
import { unitFactor, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database, UsageFindingTable } from '../../storage/relational/schema.ts';
import type { FindingItem } from '../api/schemas/finding.ts';
import type { Scope } from '../scope.ts';
import { isOfFew, type MeterHead, meterHeads, sharesInScope } from './meters-in-scope.ts';
import { suggestDecision } from './suggest-decision.ts';

/** Which findings to list; `after` is where the page before ended: [from, meter, kind]. */
export interface FindingFilter {
  kind?: FindingKind | undefined;
  meter?: string | undefined;
  institution?: string | undefined;
  /** Those that touch [fromMs, toMs). */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  decided?: boolean | undefined;
  after?: [number, string, string] | undefined;
  limit: number;
}

type Row = Selectable<UsageFindingTable>;
type Covering = FindingItem['decision'];

const IDS_OF_A_STATEMENT = 400;
const OPEN_STATES = ['proposed', 'approved'];

/** Findings about meters in scope, the newest in device time first, with the decision that covers each, if any does. */
export async function listFindings(
  db: Kysely<Database>,
  { scope, zone, nowMs }: { scope: Scope; zone: Zone; nowMs: number },
  filter: FindingFilter,
): Promise<{ row: Row; finding: FindingItem }[]> {
  const wanted = { scope, date: zone.date(nowMs), institution: filter.institution };
  let query = db
    .selectFrom('usage_finding')
    .selectAll('usage_finding')
    .where((eb) => {
      const shares = sharesInScope(db, wanted).select('meter_share.meter_id');
      // Few meters: starts from them. Many: walks the list in order and looks up each one's, until the page is full.
      return isOfFew(wanted)
        ? eb('usage_finding.meter_id', 'in', shares)
        : eb.exists(shares.whereRef('meter_share.meter_id', '=', eb.ref('usage_finding.meter_id')));
    })
    .orderBy('usage_finding.from_ms', 'desc')
    .orderBy('usage_finding.meter_id')
    .orderBy('usage_finding.kind')
    .limit(filter.limit);
  if (filter.kind !== undefined) query = query.where('usage_finding.kind', '=', filter.kind);
  if (filter.meter !== undefined) query = query.where('usage_finding.meter_id', '=', filter.meter);
  if (filter.fromMs !== undefined) query = query.where('usage_finding.to_ms', '>=', filter.fromMs);
  if (filter.toMs !== undefined) query = query.where('usage_finding.from_ms', '<', filter.toMs);
  if (filter.decided !== undefined) {
    const { decided } = filter;
    const touched = db.selectFrom('decision').select('meter_id').where('state', 'in', OPEN_STATES);
    if (decided) query = query.where('usage_finding.meter_id', 'in', touched);
    query = query.where((eb) => {
      const covering = eb.exists(
        db
          .selectFrom('decision')
          .select('decision.id')
          .where('decision.state', 'in', OPEN_STATES)
          .whereRef('decision.meter_id', '=', eb.ref('usage_finding.meter_id'))
          .whereRef('decision.from_ms', '<=', eb.ref('usage_finding.to_ms'))
          .where((of) =>
            of(of.fn.coalesce('decision.to_ms', of('decision.from_ms', '+', 1)), '>', eb.ref('usage_finding.from_ms')),
          ),
      );
      return decided ? covering : eb.not(covering);
    });
  }
  if (filter.after !== undefined) {
    const [fromMs, meter, kind] = filter.after;
    // The first condition says nothing new: an index begins where it says.
    query = query
      .where('usage_finding.from_ms', '<=', fromMs)
      .where((eb) =>
        eb.or([
          eb('usage_finding.from_ms', '<', fromMs),
          eb.and([
            eb('usage_finding.from_ms', '=', fromMs),
            eb.or([
              eb('usage_finding.meter_id', '>', meter),
              eb.and([eb('usage_finding.meter_id', '=', meter), eb('usage_finding.kind', '>', kind)]),
            ]),
          ]),
        ]),
      );
  }
  const rows = await query.execute();
  const ids = rows.map(({ meter_id }) => meter_id);
  const heads = await meterHeads(db, { scope, date: wanted.date }, ids);
  const decisions = await openDecisions(db, ids);
  return rows.map((row) => {
    const head = heads.get(row.meter_id) ?? bug(`the meter ${row.meter_id} is out of scope`);
    return { row, finding: findingOf(row, head, coveringOf(row, decisions.get(row.meter_id) ?? []), zone) };
  });
}

interface OpenDecision {
  id: string;
  kind: string;
  state: string;
  from_ms: number;
  to_ms: number | null;
}

/** Proposed and approved decisions by meter, newest proposal first. */
async function openDecisions(db: Kysely<Database>, meters: readonly string[]): Promise<Map<string, OpenDecision[]>> {
  const byMeter = new Map<string, OpenDecision[]>();
  for (const part of inParts([...new Set(meters)], IDS_OF_A_STATEMENT)) {
    const rows = await db
      .selectFrom('decision')
      .select(['id', 'meter_id', 'kind', 'state', 'from_ms', 'to_ms'])
      .where('meter_id', 'in', part)
      .where('state', 'in', OPEN_STATES)
      .orderBy('proposed_at', 'desc')
      .orderBy('id')
      .execute();
    for (const row of rows) byMeter.set(row.meter_id, [...(byMeter.get(row.meter_id) ?? []), row]);
  }
  return byMeter;
}

function coveringOf(row: Row, decisions: readonly OpenDecision[]): Covering {
  const found = decisions.find(({ from_ms, to_ms }) => from_ms <= row.to_ms && (to_ms ?? from_ms + 1) > row.from_ms);
  if (found === undefined) return null;
  return { id: found.id, kind: found.kind as DecisionKind, state: found.state as 'proposed' | 'approved' };
}

function findingOf(row: Row, head: MeterHead, decision: Covering, zone: Zone): FindingItem {
  const factor = unitFactor(head.medium, head.registerUnit) ?? 1;
  const inUnit = (value: number | null): number | null =>
    value === null ? null : Number((value / factor).toPrecision(12));
  const [registerBefore, registerAfter] = [inUnit(row.register_before), inUnit(row.register_after)];
  const kind = row.kind as FindingKind;
  const suggested = suggestDecision({ kind, fromMs: row.from_ms, toMs: row.to_ms, registerBefore, registerAfter });
  return {
    meterId: row.meter_id,
    meterName: head.name,
    institutionId: head.institutionId,
    institutionName: head.institutionName,
    medium: head.medium as UsageMedium,
    kind,
    from: zone.iso(row.from_ms),
    to: zone.iso(row.to_ms),
    registerBefore,
    registerAfter,
    registerUnit: head.registerUnit,
    notedAt: zone.iso(row.noted_at),
    decision,
    suggestion:
      suggested === undefined
        ? null
        : {
            kind: suggested.kind,
            from: zone.iso(suggested.fromMs),
            to: suggested.toMs === null ? null : zone.iso(suggested.toMs),
            closingRegister: suggested.closingRegister,
            openingRegister: suggested.openingRegister,
          },
  };
}
