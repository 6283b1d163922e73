import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { coefficientsAt } from '../../../domain/coefficient.ts';
import type { UsageMedium } from '../../../domain/quantity.ts';
import type { Folded } from '../../../services/rules/episode.ts';
import {
  carriedByQuota,
  evaluateQuota,
  QUOTA_START,
  type QuotaConfig,
  type QuotaState,
} from '../../../services/rules/quota/evaluate.ts';
import { parseRuleSettings } from '../../../services/rules/settings.ts';
import { byTime, foldedByMonth } from '../../support/folded-by-month.ts';
import { SHANGHAI, shanghai } from '../../support/rule-world.ts';

const HOUR = 3_600_000;

function configOf(limits: QuotaConfig['limits'], coefficients: QuotaConfig['coefficients'] = []): QuotaConfig {
  const parsed = parseRuleSettings(null, 'agency');
  if (!parsed.ok) throw new Error(parsed.reason);
  return { zone: SHANGHAI, settings: parsed.settings.quota, limits, coefficients };
}

/** Month limits of 1,000, a year of 12,000. */
const EVEN = {
  medium: 'electricity',
  year: 2026,
  annualLimit: 12_000,
  monthLimits: Array<number>(12).fill(1000),
} as const;

type Use = [hour: string, amount: number];

function useOf(uses: readonly Use[], medium: UsageMedium = 'electricity') {
  return new Map([[medium, new Map(uses.map(([hour, amount]) => [shanghai(hour), BigInt(Math.round(amount * 1e6))]))]]);
}

function evaluate(config: QuotaConfig, uses: readonly Use[], from: string, to: string): Folded<QuotaState> {
  return evaluateQuota(config, { fromMs: shanghai(from), toMs: shanghai(to), useMicro: useOf(uses) }, QUOTA_START);
}

