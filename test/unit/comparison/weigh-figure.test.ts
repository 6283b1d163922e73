import { expect, test } from 'vitest';

import { datesOf } from '../../../services/comparison/civil-day.ts';
import { type DatedFigure, weighFigure } from '../../../services/comparison/weigh-figure.ts';

const MARCH = datesOf({ from: '2026-03-01', to: '2026-04-01' });
const figure = (value: number, validFrom: string, validTo: string | null = null): DatedFigure => ({
  value,
  validFrom,
  validTo,
});

test.each<[string, DatedFigure[], ReturnType<typeof weighFigure>]>([
  ['one that always held', [figure(50, '1970-01-01')], { value: 50, reason: null }],
  [
    'one that changed on 11 March: ten days of one, twenty-one of the other',
    [figure(31, '1970-01-01', '2026-03-11'), figure(62, '2026-03-11')],
    { value: (31 * 10 + 62 * 21) / 31, reason: null },
  ],
  ['none', [], { value: null, reason: 'none-entered' }],
  ['one that begins later', [figure(50, '2026-04-01')], { value: null, reason: 'none-entered' }],
  ['one that begins within', [figure(50, '2026-03-31')], { value: null, reason: 'not-entered-throughout' }],
  [
    'one that ended within',
    [figure(50, '1970-01-01', '2026-03-31')],
    { value: null, reason: 'not-entered-throughout' },
  ],
])('%s', (_name, figures, want) => {
  expect(weighFigure(figures, MARCH)).toEqual(want);
});
