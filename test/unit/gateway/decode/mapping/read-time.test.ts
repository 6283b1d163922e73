import { expect, test } from 'vitest';

import { createZone } from '../../../../../domain/zone.ts';
import { readTime } from '../../../../../gateway/decode/mapping/read-time.ts';

const zone = createZone('Asia/Shanghai');
const AT = Date.UTC(2026, 0, 8, 6, 30);

test.each([
  [1_767_853_800, 'epoch-s', AT],
  [1_767_853_800.25, 'epoch-s', AT + 250],
  ['1767853800', 'epoch-s', AT],
  [1_767_853_800_000, 'epoch-ms', AT],
  ['2026-01-08T14:30:00+08:00', 'rfc3339', AT],
  ['2026-01-08T06:30:00.000Z', 'rfc3339', AT],
  ['2026-01-08T14:30:00', 'local', AT],
  ['2026-01-08 14:30:00', 'local', AT],
  ['2026/1/8 14:30', 'local', AT],
  ['2026-01-08T14:30:00.5', 'local', AT + 500],
  ['2026-01-08T08:30:00+02:00', 'local', AT],
  ['20260108143000', 'local', AT],
  [20_260_108_143_000, 'local', AT],
  ['20260108143000250', 'local', AT + 250],
  [1_767_853_800, 'auto', AT],
  [1_767_853_800_000, 'auto', AT],
  ['1767853800', 'auto', AT],
  ['1767853800000', 'auto', AT],
  ['20260108143000', 'auto', AT],
  ['2026-01-08T14:30:00+08:00', 'auto', AT],
  ['2026-01-08T14:30:00+0800', 'auto', AT],
  ['2026-01-08 14:30:00', 'auto', AT],
] as const)('%s as %s', (value, format, want) => expect(readTime(value, format, zone)).toBe(want));

test.each([
  ['2026-01-08T14:30:00', 'rfc3339'],
  ['2026-02-30T14:30:00', 'local'],
  ['2026-13-01T14:30:00', 'local'],
  ['2026-01-08T24:30:00', 'local'],
  ['0000-01-08T14:30:00', 'local'],
  ['20261308143000', 'local'],
  ['yesterday', 'auto'],
  ['', 'auto'],
  [true, 'auto'],
  [{}, 'epoch-s'],
  ['1e400', 'epoch-s'],
  [Number.MAX_VALUE, 'epoch-s'],
  [Number.NaN, 'epoch-ms'],
  ['2026-01-08T14:30:00+24:00', 'auto'],
] as const)('%s is no time as %s', (value, format) => expect(readTime(value, format, zone)).toBeUndefined());
