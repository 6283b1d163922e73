import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { openDuckdbStore } from '../../../../../storage/series/duckdb/open-duckdb-store.ts';
import type { MeterUsage } from '../../../../../storage/series/port.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

const HOUR = 3_600_000;
const HOURS = 8760;

function hoursOf(meter: string, micro: bigint): MeterUsage[] {
  return Array.from({ length: HOURS }, (_, hour) => ({
    meter,
    startMs: hour * HOUR,
    endMs: (hour + 1) * HOUR,
    micro,
    measuredMs: HOUR,
    estimatedMs: 0,
    manualMs: 0,
    missingMs: 0,
  }));
}

test('duckdb: overwriting a table far larger than its memory takes no more than the rows at hand', async () => {
  const store = await openDuckdbStore({ file: join(await tempFolder(), 'readings.duckdb'), memoryLimitMb: 64 });
  onTestFinished(() => store.close());
  const meters = Array.from({ length: 100 }, (_, index) => `m${index}`);
  for (const micro of [1n, 2n]) {
    for (let first = 0; first < meters.length; first += 40) {
      const rows = meters.slice(first, first + 40).flatMap((meter) => hoursOf(meter, micro));
      await store.putMeterUsage('hour', rows);
    }
  }
  const kept = await store.meterUsage('hour', meters.slice(0, 10), 0, HOURS * HOUR);
  expect(kept).toHaveLength(10 * HOURS);
  expect(kept.every(({ micro }) => micro === 2n)).toBe(true);
}, 60_000);
