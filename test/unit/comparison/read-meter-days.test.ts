import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { startOfDate } from '../../../domain/start-of-date.ts';
import { datesOf } from '../../../services/comparison/civil-day.ts';
import { wholeUse } from '../../../services/comparison/day-uses.ts';
import { createMeterTerms } from '../../../services/comparison/meter-terms.ts';
import { readMeterDays } from '../../../services/comparison/read-meter-days.ts';
import type { MeterUsage } from '../../../storage/series/port.ts';

const YEAR = { from: '2025-03-01', to: '2026-05-01' };

test.each(['Asia/Shanghai', 'Europe/London', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
  'each day of %s is found, and its length is that of its clock',
  async (name) => {
    const zone = createZone(name);
    const dates = datesOf(YEAR);
    const rows = dates.map((date, index): MeterUsage => {
      const startMs = startOfDate(date, zone);
      const endMs = zone.nextDay(startMs);
      const measuredMs = endMs - startMs;
      const known = { measuredMs, estimatedMs: 0, manualMs: 0, missingMs: 0 };
      return { meter: 'm', startMs, endMs, micro: BigInt(index + 1), ...known };
    });
    const asked: [string, string][] = [];
    const series = {
      meterUsage: (_step: string, ids: readonly string[], fromMs: number, toMs: number) => {
        asked.push([zone.date(fromMs), zone.date(toMs)]);
        expect(ids).toEqual(['m']);
        return Promise.resolve(rows.filter(({ startMs }) => startMs >= fromMs && startMs < toMs));
      },
    };
    const shares = [{ subItem: 'A', share: 1, validFrom: '1970-01-01', validTo: null }];
    const termsOn = createMeterTerms(
      [
        { id: 'm', parentId: null, existsFrom: null, existsTo: null, shares },
        { id: 'below', parentId: 'm', existsFrom: null, existsTo: null, shares },
      ],
      () => true,
    );
    const spring = { from: '2025-03-10', to: '2025-04-20' };
    const days = await readMeterDays({ series, zone }, [termsOn], [YEAR, spring]);
    // Overlapping periods are read once.
    expect(asked).toEqual([[YEAR.from, YEAR.to]]);
    expect(days(YEAR, termsOn).map(wholeUse)).toEqual(dates.map((_, index) => index + 1));
    expect(days(spring, termsOn).map(wholeUse)).toEqual(Array.from({ length: 41 }, (_, index) => index + 10));
  },
);
