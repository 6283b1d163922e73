import type { Kysely } from 'kysely';

import type { DecisionKind, ManualSource } from '../../domain/decision.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { ProvenanceCorrection } from '../api/schemas/provenance.ts';
import { meterLife } from '../registry/meter-life.ts';

const NOTHING = {
  id: null,
  what: null,
  end: null,
  register: null,
  closingRegister: null,
  openingRegister: null,
  multiplier: null,
  source: null,
  reason: null,
  by: null,
  at: null,
  approvedBy: null,
  approvedAt: null,
  photo: null,
} satisfies Partial<ProvenanceCorrection>;

/**
 * What people said of a meter that bears on its readings of [fromMs, toMs]: decisions in force, readings taken by hand,
 * and what the registry knows of its life; by time. Who may see the meter was asked before.
 */
export async function correctionsOf(
  db: Kysely<Database>,
  zone: Zone,
  meter: string,
  range: { fromMs: number; toMs: number },
): Promise<ProvenanceCorrection[]> {
  const found = [
    ...(await decisionsOf(db, zone, meter, range)),
    ...(await manualReadingsOf(db, zone, meter, range)),
    ...(await eventsOf(db, zone, meter, range)),
  ];
  return found.toSorted((a, b) => a.ms - b.ms).map(({ correction }) => correction);
}

interface Dated {
  ms: number;
  correction: ProvenanceCorrection;
}

type Range = { fromMs: number; toMs: number };

async function decisionsOf(db: Kysely<Database>, zone: Zone, meter: string, { fromMs, toMs }: Range): Promise<Dated[]> {
  const rows = await db
    .selectFrom('decision')
    .leftJoin('app_user as proposer', 'proposer.id', 'decision.proposed_by')
    .leftJoin('app_user as decider', 'decider.id', 'decision.decided_by')
    .selectAll('decision')
    .select(['proposer.username as proposer', 'decider.username as decider'])
    .where('decision.meter_id', '=', meter)
    .where('decision.state', '=', 'approved')
    .where('decision.from_ms', '<=', toMs)
    .where((eb) =>
      // A multiplier counts on; all else has an end, or is of its instant alone.
      eb.or([
        eb('decision.kind', '=', 'multiplier'),
        eb(eb.fn.coalesce('decision.to_ms', 'decision.from_ms'), '>=', fromMs),
      ]),
    )
    .execute();
  return rows.map((row) => ({
    ms: row.from_ms,
    correction: {
      ...NOTHING,
      kind: 'decision',
      id: row.id,
      what: row.kind as DecisionKind,
      start: zone.iso(row.from_ms),
      end: row.to_ms === null ? null : zone.iso(row.to_ms),
      register: row.register,
      closingRegister: row.closing_register,
      openingRegister: row.opening_register,
      multiplier: row.multiplier,
      reason: row.reason,
      by: row.proposer,
      at: zone.iso(row.proposed_at),
      approvedBy: row.decider,
      approvedAt: row.decided_at === null ? null : zone.iso(row.decided_at),
    },
  }));
}

async function manualReadingsOf(
  db: Kysely<Database>,
  zone: Zone,
  meter: string,
  { fromMs, toMs }: Range,
): Promise<Dated[]> {
  const rows = await db
    .selectFrom('manual_reading')
    .leftJoin('app_user', 'app_user.id', 'manual_reading.entered_by')
    .select(['manual_reading.id', 'at', 'register', 'source', 'note', 'photo_type', 'entered_at', 'app_user.username'])
    .where('meter_id', '=', meter)
    .where('withdrawn_at', 'is', null)
    .where('at', '>=', fromMs)
    .where('at', '<=', toMs)
    .execute();
  return rows.map((row) => ({
    ms: row.at,
    correction: {
      ...NOTHING,
      kind: 'manual-reading',
      id: row.id,
      start: zone.iso(row.at),
      register: row.register,
      source: row.source as ManualSource,
      reason: row.note,
      by: row.username,
      at: zone.iso(row.entered_at),
      photo: row.photo_type === null ? null : `/api/meters/${meter}/manual-readings/${row.id}/photo`,
    },
  }));
}

// Whose the meter was is said by the shares of the figure's parts.
async function eventsOf(db: Kysely<Database>, zone: Zone, meter: string, { fromMs, toMs }: Range): Promise<Dated[]> {
  const { items } = await meterLife(db, { kind: 'all' }, meter, zone);
  return items.flatMap((entry) => {
    const ms = entry.at === null ? startOfDate(entry.date, zone) : Date.parse(entry.at);
    if (entry.kind === 'move' || ms < fromMs || ms > toMs) return [];
    const correction: ProvenanceCorrection = {
      ...NOTHING,
      kind: 'event',
      id: entry.id,
      what: entry.kind,
      start: zone.iso(ms),
      closingRegister: entry.closingRegister,
      openingRegister: entry.openingRegister,
      multiplier: entry.after?.multiplier ?? null,
      reason: entry.note,
      by: entry.by,
      at: entry.enteredAt,
    };
    return [{ ms, correction }];
  });
}
