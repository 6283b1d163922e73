import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { METRICS, REGISTER_METRICS } from '../../../../domain/quantity.ts';
import { shownFields } from '../../../../gateway/heard/shown-fields.ts';

test.each([
  ['quantities and unit', { total: 1.5, unit: 'kWh', ts: 5 }, { ts: 5, unit: 'kWh', total: 1.5 }],
  ['registers', { registers: { t1: 1, reverse: 2 } }, { registers: { reverse: 2, t1: 1 } }],
  ['nothing else', { rssi: -60, comment: 'x', total: 1 }, { total: 1 }],
  ['no objects under known names', { total: { deep: [] }, registers: [1], rate: 2 }, { rate: 2 }],
  ['no long text', { unit: 'x'.repeat(65), total: 1 }, { total: 1 }],
  ['nothing out of the prototype', { ['__proto__']: { total: 1 } }, {}],
])('shown: %s', (_name, fields, want) => expect(shownFields(fields)).toEqual(want));

test('shown: whatever is sent, it stays below 1 KB', () => {
  const values = fc.oneof(fc.double(), fc.constant('能'.repeat(64)), fc.constant([1]));
  const some = (names: readonly string[]) =>
    fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(some(['ts', 'unit', ...METRICS]), some(REGISTER_METRICS), (top, below) => {
      const fields = { ...Object.fromEntries(top), registers: Object.fromEntries(below) };
      expect(Buffer.byteLength(JSON.stringify(shownFields(fields)))).toBeLessThanOrEqual(1024);
    }),
    { numRuns: 30 },
  );
});

test('shown: of all that there is, as much as has room', () => {
  const all = Object.fromEntries(METRICS.map((metric) => [metric, 123_456.789]));
  const text = JSON.stringify(shownFields({ unit: 'kWh', ...all }));
  expect(text).toContain('"unit":"kWh","total":123456.789');
  expect(text.length).toBeGreaterThan(900);
});
