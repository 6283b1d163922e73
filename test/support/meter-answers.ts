import { expect } from 'vitest';

import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';

/** Epoch milliseconds, [from, to), both at a midnight of the platform's zone. */
export interface AnswerRange {
  fromMs: number;
  toMs: number;
}

/** The register of a meter at each device time, as the API shows it. */
export async function readingsOf(api: ApiClient, meter: string, range: AnswerRange): Promise<Map<number, number>> {
  const items = await api.items<{ ts: string; total: number }>(
    `/meters/${meter}/readings?from=${range.fromMs}&to=${range.toMs}`,
  );
  return new Map(items.map(({ ts, total }) => [Date.parse(ts), total]));
}

/** The sum of a meter's daily usage by the API, in millionths. */
export async function microOfUsage(api: ApiClient, meter: string, range: AnswerRange): Promise<number> {
  const days = await api.items<MeterUsageItem>(`/meters/${meter}/usage?from=${range.fromMs}&to=${range.toMs}&step=1d`);
  return days.reduce((sum, { value }) => sum + Math.round((value ?? 0) * 1e6), 0);
}

/** What a register that only rises has counted over its readings, in millionths. */
export function microOfRegister(readings: ReadonlyMap<number, number>): number {
  const totals = [...readings.values()];
  return Math.round((Math.max(...totals) - Math.min(...totals)) * 1e6);
}

/** Expects in time: every acknowledged reading readable as it was sent, no other there, usage that of the registers. */
export async function expectAllThere(
  api: ApiClient,
  acknowledged: ReadonlyMap<string, ReadonlyMap<number, number>>,
  range: AnswerRange,
  withinMs: number,
): Promise<void> {
  for (const [meter, sent] of acknowledged) {
    const found = await eventually(
      () => readingsOf(api, meter, range),
      (readings) => readings.size >= sent.size,
      withinMs,
    );
    expect(found).toEqual(sent);
    const micro = microOfRegister(sent);
    const used = await eventually(
      () => microOfUsage(api, meter, range),
      (usage) => usage === micro,
      withinMs,
    );
    expect(used).toBe(micro);
  }
}