const cases: { name: string; uses: Use[]; to: string; want: [string, string, string, string | null, number][] }[] = [
  { name: 'below 80 % => silent', uses: [['2026-01-10T10:00', 799.999]], to: '2026-01-20', want: [] },
  {
    name: 'at 80 % => a warning since the end of that hour',
    uses: [['2026-01-10T10:00', 800]],
    to: '2026-01-20',
    want: [['electricity/2026-01', 'warning', '01-10T11:00', null, 800]],
  },
  {
    name: 'at 100 % => a breach, one episode since the warning',
    uses: [
      ['2026-01-10T10:00', 800],
      ['2026-01-12T10:00', 200],
      ['2026-01-13T10:00', 50],
    ],
    to: '2026-01-20',
    want: [['electricity/2026-01', 'critical', '01-10T11:00', null, 1050]],
  },
  {
    name: 'a month that ends within its limit ends its warning',
    uses: [['2026-01-31T23:00', 900]],
    to: '2026-02-03',
    want: [['electricity/2026-01', 'warning', '02-01T00:00', '02-01T00:00', 900]],
  },
  {
    name: 'a breach outlives its month',
    uses: [['2026-01-31T23:00', 1001]],
    to: '2026-03-03',
    want: [['electricity/2026-01', 'critical', '02-01T00:00', null, 1001]],
  },
  {
    name: 'months are counted apart, the year over all of them',
    uses: [
      ['2026-01-10T10:00', 9000],
      ['2026-02-10T10:00', 700],
    ],
    to: '2026-02-20',
    want: [
      ['electricity/2026-01', 'critical', '01-10T11:00', null, 9000],
      ['electricity/2026', 'warning', '02-10T11:00', null, 9700],
    ],
  },
  {
    name: 'use that falls below 0.99 of the warning by a correction clears it',
    uses: [
      ['2026-01-10T10:00', 800],
      ['2026-01-10T12:00', -5],
      ['2026-01-10T14:00', -10],
    ],
    to: '2026-01-20',
    want: [['electricity/2026-01', 'warning', '01-10T11:00', '01-10T15:00', 785]],
  },
];
describe('quota', () => {
  for (const { name, uses, to, want } of cases) {
    test(name, () => {
      const iso = (ms: number | null): string | null => (ms === null ? null : SHANGHAI.iso(ms).slice(5, 16));
      const { episodes } = evaluate(configOf([EVEN]), uses, '2026-01-01', to);
      expect(
        byTime(episodes).map((episode) => [
          episode.subject,
          episode.severity,
          iso(episode.activeSinceMs),
          iso(episode.clearedAtMs),
          episode.value,
        ]),
      ).toEqual(want);
    });
  }

  test('a warning goes to the institution under Art. 15, a breach to the bureau under Art. 15, 27 with its waste', () => {
    const uses: Use[] = [
      ['2026-01-10T10:00', 850],
      ['2026-01-12T10:00', 250],
    ];
    const warned = evaluate(configOf([EVEN]), uses, '2026-01-01', '2026-01-11').episodes[0];
    expect(warned).toMatchObject({ addressedTo: 'institution', article: 'Art. 15', waste: { amount: 0, kgce: 0 } });
    const breached = evaluate(configOf([EVEN]), uses, '2026-01-01', '2026-01-13').episodes[0]!;
    expect(breached).toMatchObject({
      addressedTo: 'bureau',
      article: 'Art. 15, 27',
      limit: 1000,
      unit: 'kWh',
      waste: { amount: 100, unit: 'kWh' },
      evidence: {
        kind: 'cumulative-use',
        series: [
          [shanghai('2026-01-10T11:00'), 850],
          [shanghai('2026-01-12T11:00'), 1100],
        ],
        facts: {
          medium: 'electricity',
          ratio: 1.1,
          warnedAt: '2026-01-10T11:00:00+08:00',
          breachedAt: '2026-01-12T11:00:00+08:00',
        },
      },
    });
    expect(breached.waste.kgce).toBeCloseTo(12.29, 9);
  });

  test('what is over the limit counts in standard coal by the set of the last day of its month or year', () => {
    const set = (validFrom: string, electricity: number): QuotaConfig['coefficients'][number] => {
      const shipped = coefficientsAt(validFrom, []);
      return { ...shipped, id: validFrom, validFrom, kgcePer: { ...shipped.kgcePer, electricity } };
    };
    const uses: Use[] = [
      ['2026-01-10T10:00', 1100],
      ['2026-02-10T10:00', 13_000],
    ];
    const entered = [set('2026-02-28', 0.3), set('2026-03-01', 0.4)];
    const { episodes } = evaluate(configOf([EVEN], entered), uses, '2026-01-01', '2026-02-20');
    expect(byTime(episodes).map(({ subject, waste }) => [subject, waste.amount, waste.kgce])).toEqual([
      ['electricity/2026-01', 100, expect.closeTo(100 * 0.1229, 9)],
      ['electricity/2026', 2100, expect.closeTo(2100 * 0.4, 9)],
      ['electricity/2026-02', 12_000, expect.closeTo(12_000 * 0.3, 9)],
    ]);
  });

  test('media, years and limits of nothing', () => {
    const limits: QuotaConfig['limits'] = [
      { ...EVEN, annualLimit: 11_000, monthLimits: [0, ...EVEN.monthLimits.slice(1)] },
      { medium: 'water', year: 2026, annualLimit: 12, monthLimits: Array<number>(12).fill(1) },
    ];
    const hour = shanghai('2026-01-10T10:00');
    const useMicro = new Map<UsageMedium, Map<number, bigint>>([
      ['electricity', new Map([[hour, 500_000_000n]])],
      ['water', new Map([[hour, 900_000n]])],
      ['heat', new Map([[hour, 900_000_000n]])],
    ]);
    const window = { fromMs: shanghai('2025-12-01'), toMs: shanghai('2026-02-10'), useMicro };
    const { episodes } = evaluateQuota(configOf(limits), window, QUOTA_START);
    expect(episodes.map(({ subject, unit }) => [subject, unit])).toEqual([['water/2026-01', 'm3']]);
  });

  test('what is carried names the warnings of the running year and month', () => {
    const { state } = evaluate(configOf([EVEN]), [['2026-02-10T10:00', 900]], '2026-01-01', '2026-02-11');
    expect(carriedByQuota(state)).toEqual([
      { subject: 'electricity/2026-02', activeSinceMs: shanghai('2026-02-10T11:00') },
    ]);
  });
});

test('quota property: folding month by month is folding at once, and the sum is exact', () => {
  const from = shanghai('2025-11-01');
  const to = shanghai('2026-04-10');
  const limits = [2025, 2026].map((year) => ({ ...EVEN, year }));
  const use = fc.record({
    hour: fc.integer({ min: 0, max: (to - from) / HOUR - 1 }),
    micro: fc.bigInt({ min: 0n, max: 400_000_000n }),
  });
  fc.assert(
    fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
      const hours = new Map<number, bigint>();
      for (const { hour, micro } of uses) hours.set(from + hour * HOUR, micro);
      const useMicro = new Map([['electricity' as const, hours]]);
      const fold = (fromMs: number, toMs: number, state: QuotaState): Folded<QuotaState> =>
        evaluateQuota(configOf(limits), { fromMs, toMs, useMicro }, state);
      const atOnce = fold(from, to, QUOTA_START);
      const byMonth = foldedByMonth(from, to, QUOTA_START, fold);
      expect(byMonth.state).toEqual(atOnce.state);
      expect(byMonth.episodes).toEqual(byTime(atOnce.episodes));
      const year = atOnce.state.periods.find(({ subject }) => subject === 'electricity/2026');
      const inYear = [...hours].filter(([hour]) => hour >= shanghai('2026-01-01'));
      expect(year?.usedMicro ?? '0').toBe(String(inYear.reduce((sum, [, micro]) => sum + micro, 0n)));
    }),
    { numRuns: 25 },
  );
}, 30_000);
