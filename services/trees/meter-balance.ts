import type { Kysely } from 'kysely';

import { fromMicro } from '../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { Balance, BalanceItem } from '../api/schemas/balance.ts';
import { visibleMeters } from '../registry/visible-meters.ts';
import type { Scope } from '../scope.ts';
import { type JointSum, type MemberSum, periodsOfStep, type StoredPeriod } from '../usage/joint-sums.ts';
import { balanceOf, type FamilyBalance, familySums, type MeterFamily } from './balance.ts';
import { memberOf, metersBelow, usageMetersOf } from './family-members.ts';
import { qualityShares } from './quality-shares.ts';

/** What trees and balances are made of. */
export interface TreeSources {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'meterUsage' | 'firstUsage'>;
  zone: Zone;
}

/** Whose balance is asked for, by whom (`date`: today); [fromMs, toMs) lies on boundaries of the step. */
export interface BalanceQuery {
  meter: { id: string; name: string; medium: UsageMedium };
  scope: Scope;
  date: string;
  fromMs: number;
  toMs: number;
  step: StoredPeriod['level'];
}

/**
 * A main meter against the meters right below it. Those of other institutions that the scope does not reach are told
 * together: without them the rest would not be what no meter counted.
 */
export async function meterBalance({ db, series, zone }: TreeSources, query: BalanceQuery): Promise<Balance> {
  const { meter, scope, date, fromMs, toMs, step } = query;
  const below = await metersBelow(db, [meter.id]);
  const ids = below.map(({ id }) => id);
  const known = await usageMetersOf(db, ids);
  // The main meter must be known throughout: where it was not there yet, there is nothing to hold the others against.
  const family: MeterFamily = { main: { id: meter.id }, below: [...known.values()].map(memberOf) };
  const sums = await familySums(series, zone, family, periodsOfStep(zone, step, fromMs, toMs));
  const total = balanceOf(family, sums);
  const visible = await visibleMeters(db, scope, ids, date);
  const hidden = ids.filter((id) => !visible.has(id));
  return {
    meterId: meter.id,
    name: meter.name,
    medium: meter.medium,
    unit: CANONICAL_UNIT[meter.medium],
    total: itemOf(zone, family, sums),
    subMeters: below
      .filter(({ id }) => visible.has(id))
      .map(({ id, name }) => ({ id, name, value: valueOf(total, [id]), quality: qualityShares(ownOf(total, [id])) })),
    others:
      hidden.length === 0
        ? null
        : { meters: hidden.length, value: valueOf(total, hidden), quality: qualityShares(ownOf(total, hidden)) },
    items: sums.map((sum) => itemOf(zone, family, [sum])),
    next: null,
  };
}

/** What some meters of a family counted together, while all of it is known. */
export function valueOf({ joint }: FamilyBalance, ids: readonly string[]): number | null {
  return joint === null ? null : fromMicro(ids.reduce((sum, id) => sum + (joint.get(id) ?? 0n), 0n));
}

function itemOf(zone: Zone, family: MeterFamily, sums: readonly JointSum[]): BalanceItem {
  const balance = balanceOf(family, sums);
  return {
    start: zone.iso(sums[0]!.startMs),
    end: zone.iso(sums.at(-1)!.endMs),
    ...balance.amounts,
    quality: qualityShares(balance.own.values()),
  };
}

function ownOf({ own }: FamilyBalance, ids: readonly string[]): MemberSum[] {
  return ids.flatMap((id) => own.get(id) ?? []);
}
