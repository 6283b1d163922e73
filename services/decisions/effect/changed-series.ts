import type { Zone } from '../../../domain/zone.ts';
import type { InstitutionStep, InstitutionUsage, SeriesStore } from '../../../storage/series/port.ts';
import type { ChangedHour } from './institution-changes.ts';
import { hourKey } from './institution-changes.ts';

/** The part of a store that rules, quotas and reports read. */
export type ReadSeries = Pick<SeriesStore, 'institutionUsage' | 'means'>;

/** The sums of institutions as they are stored, but for hours that change: those are answered as they would be. */
export function createChangedSeries(
  store: ReadSeries,
  zone: Zone,
  changes: ReadonlyMap<string, ChangedHour>,
): ReadSeries {
  const periodOf = (step: InstitutionStep, ms: number): { startMs: number; endMs: number } => {
    if (step === 'hour') return { startMs: ms, endMs: ms + 3_600_000 };
    return step === 'day'
      ? { startMs: zone.dayStart(ms), endMs: zone.nextDay(ms) }
      : { startMs: zone.monthStart(ms), endMs: zone.nextMonth(ms) };
  };
  return {
    means: (meters, metric, fromMs, toMs, stepMs) => store.means(meters, metric, fromMs, toMs, stepMs),
    institutionUsage: async (step, institutions, fromMs, toMs, medium) => {
      const stored = await store.institutionUsage(step, institutions, fromMs, toMs, medium);
      const wanted = new Set(institutions);
      const rows = new Map(stored.map((row) => [hourKey(row), row]));
      for (const { before, after } of changes.values()) {
        const of = (after ?? before)!;
        const period = periodOf(step, of.startMs);
        if (!wanted.has(of.institution) || (medium !== undefined && of.medium !== medium)) continue;
        if (period.startMs < fromMs || period.startMs >= toMs) continue;
        const key = hourKey({ ...of, ...period });
        rows.set(key, plus(minus(rows.get(key) ?? emptyOf(of, period), before), after));
      }
      return [...rows.values()].filter(isAnything).sort(byKeyAndStart);
    },
  };
}

type Part = Pick<InstitutionUsage, 'micro' | 'measuredMs' | 'estimatedMs' | 'manualMs' | 'missingMs'>;

function emptyOf(row: InstitutionUsage, period: { startMs: number; endMs: number }): InstitutionUsage {
  return { ...row, ...period, micro: 0n, measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
}

function plus(row: InstitutionUsage, part: Part | undefined): InstitutionUsage {
  if (part === undefined) return row;
  return {
    ...row,
    micro: row.micro + part.micro,
    measuredMs: row.measuredMs + part.measuredMs,
    estimatedMs: row.estimatedMs + part.estimatedMs,
    manualMs: row.manualMs + part.manualMs,
    missingMs: row.missingMs + part.missingMs,
  };
}

function minus(row: InstitutionUsage, part: Part | undefined): InstitutionUsage {
  if (part === undefined) return row;
  const { micro, measuredMs, estimatedMs, manualMs, missingMs } = part;
  return plus(row, {
    micro: -micro,
    measuredMs: -measuredMs,
    estimatedMs: -estimatedMs,
    manualMs: -manualMs,
    missingMs: -missingMs,
  });
}

function isAnything({ measuredMs, estimatedMs, manualMs, missingMs }: InstitutionUsage): boolean {
  return measuredMs + estimatedMs + manualMs + missingMs > 0;
}

function byKeyAndStart(a: InstitutionUsage, b: InstitutionUsage): number {
  const key = (row: InstitutionUsage): string => `${row.institution}|${row.medium}|${row.subItem}`;
  return key(a) === key(b) ? a.startMs - b.startMs : key(a) < key(b) ? -1 : 1;
}
