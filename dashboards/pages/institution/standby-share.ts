import type { StandbyDay } from '../../../services/api/schemas/institution.ts';

/**
 * The share of off-hours electricity in all of it, null where none is known, and how many days are left out of it: of
 * a day with unknown hours, working hours might lack more than nights, or less.
 */
export function standbyShare(days: readonly StandbyDay[]): { share: number | null; left: number } {
  const whole = days.filter(({ missingHours }) => missingHours === 0);
  const offKwh = whole.reduce((sum, { offHoursKwh }) => sum + (offHoursKwh ?? 0), 0);
  const allKwh = whole.reduce((sum, { workingKwh }) => sum + (workingKwh ?? 0), offKwh);
  return { share: allKwh > 0 ? offKwh / allKwh : null, left: days.length - whole.length };
}
