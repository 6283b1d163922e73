import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { MeterChange } from '../api/schemas/meter.ts';
import { requestReplayOfMeters } from '../quarantine/request-replay.ts';
import { checkMeter, checkParent } from './check-meter.ts';
import { placedRow } from './check-meter-place.ts';
import { checkShares } from './check-shares.ts';
import { inTransaction } from './in-transaction.ts';
import { withRow, type MeterHistory } from './meter-history.ts';
import { problemOfHistory } from './meter-history-problem.ts';
import { loadMeterHistory, saveMeterHistory } from './meter-history-store.ts';
import { changedRow, factsOfRow, shareOfInput } from './meter-row.ts';

/**
 * Changes what of a meter has no date; multiplier and shares are corrected as they hold from the beginning. Where its
 * collector or address changes, what came from it before is asked for; true then. Fails with `not-found`, `conflict`
 * (address taken), `bad-request` naming field and remedy.
 */
export async function changeMeter(
  db: Kysely<Database>,
  id: string,
  given: MeterChange,
  change: Change,
  zone: Zone,
): Promise<{ isReplayRequested: boolean }> {
  const date = zone.date(change.nowMs);
  return inTransaction(db, async (trx) => {
    const before = await loadMeterHistory(trx, id);
    const wanted = changedRow(before.row, given);
    const isMoved = wanted.zone_id !== before.row.zone_id || wanted.building_id !== before.row.building_id;
    const isOfKind = wanted.zone_kind !== before.row.zone_kind;
    const row = isMoved || isOfKind ? await placedRow(trx, wanted, date) : wanted;
    const after = withFirst(withRow(before, row), given);
    if (given.shares !== undefined) {
      const { medium, ended_on: endedOn } = row;
      await checkShares(trx, { medium, endedOn, periods: after.shares, field: 'shares' });
    }
    await checkMeter(trx, { row, before: before.row, shares: after.shares, date });
    const [first] = after.shares;
    if (given.shares !== undefined && first !== undefined) {
      await checkParent(trx, { row, shares: after.shares, date: first.from });
    }
    const problem = problemOfHistory(after, zone, change.nowMs);
    if (problem !== undefined) throw new PlatformError(problem.code, problem.message);

    await saveMeterHistory(trx, before, after);
    await writeAudit(trx, change, {
      action: 'change',
      object: `meter/${id}`,
      before: factsOf(before),
      after: factsOf(after),
    });
    const isHeardOtherwise =
      row.collector_id !== before.row.collector_id || (row.address !== null && row.address !== before.row.address);
    if (isHeardOtherwise) {
      await requestReplayOfMeters(trx, [{ id, collectorId: row.collector_id, address: row.address }], change);
    }
    return { isReplayRequested: isHeardOtherwise };
  });
}

function withFirst(history: MeterHistory, { multiplier, shares }: MeterChange): MeterHistory {
  const correct = <T, P extends { value: T }>(periods: P[], value: T | undefined): P[] =>
    value === undefined ? periods : periods.map((period, index) => (index === 0 ? { ...period, value } : period));
  return {
    ...history,
    multipliers: correct(history.multipliers, multiplier),
    shares: correct(history.shares, shares?.map(shareOfInput)),
  };
}

function factsOf({ row, multipliers, shares }: MeterHistory): Record<string, unknown> {
  return { ...factsOfRow(row), multiplier: multipliers[0]?.value, shares: shares[0]?.value };
}
