import type { OffHoursSettings } from '../settings.ts';

/**
 * The power that off-hours load may have (Art. 20(1)), kW; null where it cannot be told: no floor area for an absolute
 * limit, or no working hours yet for a share of them.
 */
export function offHoursLimitKw(
  settings: OffHoursSettings,
  areaM2: number | null,
  baselineKw: number | null,
): number | null {
  if (settings.mode === 'absolute') return areaM2 === null ? null : (settings.wattsPerM2 * areaM2) / 1000;
  if (baselineKw === null) return null;
  return Math.max(settings.share * baselineKw, (settings.floorWattsPerM2 * (areaM2 ?? 0)) / 1000);
}

/** Whether a sub-item runs day and night by its nature and is left out of the load. */
export function isExempt(settings: OffHoursSettings, subItem: string): boolean {
  return settings.exemptSubItems.some((code) => subItem.startsWith(code));
}
