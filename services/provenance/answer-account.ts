import { fromMicro, registerToMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { ProvenanceAccount, ProvenancePoint, ProvenanceRun } from '../api/schemas/provenance.ts';
import { amountOfRun, type AccountCut, type AccountPoint, type AccountRun, type MeterAccount } from './account.ts';

/** An account as the API tells it. */
export function answerAccount(account: MeterAccount, zone: Zone): ProvenanceAccount {
  const { meter, fromMs, toMs } = account;
  const point = (one: AccountPoint): ProvenancePoint => answerPoint(meter, one, zone);
  const cut = (one: AccountCut | undefined): ProvenanceRun['startCut'] =>
    one === undefined
      ? null
      : {
          ts: zone.iso(one.atMs),
          before: point(one.before),
          after: point(one.after),
          usageMicro: String(one.micro),
          outsideMicro: String(one.outsideMicro),
          shape: one.shape,
        };
  const run = (one: AccountRun): ProvenanceRun => ({
    kind: one.kind,
    start: zone.iso(Math.max(fromMs, one.first.atMs)),
    end: zone.iso(Math.min(toMs, one.last.atMs)),
    begins: one.begins,
    first: point(one.first),
    last: point(one.last),
    multiplier: one.multiplier,
    rollovers: one.rollovers.map(({ before, after, modulus }) => ({
      before: point(before),
      after: point(after),
      modulus,
    })),
    registerDifference: differenceOf(one),
    micro: String(one.micro),
    startCut: cut(one.startCut),
    endCut: cut(one.endCut),
    amountMicro: String(amountOfRun(one)),
    readings: one.readings,
  });
  return {
    meter,
    start: zone.iso(fromMs),
    end: zone.iso(toMs),
    amountMicro: String(account.amountMicro),
    runs: account.runs.map(run),
    gaps: account.gaps.map((gap) => ({
      start: zone.iso(gap.fromMs),
      end: zone.iso(gap.toMs),
      micro: String(gap.micro),
      quality: gap.quality,
      shape: gap.shape,
      likeDays: [...new Set(gap.days.flatMap(({ likeDaysMs }) => likeDaysMs))]
        .toSorted((a, b) => b - a)
        .map((ms) => zone.date(ms)),
      days: gap.days.map(({ dayMs, likeDaysMs }) => ({
        day: zone.date(dayMs),
        likeDays: likeDaysMs.map((ms) => zone.date(ms)),
      })),
    })),
    leftOut: account.leftOut.map(({ fromMs: start, toMs: end, reason, readings, first, decision }) => ({
      start: zone.iso(start),
      end: zone.iso(end),
      reason,
      readings,
      first: first === undefined ? null : point(first),
      decision: decision ?? null,
    })),
    more: account.more,
  };
}

// In millionths, so that decimals do not show what binary makes of them.
function differenceOf({ kind, first, last, rollovers, micro, multiplier }: AccountRun): number {
  // Amounts are no registers: what they sum to is all that there is.
  if (kind !== 'register') return fromMicro(micro) / multiplier;
  const rolled = rollovers.reduce((sum, { modulus }) => sum + registerToMicro(modulus, 1), 0n);
  return fromMicro(registerToMicro(last.register, 1) - registerToMicro(first.register, 1) + rolled);
}

/** A point of a register's curve as the API tells it, with the address of what it comes from. */
export function answerPoint(meter: string, point: AccountPoint, zone: Zone): ProvenancePoint {
  return {
    ts: zone.iso(point.atMs),
    register: point.register,
    source: point.source,
    position: point.position ?? null,
    receivedAt: point.receivedAtMs === undefined ? null : zone.iso(point.receivedAtMs),
    link: linkOf(meter, point),
    id: point.id ?? null,
    ...(point.between === undefined
      ? {}
      : {
          between: point.between.map((one) => ({
            ts: zone.iso(one.atMs),
            register: one.register,
            link: linkOf(meter, one),
          })),
        }),
  };
}

function linkOf(meter: string, { source, atMs, position }: AccountPoint): string | null {
  if (source !== 'reading' || position === undefined) return null;
  return `/api/messages/${position}?meter=${meter}&ts=${atMs}`;
}
