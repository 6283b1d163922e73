import { expect, test } from 'vitest';

import { countPoints, toCsv } from '../../../dashboards/charts/chart-spec.ts';

const table = {
  columns: ['时间', '用量 (kWh)'],
  labels: 1,
  rows: [
    ['00:00', 1.5],
    ['01:00', null],
    ['02:00', 0],
  ],
};

test('what is missing is no point, zero is one', () => expect(countPoints(table)).toBe(2));

test('a CSV that Excel reads: byte order mark, missing said, never zero', () =>
  expect(toCsv(table, '缺失')).toBe('\uFEFF时间,用量 (kWh)\r\n00:00,1.5\r\n01:00,缺失\r\n02:00,0\r\n'));

test('a name with a comma and quotes stays one cell, a formula stays a text', () =>
  expect(
    toCsv(
      {
        columns: ['n', 'v'],
        labels: 1,
        rows: [
          ['a,"b"', 1],
          ['=SUM(A1)', -2],
        ],
      },
      '',
    ),
  ).toBe('\uFEFFn,v\r\n"a,""b""",1\r\n\'=SUM(A1),-2\r\n'));
