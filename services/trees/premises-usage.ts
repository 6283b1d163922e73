import { premisesKey } from '../../domain/premises.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Premises } from '../api/schemas/balance.ts';
import type { InstitutionInterval, QualityShares, UsageReader, UsageStep } from '../usage/usage-reader.ts';

/** Which usage of an institution is asked for; [fromMs, toMs) lies on boundaries of the step. */
export interface PremisesQuery {
  institutionId: string;
  premises: Premises;
  fromMs: number;
  toMs: number;
  step: UsageStep;
  medium?: UsageMedium | undefined;
}

/**
 * The usage of an institution's own premises, of the housing beside them (Art. 12), or of both together, by (medium,
 * sub-item, start), with when sealed days of it changed.
 */
export async function premisesUsage(
  usage: Pick<UsageReader, 'institutionUsage'>,
  { institutionId, premises, fromMs, toMs, step, medium }: PremisesQuery,
): Promise<InstitutionInterval[]> {
  const keys: string[] = [];
  if (premises !== 'housing') keys.push(premisesKey(institutionId, false));
  if (premises !== 'own') keys.push(premisesKey(institutionId, true));
  const intervals = await usage.institutionUsage(keys, fromMs, toMs, step, medium, { changes: true });
  const sums = new Map<string, InstitutionInterval>();
  for (const interval of intervals) {
    const key = `${interval.medium}|${interval.subItem}|${interval.startMs}`;
    const other = sums.get(key);
    sums.set(key, other === undefined ? { ...interval, institution: institutionId } : together(other, interval));
  }
  return [...sums.values()].sort(bySeries);
}

function together(a: InstitutionInterval, b: InstitutionInterval): InstitutionInterval {
  const [aMs, bMs] = [a.meterMs ?? 1, b.meterMs ?? 1];
  const changed = [a, b].flatMap(({ changedAtMs }) => changedAtMs ?? []);
  const mean = (of: keyof QualityShares): number =>
    aMs + bMs === 0 ? 0 : (a.quality[of] * aMs + b.quality[of] * bMs) / (aMs + bMs);
  return {
    ...a,
    micro: a.micro === null && b.micro === null ? null : (a.micro ?? 0n) + (b.micro ?? 0n),
    quality: {
      measured: mean('measured'),
      estimated: mean('estimated'),
      manual: mean('manual'),
      missing: mean('missing'),
    },
    meterMs: aMs + bMs,
    ...(changed.length === 0 ? {} : { changedAtMs: Math.max(...changed) }),
  };
}

function bySeries(a: InstitutionInterval, b: InstitutionInterval): number {
  const series = ({ medium, subItem }: InstitutionInterval): string => `${medium}|${subItem}`;
  return series(a) === series(b) ? a.startMs - b.startMs : series(a) < series(b) ? -1 : 1;
}
