import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseTime } from '../../../../gateway/validate/time.ts';

const MIDNIGHT = Date.UTC(2026, 0, 15);

for (const { value, ms } of [
  { value: MIDNIGHT, ms: MIDNIGHT },
  { value: 0, ms: 0 },
  { value: -1, ms: -1 },
  { value: MIDNIGHT + 0.4, ms: MIDNIGHT },
  { value: MIDNIGHT + 0.6, ms: MIDNIGHT + 1 },
  { value: '2026-01-15T00:00:00Z', ms: MIDNIGHT },
  { value: '2026-01-15t00:00:00z', ms: MIDNIGHT },
  { value: '2026-01-15 08:00:00+08:00', ms: MIDNIGHT },
  { value: '2026-01-15T08:00:00+08:00', ms: MIDNIGHT },
  { value: '2026-01-14T19:30:00-04:30', ms: MIDNIGHT },
  { value: '2026-01-15T00:00:00.25Z', ms: MIDNIGHT + 250 },
  { value: '2026-01-15T00:00:00.123456789Z', ms: MIDNIGHT + 123 },
  { value: '2024-02-29T00:00:00Z', ms: Date.UTC(2024, 1, 29) },
]) {
  test(`time: ${value}`, () => expect(parseTime(value)).toEqual({ ok: true, ms }));
}

for (const value of [
  '2026-01-15T00:00:00',
  '2026-01-15 00:00',
  '2026-01-15',
  '2026-02-30T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T00:00:00+08:00',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-15T24:00:00Z',
  '2026-01-15T00:60:00Z',
  '2026-01-15T00:00:61Z',
  '2026-01-15T00:00:00+99:99',
  '2026-01-15 00:00:00+99:00',
  '2026-01-15t00:00:00-24:00',
  '2026-01-15T00:00:00+0800',
  '20260115T000000Z',
  'Thu, 15 Jan 2026 00:00:00 GMT',
  '1768435200000',
  ' 2026-01-15T00:00:00Z',
  '',
  null,
  true,
  {},
  [MIDNIGHT],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
]) {
  test(`time refuses: ${JSON.stringify(value)}`, () => {
    const outcome = parseTime(value);
    expect(outcome).toMatchObject({ ok: false, reason: 'bad-time' });
    expect(!outcome.ok && outcome.detail).not.toBe('');
  });
}

test('time: any instant written by ISO 8601 is read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      expect(parseTime(date.toISOString())).toEqual({ ok: true, ms: date.getTime() });
    }),
  );
});
