import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ReadingRow } from '../../../../domain/reading.ts';
import { settleBatch } from '../../../../storage/series/reading-batch.ts';

const row = fc.record({
  meter: fc.constantFrom('a', 'b', 'c'),
  metric: fc.constantFrom('total' as const, 't1' as const),
  observedAtMs: fc.integer({ min: 0, max: 6 }),
  value: fc.integer({ min: 0, max: 2 }),
  receivedAtMs: fc.integer({ min: 0, max: 9 }),
  flags: fc.constantFrom(0, 1),
  position: fc.integer({ min: 0, max: 4 }),
});

const keyOf = ({ meter, metric, observedAtMs }: ReadingRow) => `${meter} ${metric} ${observedAtMs}`;

test('every key once, in rising order, with the first of the highest position; every row is counted', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const winners = new Map<string, ReadingRow>();
      for (const candidate of rows) {
        const winner = winners.get(keyOf(candidate));
        if (winner === undefined || candidate.position > winner.position) winners.set(keyOf(candidate), candidate);
      }
      const batch = settleBatch(rows);
      const settled = batch.series.flatMap((series) => series.rows);
      expect(new Map(settled.map((each) => [keyOf(each), each]))).toEqual(winners);
      expect(settled.length + batch.duplicates + batch.conflicts).toBe(rows.length);
      const differing = rows.filter((each) => winners.get(keyOf(each))!.value !== each.value);
      expect(batch.conflicts).toBe(differing.length);
      for (const series of batch.series) {
        expect(series.rows.every(({ meter, metric }) => meter === series.meter && metric === series.metric)).toBe(true);
        const times = series.rows.map(({ observedAtMs }) => observedAtMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    }),
  );
});
