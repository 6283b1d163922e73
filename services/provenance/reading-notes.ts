import type { Kysely } from 'kysely';

import type { DecisionKind } from '../../domain/decision.ts';
import { unitFactor, type Medium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** A register that a person gave: read off the meter, or by a decision in the place of readings. */
export interface GivenReading {
  atMs: number;
  /** Canonical unit. */
  register: number;
  enteredAtMs: number;
  source: 'manual' | 'decision';
  manualReading?: string;
  decision?: string;
  decisionKind?: DecisionKind;
}

/** What people said of a meter's readings. */
export interface ReadingNotes {
  /** The decision in force that covers a reading of that instant. */
  decisionAt(ms: number): { id: string; kind: DecisionKind } | undefined;
  /** By rising instant. */
  given: GivenReading[];
}

/** What people said of the readings of [fromMs, toMs) of a meter, as far as it is in force. */
export async function readingNotes(
  db: Kysely<Database>,
  meter: { id: string; medium: Medium; registerUnit: string },
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<ReadingNotes> {
  const decisions = await db
    .selectFrom('decision')
    .select(['id', 'kind', 'from_ms', 'to_ms', 'register', 'decided_at', 'proposed_at'])
    .where('meter_id', '=', meter.id)
    .where('state', '=', 'approved')
    // What it says of a multiplier is said of no reading.
    .where('kind', '!=', 'multiplier')
    .where('from_ms', '<', toMs)
    .where((eb) => eb(eb.fn.coalesce('to_ms', 'from_ms'), '>=', fromMs))
    .orderBy('from_ms')
    .orderBy('id')
    .execute();
  const readings = await db
    .selectFrom('manual_reading')
    .select(['id', 'at', 'register', 'entered_at'])
    .where('meter_id', '=', meter.id)
    .where('withdrawn_at', 'is', null)
    .where('at', '>=', fromMs)
    .where('at', '<', toMs)
    .execute();
  const factor = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  const given = new Map<number, GivenReading>();
  for (const { id, at, register, entered_at } of readings)
    given.set(at, {
      atMs: at,
      register: register * factor,
      enteredAtMs: entered_at,
      source: 'manual',
      manualReading: id,
    });
  for (const { id, kind, from_ms, register, decided_at, proposed_at } of decisions) {
    if (kind !== 'value' || register === null || from_ms < fromMs) continue;
    const decision = { decision: id, decisionKind: kind as DecisionKind };
    const enteredAtMs = decided_at ?? proposed_at;
    given.set(from_ms, { atMs: from_ms, register: register * factor, enteredAtMs, source: 'decision', ...decision });
  }
  return {
    decisionAt: (ms) => {
      const found = decisions.findLast(({ from_ms, to_ms }) => ms >= from_ms && ms < (to_ms ?? from_ms + 1));
      return found && { id: found.id, kind: found.kind as DecisionKind };
    },
    given: [...given.values()].toSorted((a, b) => a.atMs - b.atMs),
  };
}
