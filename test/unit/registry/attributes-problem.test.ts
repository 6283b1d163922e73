import { expect, test } from 'vitest';

import { attributesProblem, type AttributePeriods } from '../../../services/registry/attributes-problem.ts';

const from = (date: string, value: number, to: string | null = null) => ({ from: date, to, value });

test.each<[string, AttributePeriods, string | undefined]>([
  ['nothing', {}, undefined],
  ['all as they may be', { areaM2: [from('2020-01-01', 900.5)], headcount: [from('2020-01-01', 3)] }, undefined],
  ['no area', { areaM2: [from('2020-01-01', 0)] }, 'areaM2: an area must be above zero'],
  ['an office area below zero', { officeAreaM2: [from('2020-01-01', -1)] }, 'officeAreaM2: an area must be above zero'],
  ['an area in mm²', { areaM2: [from('2020-01-01', 1e9)] }, 'areaM2: 1000000000 is more than the 100000000'],
  ['more than all of mankind', { headcount: [from('2020-01-01', 1e308)] }, 'headcount: 1e+308 is more than'],
  ['half a person', { headcount: [from('2020-01-01', 2.5)] }, 'headcount: people are counted in whole numbers'],
  ['nobody', { establishment: [from('2020-01-01', 0)] }, 'establishment: people are counted from one'],
  [
    'an office larger than the floor',
    { areaM2: [from('2020-01-01', 500)], officeAreaM2: [from('2021-01-01', 501)] },
    'officeAreaM2: 501 m² from 2021-01-01 on are more than the floor area of 500 m²; correct one of the two',
  ],
  ['an office as large', { areaM2: [from('2020-01-01', 500)], officeAreaM2: [from('2021-01-01', 500)] }, undefined],
  [
    'a floor that became smaller than the office',
    {
      areaM2: [from('2020-01-01', 500, '2024-01-01'), from('2024-01-01', 300)],
      officeAreaM2: [from('2020-01-01', 400)],
    },
    'officeAreaM2: 400 m² from 2024-01-01 on',
  ],
  [
    'an office that ended before the floor became smaller',
    {
      areaM2: [from('2020-01-01', 500, '2024-01-01'), from('2024-01-01', 300)],
      officeAreaM2: [from('2020-01-01', 400, '2024-01-01'), from('2024-01-01', 200)],
    },
    undefined,
  ],
])('%s', (_name, attributes, want) => {
  const problem = attributesProblem(attributes);
  if (want === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(want);
});
