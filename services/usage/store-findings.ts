import type { Kysely } from 'kysely';

import type { Finding } from '../../domain/finding.ts';
import { inParts } from '../../domain/in-parts.ts';
import type { Database, UsageFindingTable } from '../../storage/relational/schema.ts';
import type { MeterFindings } from './told-findings.ts';

/** Below what the engines take as parameters. */
const METERS_OF_A_STATEMENT = 1000;
const ROWS_OF_A_STATEMENT = 500;

/**
 * Replaces, for each meter, the findings that end where its usage was made anew or later, within the caller's
 * transaction. One that was found before keeps the time at which it was.
 */
export async function storeFindings(
  db: Kysely<Database>,
  found: ReadonlyMap<string, MeterFindings>,
  nowMs: number,
): Promise<void> {
  for (const part of inParts([...found], METERS_OF_A_STATEMENT)) await storePart(db, new Map(part), nowMs);
}

async function storePart(
  db: Kysely<Database>,
  found: ReadonlyMap<string, MeterFindings>,
  nowMs: number,
): Promise<void> {
  const wanted = new Map<string, { meter: string; finding: Finding }>();
  for (const [meter, { findings }] of found)
    for (const finding of findings) wanted.set(keyOf(meter, finding.fromMs, finding.kind), { meter, finding });
  const earliestMs = [...found.values()].reduce(
    (least, { fromMs }) => Math.min(least, fromMs),
    Number.MAX_SAFE_INTEGER,
  );
  const standing = await db
    .selectFrom('usage_finding')
    .selectAll()
    .where('meter_id', 'in', [...found.keys()])
    .where('to_ms', '>=', earliestMs)
    .execute();
  for (const row of standing) {
    const key = keyOf(row.meter_id, row.from_ms, row.kind);
    const again = wanted.get(key)?.finding;
    if (again !== undefined && isSame(row, again)) wanted.delete(key);
    if (again !== undefined || row.to_ms < found.get(row.meter_id)!.fromMs) continue;
    await db
      .deleteFrom('usage_finding')
      .where('meter_id', '=', row.meter_id)
      .where('from_ms', '=', row.from_ms)
      .where('kind', '=', row.kind)
      .execute();
  }
  const rows = [...wanted.values()].map(({ meter, finding }): UsageFindingTable => ({
    meter_id: meter,
    kind: finding.kind,
    from_ms: finding.fromMs,
    to_ms: finding.toMs,
    register_before: finding.registerBefore,
    register_after: finding.registerAfter,
    noted_at: nowMs,
  }));
  for (const some of inParts(rows, ROWS_OF_A_STATEMENT)) {
    await db
      .insertInto('usage_finding')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['meter_id', 'from_ms', 'kind']).doUpdateSet((eb) => ({
          to_ms: eb.ref('excluded.to_ms'),
          register_before: eb.ref('excluded.register_before'),
          register_after: eb.ref('excluded.register_after'),
        })),
      )
      .execute();
  }
}

function keyOf(meter: string, fromMs: number, kind: string): string {
  return `${meter}|${fromMs}|${kind}`;
}

function isSame(row: UsageFindingTable, { toMs, registerBefore, registerAfter }: Finding): boolean {
  return row.to_ms === toMs && row.register_before === registerBefore && row.register_after === registerAfter;
}
