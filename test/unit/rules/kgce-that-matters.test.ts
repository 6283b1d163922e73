import { expect, test } from 'vitest';

import { coefficientsAt, type DatedCoefficientSet } from '../../../domain/coefficient.ts';
import type { UsageMedium } from '../../../domain/quantity.ts';
import { createWorkCalendar } from '../../../domain/work-calendar.ts';
import { RULE_FOLDS } from '../../../services/rules/rule-folds.ts';
import { configDigest } from '../../../services/rules/rule-states.ts';
import type { RuleSubject } from '../../../services/rules/rule-subject.ts';
import { parseRuleSettings } from '../../../services/rules/settings.ts';
import { SHANGHAI } from '../../support/rule-world.ts';

const SHIPPED = coefficientsAt('2026-01-01', []);
const EVEN = Array<number>(12).fill(1000);
const calendar = createWorkCalendar(SHANGHAI);
const parsed = parseRuleSettings(null, 'agency');
if (!parsed.ok) throw new Error(parsed.reason);
const { settings } = parsed;
const limits: RuleSubject['limits'] = [
  { medium: 'electricity', year: 2026, annualLimit: 12_000, monthLimits: EVEN },
  { medium: 'gas', year: 2025, annualLimit: 12_000, monthLimits: EVEN },
];
const areaM2: RuleSubject['areaM2'] = [{ value: 4000, valid_from: '2020-01-01', valid_to: null }];

function digests(coefficients: readonly DatedCoefficientSet[]): Record<string, string> {
  const subject = {
    institution: 'office',
    settings,
    calendar,
    areaM2,
    limits,
    coefficients,
    points: [],
    heatMeters: [],
  };
  return Object.fromEntries(RULE_FOLDS.map(({ rule, dependsOn }) => [rule, configDigest(dependsOn(subject))]));
}

function set(validFrom: string, kgce: Partial<Record<UsageMedium, number>>): DatedCoefficientSet {
  const co2KgPer = { ...SHIPPED.co2KgPer, electricity: 0.6 };
  return { id: validFrom, source: 's', validFrom, kgcePer: { ...SHIPPED.kgcePer, ...kgce }, co2KgPer };
}

test('without entered sets the states that earlier versions stored are gone on from', () => {
  // As they were made before there were sets to enter.
  expect(digests([])).toEqual({
    quota: configDigest([1, 'Asia/Shanghai', settings.quota, limits]),
    'off-hours': configDigest([1, 'Asia/Shanghai', calendar.key, settings.offHours, areaM2]),
    thermostat: configDigest([1, 'Asia/Shanghai', calendar.key, settings.thermostat, areaM2, [], []]),
  });
});

const cases: { name: string; entered: DatedCoefficientSet[]; changed: string[] }[] = [
  { name: 'another factor of CO₂', entered: [set('2026-01-01', {})], changed: [] },
  { name: 'standard coal of a medium without a quota', entered: [set('2026-01-01', { heat: 30 })], changed: [] },
  { name: 'of a medium with a quota', entered: [set('2025-06-15', { gas: 1.2 })], changed: ['quota'] },
  { name: 'of it, behind the years that have one', entered: [set('2026-01-01', { gas: 1.2 })], changed: [] },
  {
    name: 'of it, superseded before the first of these years ends a month',
    entered: [set('2020-01-01', { gas: 1.2 }), set('2025-01-31', {})],
    changed: [],
  },
  { name: 'of electricity', entered: [set('2026-01-01', { electricity: 0.3 })], changed: ['quota', 'off-hours'] },
  {
    name: 'of electricity, behind the quotas',
    entered: [set('2027-01-01', { electricity: 0.3 })],
    changed: ['off-hours'],
  },
];
for (const { name, entered, changed } of cases) {
  test(`a set that changes ${name} => ${changed.join(', ') || 'nothing'} from the first hour on`, () => {
    const [before, after] = [digests([]), digests(entered)];
    expect(Object.keys(after).filter((rule) => after[rule] !== before[rule])).toEqual(changed);
  });
}
