import type { Zone } from '../../domain/zone.ts';
import { createLocalDays } from './local-days.ts';
import type { UsageSettings } from './usage-settings.ts';

const LIKE_DAY_WEEKS = 8;
const STUCK_DAYS = 7;

/** The settings of making usage, with the design's numbers where none are given. */
export function createUsageSettings(
  zone: Zone,
  { likeDayWeeks = LIKE_DAY_WEEKS, stuckDays = STUCK_DAYS }: Partial<Omit<UsageSettings, 'days'>> = {},
): UsageSettings {
  return { days: createLocalDays(zone), likeDayWeeks, stuckDays };
}
