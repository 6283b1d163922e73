import { expect, test } from 'vitest';

import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { missingMonthsTexts } from '../../../services/reports/render/missing-months.ts';
import { qualityTexts } from '../../../services/reports/render/report-text.ts';
import { sampleInstitution } from '../../support/sample-report.ts';

type Medium = ReportFigures['media'][number];

const WHOLE = Array<number>(12).fill(1000);

function textsOf(change: Partial<Medium>): string[] {
  const figures = sampleInstitution('a', '甲', 'agency', 5000);
  const electricity = figures.media.find(({ medium }) => medium === 'electricity')!;
  return missingMonthsTexts({ ...figures, media: [{ ...electricity, ...change }] });
}
const without = (...none: number[]): (number | null)[] =>
  Array.from({ length: 12 }, (_, at) => (none.includes(at) ? null : 5));
const knownBut = (part: Record<number, number>): number[] => WHOLE.map((ms, at) => part[at] ?? ms);

test.each<[string, Partial<Medium>, string[]]>([
  ['all is known', { meteredTime: { expectedMs: WHOLE, knownMs: WHOLE } }, []],
  ['nothing is', { total: null, months: Array<null>(12).fill(null) }, ['电力全年没有数据。']],
  ['months without data', { months: without(2, 3) }, ['电力3月、4月没有数据。全年消费量为有数据部分之和，未作补足。']],
  [
    'months in part; one that lacks a moment counts as whole',
    { months: without(0), meteredTime: { expectedMs: WHOLE, knownMs: knownBut({ 0: 0, 1: 932, 2: 994, 3: 996 }) } },
    [
      '电力1月没有数据；2月（93.2%）、3月（99.4%）数据不全，括号内为有数据的计量时长占比。' +
        '全年消费量为有数据部分之和，未作补足。',
    ],
  ],
  [
    'no meter is registered any more',
    { meteredTime: { expectedMs: Array(12).fill(0), knownMs: Array(12).fill(0) } },
    [],
  ],
])('which months a report lacks: %s', (_name, change, want) => {
  expect(textsOf(change)).toEqual(want);
});

test('the report says it among its notes', () => {
  expect(qualityTexts(sampleInstitution('a', '甲', 'agency', 5000))).toContain(
    '水7月没有数据。全年消费量为有数据部分之和，未作补足。',
  );
});
