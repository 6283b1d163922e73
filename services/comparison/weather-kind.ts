import type { UsageMedium } from '../../domain/quantity.ts';

/** Which degree-days a use follows. */
export type WeatherKind = 'heating' | 'cooling';

/**
 * Which degree-days a medium, or a sub-item (分项) of electricity, follows: heat and gas those of heating, cooling and
 * air conditioning (B) those of cooling, but its hot-water pumps and electric boilers (B1E, B1F) those of heating. Null:
 * neither.
 */
export function weatherKindOf(medium: UsageMedium, subItem: string): WeatherKind | null {
  if (medium === 'heat' || medium === 'gas') return 'heating';
  if (medium === 'cooling') return 'cooling';
  if (medium !== 'electricity' || !subItem.startsWith('B')) return null;
  return subItem.startsWith('B1E') || subItem.startsWith('B1F') ? 'heating' : 'cooling';
}
