import { expect, test } from 'vitest';

import { decimalOfMicro, formatMicro } from '../../../dashboards/i18n/format-micro.ts';

test.each([
  ['0', '0'],
  ['1', '0.000001'],
  ['-1', '-0.000001'],
  ['2272800000', '2272.8'],
  ['-1500000', '-1.5'],
  ['12345678901234567890123456', '12345678901234567890.123456'],
])('%s millionths are %s', (micro, want) => expect(decimalOfMicro(micro)).toBe(want));

test('an amount beyond what a floating-point number can hold keeps every digit', () =>
  expect(formatMicro('zh-CN', '9007199254740993000001', 'm3')).toBe('9,007,199,254,740,993.000001 m³'));
