import { describe, expect, test } from 'vitest';

import { readWeatherCsv } from '../../../services/weather/read-weather-csv.ts';

const TODAY = '2026-05-15';
const read = (text: string) => readWeatherCsv(Buffer.from(text), TODAY);
const days = (text: string) => read(text).rows.map(({ row, date, meanC }) => [row, date, meanC]);

/** 日期,日平均气温 and the forms of GBK, as bytes. */
const GBK = Buffer.concat([
  Buffer.from([0xc8, 0xd5, 0xc6, 0xda, 0x2c, 0xc8, 0xd5, 0xc6, 0xbd, 0xbe, 0xf9, 0xc6, 0xf8, 0xce, 0xc2]),
  Buffer.from('\r\n2026-01-01,-11.5\r\n'),
]);

describe('what is read', () => {
  test.each<[string, string, [number, string, number][]]>([
    [
      'without a heading',
      '2026-01-01,-11.5\n2026-01-02,3\n',
      [
        [1, '2026-01-01', -11.5],
        [2, '2026-01-02', 3],
      ],
    ],
    ['with headings in another order', 'mean_c,station,date\n-1,53446,2026-01-01', [[2, '2026-01-01', -1]]],
    ['with a unit in the heading', 'Date,Temperature (°C)\n2026/1/2,4.25', [[2, '2026-01-02', 4.25]]],
    ['with Chinese headings', '日期,日平均气温（℃）\n2026年1月2日,-0.5℃', [[2, '2026-01-02', -0.5]]],
    [
      'semicolons, a mark, blank lines and quotes',
      '\uFEFF"date";"mean"\r\n\r\n"2026.3.1";"5"\r\n',
      [[3, '2026-03-01', 5]],
    ],
    ['tabs, full-width digits, a minus sign', '２０２６-０１-０３\t−２', [[1, '2026-01-03', -2]]],
    [
      'dates of eight digits, a time of midnight',
      '20260101,1\n2026-01-02 00:00:00,2',
      [
        [1, '2026-01-01', 1],
        [2, '2026-01-02', 2],
      ],
    ],
    [
      'today and a leap day',
      '2024-02-29,1\n2026-05-15,2',
      [
        [1, '2024-02-29', 1],
        [2, '2026-05-15', 2],
      ],
    ],
  ])('%s', (_name, text, want) => {
    expect(read(text).problems).toEqual([]);
    expect(days(text)).toEqual(want);
  });

  test('GBK', () => {
    expect(readWeatherCsv(GBK, TODAY)).toEqual({ rows: [{ row: 2, date: '2026-01-01', meanC: -11.5 }], problems: [] });
  });
});

describe('what is wrong is told by row', () => {
  test.each<[string, string, [number | null, string][]]>([
    [
      'a day that is none',
      '2026-02-29,1\n2026-13-01,2\nyesterday,3',
      [
        [1, 'date-invalid'],
        [2, 'date-invalid'],
        [3, 'date-invalid'],
      ],
    ],
    ['an hour', 'date,mean\n2026-01-01 13:00,1', [[2, 'date-invalid']]],
    ['a day twice', '2026-01-01,1\n2026-01-02,1\n2026/1/1,2', [[3, 'date-twice']]],
    ['tomorrow', '2026-05-16,20', [[1, 'date-in-future']]],
    [
      'no temperature',
      '2026-01-01,\n2026-01-02',
      [
        [1, 'temperature-missing'],
        [2, 'temperature-missing'],
      ],
    ],
    [
      'no number',
      '2026-01-01,cold\n2026-01-02,"1,5"',
      [
        [1, 'temperature-invalid'],
        [2, 'temperature-invalid'],
      ],
    ],
    [
      'a broken sensor',
      '2026-01-01,-127\n2026-01-02,85',
      [
        [1, 'temperature-implausible'],
        [2, 'temperature-implausible'],
      ],
    ],
    [
      'both columns of a row',
      'x,y\n',
      [
        [1, 'date-invalid'],
        [1, 'temperature-invalid'],
      ],
    ],
    ['no date column', 'station,mean\n1,2', [[1, 'no-date-column']]],
    ['no temperature column', 'date,rain\n2026-01-01,2', [[1, 'no-temperature-column']]],
    ['headings alone', 'date,mean\n', [[null, 'no-rows']]],
    ['nothing', '', [[null, 'no-rows']]],
  ])('%s', (_name, text, want) => {
    expect(read(text).problems.map(({ row, code }) => [row, code])).toEqual(want);
  });

  test('the rows that are right are read beside those that are wrong', () => {
    const { rows, problems } = read('2026-01-01,1\nx,2\n2026-01-03,3');
    expect([rows.length, problems.length]).toEqual([2, 1]);
    expect(problems[0]!.message).toContain('"x"');
  });

  test.each([
    ['bytes that are no text', Buffer.from([0x81, 0xff, 0xff, 0x30])],
    ['a workbook', Buffer.from('PK\u0003\u0004\0\0\0\0')],
  ])('%s', (_name, bytes) => {
    expect(readWeatherCsv(bytes, TODAY).problems).toMatchObject([{ row: null, code: 'unreadable' }]);
  });
});
