import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { UsageReader, UsageStep } from '../usage/usage-reader.ts';
import type { UsedBefore } from './place-tiers.ts';

/** What an institution has used of a medium since the month, and the year, of an instant began, up to it; millionths. */
export async function usedBefore(
  { usage, zone }: { usage: UsageReader; zone: Zone },
  institution: string,
  medium: UsageMedium,
  atMs: number,
): Promise<UsedBefore> {
  const sum = async (fromMs: number, toMs: number, step: UsageStep): Promise<bigint> => {
    if (fromMs >= toMs) return 0n;
    const rows = await usage.institutionUsage([institution], fromMs, toMs, step, medium);
    return rows.reduce((total, { micro }) => total + (micro ?? 0n), 0n);
  };
  const monthStart = zone.monthStart(atMs);
  const dayStart = zone.dayStart(atMs);
  const hourStart = atMs - ((atMs - dayStart) % 3_600_000);
  const days = await sum(monthStart, dayStart, '1d');
  const hours = await sum(dayStart, hourStart, '1h');
  const month = days + hours + (await sum(hourStart, atMs, '15m'));
  return { month, year: month + (await sum(zone.yearStart(atMs), monthStart, '1mo')) };
}
