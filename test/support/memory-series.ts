import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { RuleSeries } from '../../services/rules/rule-series.ts';
import type { InstitutionInterval, UsageReader } from '../../services/usage/usage-reader.ts';
import type { InstitutionUsage, MeanRow } from '../../storage/series/port.ts';

const HOUR_MS = 3_600_000;

/** Hourly usage and temperatures in memory, answered as a series store and a usage reader would. */
export interface MemorySeries {
  series: RuleSeries;
  usage: Pick<UsageReader, 'institutionUsage'>;
  /** Sets an hour's amount in canonical units; null: an explicit row without a value. */
  setUsage(institution: string, medium: UsageMedium, subItem: string, hour: number, amount: number | null): void;
  setMean(meter: string, metric: string, hour: number, mean: number | null): void;
}

export function createMemorySeries(zone: Zone): MemorySeries {
  const hours = new Map<string, InstitutionUsage>();
  const means = new Map<string, { metric: string; row: MeanRow }>();

  function summed(step: 'hour' | 'day' | 'month', institutions: readonly string[], fromMs: number, toMs: number) {
    if (step === 'hour') {
      const isAsked = new Set(institutions);
      return [...hours.values()].filter(
        (row) => row.startMs >= fromMs && row.startMs < toMs && isAsked.has(row.institution),
      );
    }
    const sums = new Map<string, InstitutionUsage>();
    for (const row of hours.values()) {
      if (!institutions.includes(row.institution)) continue;
      const [startMs, endMs] = periodOf(step, row.startMs);
      if (startMs < fromMs || startMs >= toMs) continue;
      const key = [row.institution, row.medium, row.subItem, startMs].join('/');
      const sum = sums.get(key) ?? { ...row, startMs, endMs, micro: 0n, measuredMs: 0, missingMs: 0 };
      sum.micro += row.micro;
      sum.measuredMs += row.measuredMs;
      sum.missingMs += row.missingMs;
      sums.set(key, sum);
    }
    return [...sums.values()];
  }

  function periodOf(step: 'day' | 'month', ms: number): [number, number] {
    return step === 'day' ? [zone.dayStart(ms), zone.nextDay(ms)] : [zone.monthStart(ms), zone.nextMonth(ms)];
  }

  return {
    series: {
      institutionUsage: (step, institutions, fromMs, toMs) => Promise.resolve(summed(step, institutions, fromMs, toMs)),
      means: (meters, metric, fromMs, toMs) =>
        Promise.resolve(
          [...means.values()]
            .filter((each) => each.metric === metric && meters.includes(each.row.meter))
            .map(({ row }) => row)
            .filter(({ startMs }) => startMs >= fromMs && startMs < toMs),
        ),
    },
    usage: {
      institutionUsage(institutions, fromMs, toMs, step, medium) {
        const kept = ({ '1h': 'hour', '1d': 'day', '1mo': 'month' } as const)[step as '1h'];
        const rows = summed(kept, institutions, fromMs, toMs).filter(
          (row) => medium === undefined || row.medium === medium,
        );
        return Promise.resolve(rows.map((row) => intervalOf(row)));
      },
    },
    setUsage(institution, medium, subItem, hour, amount) {
      hours.set([institution, medium, subItem, hour].join('/'), {
        institution,
        medium,
        subItem,
        startMs: hour,
        endMs: hour + HOUR_MS,
        micro: BigInt(Math.round((amount ?? 0) * 1e6)),
        measuredMs: amount === null ? 0 : HOUR_MS,
        estimatedMs: 0,
        manualMs: 0,
        missingMs: amount === null ? HOUR_MS : 0,
      });
    },
    setMean(meter, metric, hour, mean) {
      const key = [meter, metric, hour].join('/');
      if (mean === null) means.delete(key);
      else means.set(key, { metric, row: { meter, startMs: hour, mean, min: mean, max: mean, count: 1 } });
    },
  };
}

function intervalOf({
  institution,
  medium,
  subItem,
  startMs,
  endMs,
  micro,
  measuredMs,
  missingMs,
}: InstitutionUsage): InstitutionInterval {
  const all = endMs - startMs;
  return {
    institution,
    medium,
    subItem,
    startMs,
    endMs,
    micro: measuredMs === 0 ? null : micro,
    quality: { measured: measuredMs / all, estimated: 0, manual: 0, missing: missingMs / all },
  };
}
