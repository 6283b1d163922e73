import type { Kysely } from 'kysely';

import type { Direction } from '../../domain/meter-life.ts';
import { fromMicro } from '../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { MeterTreeNode } from '../api/schemas/balance.ts';
import { visibleMeters } from '../registry/visible-meters.ts';
import type { Scope } from '../scope.ts';
import { widestPeriods } from '../usage/joint-sums.ts';
import { balanceOf, type FamilyBalance, familySums } from './balance.ts';
import { memberOf, metersBelow, usageMetersOf } from './family-members.ts';
import { type TreeSources, valueOf } from './meter-balance.ts';
import { qualityShares } from './quality-shares.ts';

/** Whose tree is asked for, by whom (`date`: today), over whole days. */
export interface TreeQuery {
  institutionId: string;
  medium?: UsageMedium | undefined;
  scope: Scope;
  date: string;
  fromMs: number;
  toMs: number;
}

/** The registered side of a node. */
type Facts = Pick<MeterTreeNode, 'id' | 'name' | 'direction' | 'share' | 'subItem'>;

/**
 * The meters that count for an institution within the range, and those below them, each behind the one above it: what
 * each counted, and what of a main meter none of those below it did. What lies below and is out of scope is told
 * together, where it branches off.
 */
export async function meterTree(sources: TreeSources, query: TreeQuery): Promise<MeterTreeNode[]> {
  const { db, series, zone } = sources;
  const periods = widestPeriods(zone, query.fromMs, query.toMs);
  const own = await metersOfInstitution(sources, query);
  const { facts, childrenOf } = await withThoseBelow(db, own);
  const known = await usageMetersOf(db, [...facts.keys()]);
  const visible = await visibleMeters(db, query.scope, [...facts.keys()], query.date);
  const isTold = (id: string): boolean => own.has(id) || visible.has(id);
  const nodes: MeterTreeNode[] = [];

  async function add(id: string, at: { parentId: string | null; depth: number; above?: FamilyBalance }): Promise<void> {
    const meter = known.get(id);
    const fact = facts.get(id);
    if (meter === undefined || fact === undefined) return;
    const below = (childrenOf.get(id) ?? []).flatMap((child) => known.get(child) ?? []);
    const family = { main: { id }, below: below.map(memberOf) };
    // What the meter above was held against tells this one's own amount too.
    const isLeaf = below.length === 0 && at.above !== undefined;
    const balance = isLeaf ? undefined : balanceOf(family, await familySums(series, zone, family, periods));
    const sum = (balance ?? at.above)?.own.get(id);
    const isKnown = sum !== undefined && sum.measuredMs + sum.estimatedMs + sum.manualMs > 0;
    const hidden = below.map((child) => child.id).filter((child) => !isTold(child));
    nodes.push({
      ...fact,
      medium: meter.medium,
      unit: CANONICAL_UNIT[meter.medium],
      parentId: at.parentId,
      depth: at.depth,
      value: isKnown ? fromMicro(sum.micro) : null,
      quality: qualityShares(sum === undefined ? [] : [sum]),
      balance: below.length === 0 || balance === undefined ? null : balance.amounts,
      others:
        hidden.length === 0 || balance === undefined
          ? null
          : { meters: hidden.length, value: valueOf(balance, hidden) },
    });
    for (const child of below) {
      if (!isTold(child.id)) continue;
      const place = { parentId: id, depth: at.depth + 1 };
      await add(child.id, balance === undefined ? place : { ...place, above: balance });
    }
  }

  const parentOf = new Map([...childrenOf].flatMap(([id, children]) => children.map((child) => [child, id])));
  for (const id of own.keys()) {
    const parentId = parentOf.get(id);
    if (parentId === undefined || !isTold(parentId)) await add(id, { parentId: null, depth: 0 });
  }
  return nodes;
}

/** The meters with a share of the institution within the range, by id. */
async function metersOfInstitution({ db, zone }: TreeSources, query: TreeQuery): Promise<Map<string, Facts>> {
  const lastDay = zone.date(query.toMs - 1);
  let rows = db
    .selectFrom('meter_share')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .select(['meter.id', 'meter.name', 'meter.direction', 'meter_share.sub_item', 'meter_share.share'])
    .select('meter_share.valid_to')
    .where('meter_share.institution_id', '=', query.institutionId)
    .where('meter_share.valid_from', '<=', lastDay)
    .where((eb) =>
      eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', zone.date(query.fromMs))]),
    )
    .where('meter.medium', '!=', 'temperature')
    .orderBy('meter.id')
    .orderBy('meter_share.valid_from', 'desc')
    .orderBy('meter_share.share', 'desc');
  if (query.medium !== undefined) rows = rows.where('meter.medium', '=', query.medium);
  const meters = new Map<string, Facts>();
  for (const { id, name, direction, sub_item, share, valid_to } of await rows.execute()) {
    let meter = meters.get(id);
    if (meter === undefined) {
      meter = { id, name, direction: direction as Direction, share: 0, subItem: sub_item };
      meters.set(id, meter);
    }
    if (valid_to === null || valid_to > lastDay) meter.share += share;
  }
  return meters;
}

async function withThoseBelow(
  db: Kysely<Database>,
  own: ReadonlyMap<string, Facts>,
): Promise<{ facts: Map<string, Facts>; childrenOf: Map<string, string[]> }> {
  const facts = new Map(own);
  const childrenOf = new Map<string, string[]>();
  for (let ids = [...own.keys()]; ids.length > 0;) {
    const next: string[] = [];
    for (const { id, name, direction, parentId } of await metersBelow(db, ids)) {
      childrenOf.set(parentId, [...(childrenOf.get(parentId) ?? []), id]);
      if (facts.has(id)) continue;
      facts.set(id, { id, name, direction, share: 0, subItem: null });
      next.push(id);
    }
    ids = next;
  }
  return { facts, childrenOf };
}
