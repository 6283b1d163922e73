import { expect, test } from 'vitest';
import { z } from 'zod';

import { tariffPricesSchema } from '../../../services/api/schemas/tariff.ts';
import { exampleTariffs } from '../../../services/cost/example-tariffs.ts';
import { FOUR_WINDOWS } from '../../support/cost-plan.ts';

const window = (from: string, to: string, period: string) => ({ from, to, period });
const timeOfUse = (windows: object[], extra: object = {}) => ({
  kind: 'time-of-use',
  prices: { peak: '1', valley: '0.3' },
  schedules: [{ days: 'all', windows, ...extra }],
});
const DAY = [window('00:00', '24:00', 'peak')];

test.each([
  [
    'a hole in the day',
    timeOfUse([window('00:00', '08:00', 'valley'), window('09:00', '24:00', 'peak')]),
    'nothing holds from 08:00 to 09:00',
  ],
  ['a day that begins late', timeOfUse([window('00:30', '24:00', 'peak')]), 'nothing holds from 00:00 to 00:30'],
  ['a day that ends early', timeOfUse([window('00:00', '22:00', 'peak')]), 'nothing holds from 22:00 to 24:00'],
  [
    'windows over each other',
    timeOfUse([window('00:00', '09:00', 'valley'), window('08:00', '24:00', 'peak')]),
    'two hold from 08:00 to 09:00',
  ],
  [
    'a window over midnight',
    timeOfUse([window('22:00', '06:00', 'valley'), window('06:00', '22:00', 'peak')]),
    'divide it at midnight',
  ],
  [
    'a window off the quarter hour',
    timeOfUse([window('00:00', '08:10', 'valley'), window('08:10', '24:00', 'peak')]),
    'quarter hour',
  ],
  ['a period without a price', timeOfUse([window('00:00', '24:00', 'sharp')]), 'prices.sharp: is missing'],
  ['months without a schedule', timeOfUse(DAY, { months: [1, 2, 3] }), 'no schedule holds on working days of month 4'],
  ['days off without a schedule', timeOfUse(DAY, { days: 'workdays' }), 'no schedule holds on days off of month 1'],
  [
    'two schedules',
    { ...timeOfUse(DAY), schedules: [{ windows: DAY }, { months: [7], windows: DAY }] },
    '2 schedules hold on working days of month 7',
  ],
  [
    'a last step with an edge',
    { kind: 'tiered', per: 'year', steps: [{ upTo: '10', price: '1' }] },
    'the last step has no edge',
  ],
  [
    'steps that fall',
    {
      kind: 'tiered',
      per: 'year',
      steps: [
        { upTo: '10', price: '1' },
        { upTo: '10', price: '2' },
        { upTo: null, price: '3' },
      ],
    },
    'steps.1.upTo: 10 is not above',
  ],
  [
    'a step without an edge in between',
    {
      kind: 'tiered',
      per: 'month',
      steps: [
        { upTo: null, price: '1' },
        { upTo: null, price: '2' },
      ],
    },
    'only the last step',
  ],
  ['a price that is a number', { kind: 'flat', price: 0.5 }, 'price'],
  ['a price of seven places', { kind: 'flat', price: '0.1234567' }, 'six places'],
  ['a kind that is none', { kind: 'free' }, 'kind'],
])('prices refused: %s', (_name, prices, words) => {
  const parsed = tariffPricesSchema.safeParse(prices);
  expect(parsed.success).toBe(false);
  expect(z.prettifyError(parsed.error!)).toContain(words);
});

const TAKEN: [string, object][] = [
  ['one price', { kind: 'flat', price: '0' }],
  [
    'windows in any order',
    { ...FOUR_WINDOWS, schedules: [{ days: 'all', windows: FOUR_WINDOWS.schedules[0]!.windows.toReversed() }] },
  ],
  [
    'steps with one edge',
    {
      kind: 'tiered',
      per: 'month',
      steps: [
        { upTo: '0.5', price: '1' },
        { upTo: null, price: '2' },
      ],
    },
  ],
  ...exampleTariffs.map(({ id, versions }): [string, object] => [id, versions[0]!.prices]),
];
test.each(TAKEN)('prices taken: %s', (_name, prices) => {
  expect(tariffPricesSchema.parse(prices)).toEqual(prices);
});
