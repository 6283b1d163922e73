import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import type { Comparison } from '../../services/api/schemas/comparison.ts';
import type { Weather } from '../../services/api/schemas/weather.ts';
import { type DegreeDayUse, fitDegreeDays } from '../../services/comparison/fit-degree-days.ts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/cambridge', import.meta.url));
const HAS_DATA = existsSync(DATA);
if (!HAS_DATA) console.warn(`Skipped: the recorded data of university buildings is not at ${DATA}`);

const HOUR_MS = 3_600_000;
const START = Date.parse('2018-01-01T00:00:00+08:00');
const BUILDINGS = ['b4', 'b8', 'b104'];

/** The second column of a file, hour by hour of 2018. */
function hoursOf(file: string): number[] {
  const [, ...lines] = readFileSync(join(DATA, file), 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => Number(line.split(',')[1]));
}

/** The hours of 2018 by days of 24. */
function daysOf(hours: readonly number[]): number[] {
  return Array.from({ length: 365 }, (_, day) =>
    hours.slice(day * 24, day * 24 + 24).reduce((sum, each) => sum + each, 0),
  );
}

function register(meter: string, hours: readonly number[]): ReadingRow[] {
  let value = 0;
  return [0, ...hours].map((kwh, hour): ReadingRow => {
    value += kwh;
    const observedAtMs = START + hour * HOUR_MS;
    return { meter, metric: 'total', observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position: hour };
  });
}

describe.skipIf(!HAS_DATA)('gas of three buildings against the degree-days of 2018', () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApiFixture();
    for (const building of BUILDINGS) {
      const payload = { id: `${building}-gas`, institutionId: 'school', collectorId: 'c1', medium: 'heat' };
      const made = await api.as('bureau', {
        method: 'POST',
        url: '/api/meters',
        payload: { ...payload, registerUnit: 'kWh', expectedIntervalS: 3600 },
      });
      expect(made.statusCode, made.body).toBe(201);
    }
    // As a gateway stores them: in GJ.
    await api.addReadings(
      BUILDINGS.flatMap((building) =>
        register(
          `${building}-gas`,
          hoursOf(`${building}_gas_2018.csv`).map((kwh) => kwh * 0.0036),
        ),
      ),
    );
    const csv = daysOf(hoursOf('weather_bedford_2018.csv'))
      .map((sum, day) => `${new Date(Date.UTC(2018, 0, 1 + day)).toISOString().slice(0, 10)},${(sum / 24).toFixed(3)}`)
      .join('\n');
    const imported = await api.as('bureau', {
      method: 'PUT',
      url: '/api/weather/150200?source=Bedford',
      headers: { 'content-type': 'text/csv' },
      payload: `date,mean\n${csv}\n`,
    });
    expect(imported.json()).toMatchObject({ new: 365, problems: [] });
  }, 60_000);
  afterAll(() => api?.close());

  const at = (date: string): string => encodeURIComponent(`${date}T00:00:00+08:00`);
  async function december(path: string, query: string): Promise<Comparison> {
    const answer = await api.as('school', {
      url: `/api/${path}/comparison?from=${at('2018-12-01')}&to=${at('2019-01-01')}&${query}`,
    });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json();
  }

  test('degree-days explain three quarters of the days of all three, two thirds of each', async () => {
    const weather = await api.as('school', {
      url: `/api/weather/150203?from=${at('2018-01-01')}&to=${at('2019-01-01')}`,
    });
    const { items, heatingDegreeDays } = weather.json<Weather>();
    const means = daysOf(hoursOf('weather_bedford_2018.csv')).map((sum) => sum / 24);
    const want = means.filter((mean) => mean < 18).reduce((sum, mean) => sum + 18 - mean, 0);
    expect(heatingDegreeDays).toBeCloseTo(want, 0);
    const usesOf = (kwh: readonly number[]): DegreeDayUse[] =>
      items.map(({ date, heatingDegreeDays: each }, day) => ({ date, degreeDays: each!, micro: kwh[day]! }));
    const each = BUILDINGS.map((building) => daysOf(hoursOf(`${building}_gas_2018.csv`)));
    const all = each[0]!.map((_, day) => each.reduce((sum, days) => sum + days[day]!, 0));
    const explained = [...each, all].map((days) => {
      const found = fitDegreeDays(usesOf(days));
      return found.ok ? found.fit.r2 : 0;
    });
    expect(explained.map((r2) => Math.round(r2 * 100) / 100)).toEqual([0.74, 0.68, 0.67, 0.76]);
  });

  test('December against November: the weather explains the rise', async () => {
    const plain = await december('institutions/school', 'medium=heat&with=last-period');
    const adjusted = await december('institutions/school', 'medium=heat&with=degree-days&baseline=last-period');
    expect(plain.compared).toMatchObject({ currentDays: 30, baselineDays: 30 });
    expect(adjusted.degreeDays!.parts).toMatchObject([
      { method: 'regression', fittedSeasonOnly: true, currentDays: 31, baselineDays: 30, fittedDays: 152 },
    ]);
    expect(adjusted.degreeDays!.parts[0]!.r2).toBeGreaterThan(0.4);
    expect(plain.change.percent).toBeCloseTo(7.9, 1);
    expect(adjusted.change.percent).toBeCloseTo(0.5, 1);
    expect(adjusted.degreeDays!.sources).toEqual([
      { kind: 'imported', regionCode: '150200', name: 'Bedford', days: 61 },
    ]);
  });

  test.each([
    ['b8', 18.3, 6.7],
    ['b104', 14.4, 9.9],
  ])('%s alone: %d percent without the weather, %d with it', async (building, without, withIt) => {
    const plain = await december(`meters/${building}-gas`, 'with=last-period');
    const adjusted = await december(`meters/${building}-gas`, 'with=degree-days&baseline=last-period');
    expect(plain.change.percent).toBeCloseTo(without, 1);
    expect(adjusted.change.percent).toBeCloseTo(withIt, 1);
  });
});
