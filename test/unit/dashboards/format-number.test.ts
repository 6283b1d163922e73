import { expect, test } from 'vitest';

import {
  formatAmount,
  formatEntered,
  formatNumber,
  rateUnit,
  unitSign,
} from '../../../dashboards/i18n/format-number.ts';

const ZH = { tenThousandKwh: '万kWh', ton: 't', tce: 'tce' };
const EN = { tenThousandKwh: 'MWh', ton: 't', tce: 'tce' };

test.each([
  ['zh-CN', 1_234_567.8, 'kWh', ZH, '123.46 万kWh'],
  ['en', 1_234_567.8, 'kWh', EN, '1,234.57 MWh'],
  ['zh-CN', 99_999, 'kWh', ZH, '99,999 kWh'],
  ['zh-CN', 205_021.4, 'm3', ZH, '205,021 m³'],
  ['zh-CN', 3_800_361, 'kgce', ZH, '3,800.4 tce'],
  ['zh-CN', 9_999, 'kgce', ZH, '9,999 kgce'],
  ['zh-CN', 15_061_575, 'kg', ZH, '15,061.6 t'],
  ['zh-CN', 0, 'GJ', ZH, '0 GJ'],
])('%s: %d %s', (language, value, unit, names, want) => {
  const { text, unit: sign } = formatAmount(language, value, unit, names);
  expect(`${text} ${sign}`).toBe(want);
});

test.each([
  [1234.5678, undefined, '1,235'],
  [123.456, undefined, '123.5'],
  [1.2345, undefined, '1.23'],
  [0.12345, undefined, '0.123'],
  [2, 2, '2.00'],
])('%d with %s digits', (value, digits, want) => expect(formatNumber('zh-CN', value, digits)).toBe(want));

test('a unit that needs no other sign stays', () => expect(unitSign('kWh')).toBe('kWh'));

test.each([
  ['kWh', 'kW'],
  ['MWh', 'MW'],
  ['m3', 'm³/h'],
  ['GJ', 'GJ/h'],
])('%s an hour is %s', (unit, want) => expect(rateUnit(unit)).toBe(want));

test.each([
  [1234.5, '1,234.5'],
  [0.123456, '0.123456'],
  [40, '40'],
])('a number as it was entered keeps its digits: %d', (value, want) =>
  expect(formatEntered('zh-CN', value)).toBe(want),
);
