import type { Zone } from '../../domain/zone.ts';
import type { RuleSeries } from './rule-series.ts';
import type { RuleSubject } from './rule-subject.ts';

/** About a month: coarse enough to pass over all of the past, fine enough not to begin years too early. */
const COARSE_STEP_MS = 30 * 86_400_000;

/** The start of the month in which an institution's usage or temperatures begin; one without data is left out. */
export async function firstDataMonths(
  series: RuleSeries,
  zone: Zone,
  subjects: readonly RuleSubject[],
  untilMs: number,
): Promise<Map<string, number>> {
  const first = new Map<string, number>();
  if (subjects.length === 0) return first;
  const note = (institution: string, ms: number): void => {
    first.set(institution, zone.monthStart(Math.min(ms, first.get(institution) ?? ms)));
  };

  const institutions = subjects.map(({ institution }) => institution);
  const usage = await series.institutionUsage('month', institutions, 0, untilMs);
  for (const row of usage) note(row.institution, row.startMs);

  const institutionOf = new Map(
    subjects.flatMap(({ institution, points }) => points.map(({ id }) => [id, institution])),
  );
  const points = [...institutionOf.keys()];
  if (points.length === 0) return first;
  for (const metric of ['temperature', 'setpoint'] as const) {
    const rows = await series.means(points, metric, 0, untilMs, COARSE_STEP_MS);
    for (const { meter, startMs } of rows) note(institutionOf.get(meter)!, startMs);
  }
  return first;
}
