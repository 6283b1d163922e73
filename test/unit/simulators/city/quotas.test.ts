import { describe, expect, test, vi } from 'vitest';

import { demoCity } from '../../../../simulators/city.ts';
import { demoQuotas } from '../../../../simulators/city/quotas.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import { local } from '../instants.ts';
import { registerUse } from '../register-use.ts';

// Years of readings are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const city = demoCity();
// What a register shows between two that were swapped, or misread, is no use.
const faults = city.faults.filter(({ kind }) => kind !== 'glitch' && kind !== 'swap');
const models = createCityModel(city, { faults });
const quotas = demoQuotas(city, [2025, 2026]);
const DAY_MS = 86_400_000;
const faulty = (kind: string): Set<string | undefined> =>
  new Set(city.faults.filter((fault) => fault.kind === kind).map(({ institutionId }) => institutionId));

function useOf(institutionId: string, medium: string, fromMs: number, toMs: number): number {
  return models
    .filter(({ spec }) => spec.institutionId === institutionId && spec.medium === medium && !spec.parentId)
    .reduce((sum, model) => sum + registerUse(model, fromMs, toMs, DAY_MS), 0);
}

test('there is a quota of each institution, medium and year, whose months sum to it', () => {
  expect(quotas).toHaveLength(12 * 3 * 2);
  for (const { annualLimit, monthLimits } of quotas) {
    expect(monthLimits).toHaveLength(12);
    expect(monthLimits.reduce((a, b) => a + b)).toBe(annualLimit);
    for (const limit of monthLimits) expect(limit).toBeGreaterThan(0);
  }
});

describe.each([2025, 2026])('in %i', (year) => {
  const monthStart = (month: number): number =>
    local(`${year + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`);

  test('ordinary use is 65 to 85 % of every limit, a breach above the annual one', () => {
    for (const { institutionId, medium, annualLimit } of quotas.filter((quota) => quota.year === year)) {
      const ratio = useOf(institutionId, medium, monthStart(0), monthStart(12)) / annualLimit;
      const breach = medium === 'electricity' && faulty('quota-breach').has(institutionId);
      expect(ratio, `${institutionId} ${medium}`).toBeGreaterThan(breach ? 1 : 0.65);
      expect(ratio, `${institutionId} ${medium}`).toBeLessThan(
        breach ? 1.3 : medium === 'electricity' && faulty('standby').has(institutionId) ? 1 : 0.85,
      );
    }
  });

  test('the months of an institution without faults lie within 65 to 85 % each', () => {
    const clean = quotas.filter(
      (quota) =>
        quota.year === year &&
        quota.medium === 'electricity' &&
        !faulty('quota-breach').has(quota.institutionId) &&
        !faulty('standby').has(quota.institutionId),
    );
    expect(clean.length).toBeGreaterThanOrEqual(9);
    for (const { institutionId, medium, monthLimits } of clean)
      for (const [month, limit] of monthLimits.entries()) {
        const ratio = useOf(institutionId, medium, monthStart(month), monthStart(month + 1)) / limit;
        expect(ratio, `${institutionId} ${month + 1}`).toBeGreaterThan(0.65);
        expect(ratio, `${institutionId} ${month + 1}`).toBeLessThan(0.85);
      }
  });
});
