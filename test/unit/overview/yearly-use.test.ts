import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { yearlyUse } from '../../../services/overview/yearly-use.ts';
import type { InstitutionInterval, UsageReader } from '../../../services/usage/usage-reader.ts';

const zone = createZone('Asia/Shanghai');
const quality = { measured: 1, estimated: 0, manual: 0, missing: 0 };

/** One unit an hour, everywhere, up to `nowMs`. */
function steadyUsage(nowMs: number): UsageReader {
  return {
    meterUsage: async () => [],
    institutionUsage: async (institutions, fromMs, toMs, step) => {
      const rows: InstitutionInterval[] = [];
      const next = (ms: number): number => (step === '1mo' ? zone.nextMonth(ms) : zone.nextDay(ms));
      for (const institution of institutions) {
        for (let startMs = fromMs; startMs < toMs; startMs = next(startMs)) {
          const hours = (Math.min(next(startMs), nowMs) - startMs) / 3_600_000;
          const base = { institution, medium: 'water' as const, subItem: '', startMs, endMs: next(startMs), quality };
          rows.push({ ...base, micro: hours > 0 ? BigInt(hours) * 1_000_000n : null });
        }
      }
      return rows;
    },
  };
}

test.each([
  ['mid-year', '2026-05-15T10:00:00+08:00', '2025-05-16T00:00:00+08:00'],
  ['the first day of a year', '2026-01-01T01:00:00+08:00', '2025-01-02T00:00:00+08:00'],
  ['29 February, which last year had none of', '2024-02-29T10:00:00+08:00', '2023-03-01T00:00:00+08:00'],
  ['the last day of a month', '2026-04-30T23:00:00+08:00', '2025-05-01T00:00:00+08:00'],
  ['the last day of a year', '2026-12-31T23:00:00+08:00', '2026-01-01T00:00:00+08:00'],
])('same days of last year: %s', async (_name, now, until) => {
  const nowMs = Date.parse(now);
  const { year } = zone.local(nowMs);
  const { media, byInstitution } = await yearlyUse({ usage: steadyUsage(nowMs), zone, nowMs }, ['a', 'b'], year);
  const hours = (from: number, to: number): bigint => BigInt((to - from) / 3_600_000) * 1_000_000n;
  expect(media).toHaveLength(1);
  expect(media[0]).toMatchObject({
    medium: 'water',
    unit: 'm3',
    used: 2n * hours(zone.at(year, 1, 1), nowMs),
    lastYear: 2n * hours(zone.at(year - 1, 1, 1), Date.parse(until)),
  });
  expect(byInstitution.get('a water')).toBe(hours(zone.at(year, 1, 1), nowMs));
});

test('a past year is compared whole, without a look at the days', async () => {
  const nowMs = Date.parse('2026-05-15T10:00:00+08:00');
  const steps: string[] = [];
  const steady = steadyUsage(nowMs);
  const usage: UsageReader = {
    ...steady,
    institutionUsage: (institutions, fromMs, toMs, step) => {
      steps.push(step);
      return steady.institutionUsage(institutions, fromMs, toMs, step);
    },
  };
  const { media } = await yearlyUse({ usage, zone, nowMs }, ['a'], 2025);
  expect(media[0]).toMatchObject({ used: 8760_000_000n, lastYear: 8784_000_000n });
  expect(steps).toEqual(['1mo']);
});
