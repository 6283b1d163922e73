import { expect, test } from 'vitest';

import { ApiProblem } from '../../../dashboards/api-client/api-problem.ts';
import { UNIT_OF_MEDIUM } from '../../../dashboards/i18n/unit-of-medium.ts';
import { inFormTerms, pricesOfValues, valuesOfPrices } from '../../../dashboards/pages/accounting/tariff-values.ts';
import type { Prices } from '../../../dashboards/pages/accounting/tariff-values.ts';
import { CANONICAL_UNIT, USAGE_MEDIA } from '../../../domain/quantity.ts';
import { tariffPricesSchema } from '../../../services/api/schemas/tariff.ts';

const windows = [
  { from: '00:00', to: '08:00', period: 'valley' as const },
  { from: '08:00', to: '24:00', period: 'peak' as const },
];
const prices = { valley: '0.2650', peak: '0.7230' };
const steps = [
  { upTo: '180', price: '0.10' },
  { upTo: null, price: '0.20' },
];
const CASES: [name: string, prices: Prices][] = [
  ['one price', { kind: 'flat', price: '5.45' }],
  ['one price beside a fixed charge', { kind: 'flat', price: '5.45', fixedPerMonth: '30' }],
  ['steps', { kind: 'tiered', per: 'year', steps }],
  ['time of use', { kind: 'time-of-use', prices, schedules: [{ days: 'all', windows }] }],
  [
    'time of use with a surcharge',
    {
      kind: 'time-of-use',
      prices,
      schedules: [
        { days: 'all', months: [1], windows },
        { days: 'all', months: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], windows },
      ],
      surcharge: { per: 'month', steps },
    },
  ],
];

test.each(CASES)('%s goes through the form unchanged, and the platform takes it', (_name, given) => {
  const written = pricesOfValues(valuesOfPrices(given));
  expect(written).toEqual(given);
  expect(tariffPricesSchema.parse(written)).toEqual(given);
});

test('a period whose price was left blank is none', () =>
  expect(pricesOfValues({ kind: 'time-of-use', prices: { peak: '1', deep: ' ' }, schedules: [] })).toMatchObject({
    prices: { peak: '1' },
  }));

test.each([
  ['versions.0.prices: schedules.1.windows: nothing holds from 08:00', 'schedules: 2: nothing holds from 08:00'],
  ['body: schedules: no schedule holds on working days', 'schedules: no schedule holds on working days'],
  ['versions.0.prices.price: a decimal number as text', 'price: a decimal number as text'],
  ['versions.0.validFrom: give a date', 'validFrom: give a date'],
  ['surcharge.steps: the edges rise', 'steps: the edges rise'],
  ['id: is taken', 'id: is taken'],
])('a refusal names the fields of the form: %s', (detail, want) => {
  const told = inFormTerms(new ApiProblem(400, { detail }));
  expect(told).toBeInstanceOf(ApiProblem);
  expect((told as ApiProblem).detail).toBe(want);
});

test('what is no refusal stays what it is', () => {
  const error = new TypeError('no');
  expect(inFormTerms(error)).toBe(error);
});

test('prices are by the unit in which usage is kept', () => {
  for (const medium of USAGE_MEDIA) expect(UNIT_OF_MEDIUM[medium]).toBe(CANONICAL_UNIT[medium]);
});
