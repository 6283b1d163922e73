import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import type { Comparison } from '../../services/api/schemas/comparison.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;

const HOUR_MS = 3_600_000;
const zone = createZone('Asia/Shanghai');
const local = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

/** A register read every hour from one midnight to another, both included; null: not read in this hour. */
function register(meter: string, from: string, to: string, kwhInHour: (ms: number) => number | null): ReadingRow[] {
  const rows: ReadingRow[] = [];
  let value = 1000;
  for (let at = local(from); at <= local(to); at += HOUR_MS) {
    const use = kwhInHour(at);
    if (use !== null) {
      rows.push({ meter, metric: 'total', observedAtMs: at, value, receivedAtMs: at, flags: 0, position: rows.length });
    }
    value += use ?? 0;
  }
  return rows;
}

async function ask(user: FixtureUser, path: string, from: string, to: string, query: string): Promise<Comparison> {
  const answer = await api.as(user, { url: `/api/${path}/comparison?from=${local(from)}&to=${local(to)}&${query}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
const put = (path: string, value: number) =>
  api.as('bureau', { method: 'PUT', url: `/api/institutions/school/attributes/${path}`, payload: { value } });
const addMeter = (more: object) =>
  api.as('bureau', {
    method: 'POST',
    url: '/api/meters',
    payload: { institutionId: 'school', collectorId: 'c1', medium: 'electricity', expectedIntervalS: 3600, ...more },
  });

describe('comparisons', () => {
  beforeEach(async () => {
    api = await openApiFixture();
  });
  afterEach(() => api.close());

  test('month against month: the days that both have, in kWh, per head and per m²', async () => {
    // 1 kWh an hour in February, 2 in March.
    await api.addReadings(
      register('school-main', '2026-02-01', '2026-04-01', (ms) => (zone.local(ms).month === 2 ? 1 : 2)),
    );
    await put('headcount/2026-03-11', 81);
    const answer = await ask(
      'school',
      'institutions/school',
      '2026-03-01',
      '2026-04-01',
      'medium=electricity&with=last-period',
    );
    expect(answer).toMatchObject({
      medium: 'electricity',
      unit: 'kWh',
      with: 'last-period',
      baselineKind: 'last-period',
      current: {
        start: '2026-03-01T00:00:00+08:00',
        end: '2026-04-01T00:00:00+08:00',
        firstDate: '2026-03-01',
        lastDate: '2026-03-31',
        days: 31,
        workingDays: 22,
        completeDays: 31,
        calendarCovered: true,
        amount: 1488,
        coverage: 1,
        quality: { measured: 1, estimated: 0, manual: 0, missing: 0 },
        areaM2: { value: 1000, reason: null },
      },
      baseline: { firstDate: '2026-02-01', days: 28, amount: 672, perHead: 672 / 50, perM2: 0.672 },
      compared: { currentDays: 28, baselineDays: 28, current: { amount: 1344 }, baseline: { amount: 672 } },
      change: { absolute: 672, percent: 100, perM2Percent: 100, reason: null },
      leftOut: [
        { firstDate: '2026-03-29', lastDate: '2026-03-31', baselineFirstDate: null, days: 3, reason: 'no-counterpart' },
      ],
      onlyInCurrent: [],
      onlyInBaseline: [],
      workingDays: null,
      degreeDays: null,
    });
    // Ten days of 50 people, then 81: 71 over the month, and 18 days of the 28 that are compared.
    expect(answer.current.headcount.value).toBeCloseTo((10 * 50 + 21 * 81) / 31, 9);
    expect(answer.compared.current.perHead).toBeCloseTo(1344 / ((10 * 50 + 18 * 81) / 28), 9);
  });

  test('days missing in one are left out of the other: the change is that of the days both know', async () => {
    const gone = (ms: number): boolean => ms > local('2026-03-10') && ms < local('2026-03-15');
    await api.addReadings([
      ...register('school-main', '2025-03-01', '2025-04-01', (ms) => (zone.local(ms).day === 20 ? 100 : 1)),
      ...register('school-main', '2026-03-01', '2026-03-20', (ms) => (gone(ms) ? null : 2)).map((row) => ({
        ...row,
        value: row.value + 10_000,
        position: row.position + 1000,
      })),
    ]);
    const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-04-01', 'medium=electricity');
    expect(answer.with).toBe('last-year');
    expect(answer.baseline.amount).toBe(30 * 24 + 2400);
    // The day of 2,400 kWh has no counterpart that is known: it is no fall.
    const gap = answer.current.completeDays;
    expect(gap).toBe(19);
    expect(answer.compared).toMatchObject({ currentDays: gap, baselineDays: gap, baseline: { amount: gap * 24 } });
    expect(answer.leftOut.at(-1)).toMatchObject({
      firstDate: '2026-03-20',
      lastDate: '2026-03-31',
      baselineFirstDate: '2025-03-20',
      meterId: null,
      reason: 'missing-in-current',
    });
    expect(answer.current.coverage).toBeLessThan(1);
    expect(answer.change.percent).toBeCloseTo((answer.compared.current.amount! / (gap * 24) - 1) * 100, 9);
  });

  test('a year of which nothing is known: no change is told, and why', async () => {
    await api.addReadings(register('school-main', '2026-03-01', '2026-04-01', () => 2));
    const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-04-01', 'medium=electricity');
    expect(answer).toMatchObject({
      current: { amount: 1488 },
      baseline: { amount: null, coverage: 0, quality: { missing: 1 }, perHead: null },
      compared: { currentDays: 0, current: { amount: null }, baseline: { amount: null } },
      change: { absolute: null, percent: null, reason: 'nothing-comparable' },
    });
  });

  test('a meter that is dead in one period is left out of both, with its name', async () => {
    await addMeter({ id: 'school-hall', subItem: 'A' });
    await api.addReadings([
      ...register('school-main', '2026-02-01', '2026-04-01', () => 1),
      ...register('school-hall', '2026-02-01', '2026-03-01', () => 5),
    ]);
    const query = 'medium=electricity&with=last-period';
    const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-03-29', query);
    expect(answer.baseline.days).toBe(28);
    expect(answer.compared).toMatchObject({ currentDays: 28, current: { amount: 672 }, baseline: { amount: 672 } });
    expect(answer.change).toMatchObject({ absolute: 0, percent: 0 });
    expect(answer.leftOut).toMatchObject([{ days: 28, meterId: 'school-hall', reason: 'missing-in-current' }]);
    expect(answer.current.coverage).toBeCloseTo(0.5, 9);

    for (const kind of ['working-days', 'degree-days']) {
      await api.as('bureau', {
        method: 'PUT',
        url: '/api/weather/150200',
        headers: { 'content-type': 'text/csv' },
        payload: Array.from({ length: 28 }, (_, day) => `2026-02-${day + 1},0\n2026-03-${day + 1},0`).join('\n'),
      });
      const scaled = await ask(
        'school',
        'institutions/school',
        '2026-03-01',
        '2026-03-29',
        `medium=electricity&with=${kind}&baseline=last-period`,
      );
      expect(scaled.leftOut).toMatchObject([{ meterId: 'school-hall' }, { meterId: 'school-hall' }]);
      expect(scaled.change.absolute).toBe(kind === 'working-days' ? 0 : null);
    }
  });

  test('a sub-meter of the same institution is no second use, and of its sub-item it is all', async () => {
    await addMeter({ id: 'school-ac', subItem: 'B2', parentId: 'school-main' });
    await api.addReadings([
      ...register('school-main', '2026-02-01', '2026-04-01', () => 5),
      ...register('school-ac', '2026-03-01', '2026-04-01', () => 2),
    ]);
    const query = 'medium=electricity&with=last-period';
    const all = await ask('school', 'institutions/school', '2026-03-01', '2026-03-29', query);
    expect(all.change).toMatchObject({ absolute: 0, percent: 0 });
    expect(all.current.amount).toBe(28 * 24 * 5);
    const cooling = await ask('school', 'institutions/school', '2026-03-01', '2026-03-29', `${query}&subItem=B`);
    expect(cooling).toMatchObject({
      subItem: 'B',
      current: { amount: 28 * 24 * 2 },
      change: { reason: 'nothing-comparable' },
    });
    const meter = await ask('school', 'meters/school-ac', '2026-03-08', '2026-03-15', 'with=last-period');
    expect(meter).toMatchObject({
      current: { amount: 336, headcount: { value: null, reason: 'of-institutions-only' }, perM2: null },
      change: { absolute: 0 },
    });
  });

  test('what is used in housing (Art. 12) and what the roof makes is not compared, as usage does not show it', async () => {
    await api.as('bureau', {
      method: 'POST',
      url: '/api/zones',
      payload: { id: 'school-flats', institutionId: 'school', name: '家属楼', kind: 'residential' },
    });
    const shares = [{ institutionId: 'school', zoneId: 'school-flats', subItem: 'A', share: 1 }];
    await addMeter({ id: 'school-flats-main', institutionId: undefined, shares, parentId: 'school-main' });
    await addMeter({ id: 'school-roof', subItem: 'A', direction: 'pv' });
    await api.addReadings([
      ...register('school-main', '2026-02-01', '2026-04-01', () => 5),
      ...register('school-flats-main', '2026-02-01', '2026-04-01', (ms) => (zone.local(ms).month === 2 ? 1 : 3)),
      ...register('school-roof', '2026-02-01', '2026-04-01', () => 7),
    ]);
    const query = 'medium=electricity&with=last-period';
    const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-03-29', query);
    expect(answer.current.amount).toBe(28 * 24 * 2);
    expect(answer.compared).toMatchObject({ current: { amount: 28 * 24 * 2 }, baseline: { amount: 28 * 24 * 4 } });
    const usage = await api.as('school', {
      url: `/api/institutions/school/usage?from=${local('2026-03-01')}&to=${local('2026-03-29')}&step=1d&medium=electricity`,
    });
    const shown = usage.json<{ items: { value: number }[] }>().items;
    expect(shown.reduce((sum, { value }) => sum + value, 0)).toBe(answer.compared.current.amount);
  });

  test('a virtual meter is compared on the days on which all of its terms are known', async () => {
    await addMeter({ id: 'school-lab', subItem: 'D', parentId: 'school-main' });
    const terms = [{ meterId: 'school-main' }, { meterId: 'school-lab', factor: -1 }];
    const payload = { id: 'school-rest', name: '其余', institutionId: 'school', terms };
    const made = await api.as('bureau', { method: 'POST', url: '/api/virtual-meters', payload });
    expect(made.statusCode, made.body).toBe(201);
    await api.addReadings([
      ...register('school-main', '2026-02-01', '2026-03-08', (ms) => (zone.local(ms).month === 2 ? 5 : 8)),
      ...register('school-lab', '2026-02-01', '2026-03-06', () => 2),
    ]);
    const answer = await ask('school', 'meters/school-rest', '2026-03-01', '2026-03-08', 'with=last-period');
    expect(answer).toMatchObject({
      medium: 'electricity',
      current: { days: 7, completeDays: 5, amount: 5 * 24 * 6 },
      compared: { currentDays: 5, current: { amount: 5 * 24 * 6 }, baseline: { amount: 5 * 24 * 3 } },
      change: { percent: 100 },
      leftOut: [
        { firstDate: '2026-03-06', lastDate: '2026-03-07', days: 2, meterId: null, reason: 'missing-in-current' },
      ],
    });
    expect((await api.as('archive', { url: `/api/meters/school-rest/comparison?from=0&to=86400000` })).statusCode).toBe(
      404,
    );
  });

  test('working days: a month with more of them is no rise', async () => {
    // 3 kWh an hour on working days, 1 on others; February 2026 has 16 working days of 28, March 22 of 31.
    const calendar = await api.as('school', { url: '/api/calendar?institution=school' });
    const works = new Set(
      calendar
        .json<{ days: { date: string; kind: string }[] }>()
        .days.filter(({ kind }) => kind === 'work')
        .map(({ date }) => date),
    );
    await api.addReadings(
      register('school-main', '2026-02-01', '2026-04-01', (ms) => (works.has(zone.date(ms)) ? 3 : 1)),
    );
    const plain = await ask(
      'school',
      'institutions/school',
      '2026-03-01',
      '2026-04-01',
      'medium=electricity&with=last-period',
    );
    expect(plain.change.percent).toBeGreaterThan(5);
    const scaled = await ask(
      'school',
      'institutions/school',
      '2026-03-01',
      '2026-04-01',
      'medium=electricity&with=working-days&baseline=last-period',
    );
    const working = [...works].filter((date) => date.startsWith('2026-02')).length;
    expect(scaled.workingDays).toEqual({
      currentWorking: 22,
      currentOther: 9,
      baselineWorking: working,
      baselineOther: 28 - working,
      workingMean: 72,
      otherMean: 24,
    });
    expect(scaled.change.absolute).toBeCloseTo(0, 6);
    expect(scaled.compared.baseline.amount).toBeCloseTo(scaled.compared.current.amount!, 6);
  });

  describe('degree-days', () => {
    /** −10 °C until March, then 2 °C, so that March has fewer degree-days. */
    const meanOf = (ms: number): number => (zone.local(ms).month < 3 ? -10 : 2) + (zone.local(ms).day % 5);
    const importWeather = (from: string, to: string) => {
      const lines: string[] = [];
      for (let at = local(from); at < local(to); at += 24 * HOUR_MS) lines.push(`${zone.date(at)},${meanOf(at)}`);
      return api.as('bureau', {
        method: 'PUT',
        url: '/api/weather/150200?source=53446',
        headers: { 'content-type': 'text/csv' },
        payload: lines.join('\n'),
      });
    };
    const heat = { id: 'school-heat', medium: 'heat', expectedIntervalS: 3600 };
    /** 0.1 GJ an hour and 0.02 more a degree below 18 °C. */
    const useOf = (ms: number): number => 0.1 + 0.02 * Math.max(0, 18 - meanOf(ms));

    test('heat that follows the weather alone: no change is left, by a line fitted over the months before', async () => {
      await addMeter(heat);
      await importWeather('2025-12-01', '2026-04-01');
      await api.addReadings(register('school-heat', '2025-12-01', '2026-04-01', useOf));
      const query = 'medium=heat&with=degree-days&baseline=last-period';
      const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-04-01', query);
      const [part] = answer.degreeDays!.parts;
      expect(answer.degreeDays!.parts).toHaveLength(1);
      expect(part).toMatchObject({
        degreeDays: 'heating',
        baseC: 18,
        method: 'regression',
        whyNotRegression: null,
        currentDays: 31,
        baselineDays: 28,
        fittedDays: 90,
        fittedFirstDate: '2025-12-01',
        fittedLastDate: '2026-02-28',
        fittedSeasonOnly: true,
      });
      expect(part!.perDegreeDay).toBeCloseTo(0.48, 4);
      expect(part!.baseLoadPerDay).toBeCloseTo(2.4, 3);
      expect(part!.r2).toBeCloseTo(1, 6);
      expect(answer.degreeDays!.residual).toBeCloseTo(0, 2);
      expect(answer.degreeDays!.adjustedBaseline).toBeCloseTo(answer.current.amount!, 2);
      expect(answer.degreeDays!.sources).toEqual([{ kind: 'imported', regionCode: '150200', name: '53446', days: 59 }]);
      // Without the weather it would be told as a fall by a quarter and more.
      const plain = await ask(
        'school',
        'institutions/school',
        '2026-03-01',
        '2026-04-01',
        'medium=heat&with=last-period',
      );
      expect(plain.change.percent).toBeLessThan(-25);
    });

    test('too few days for a line: in proportion, and it says so', async () => {
      await addMeter(heat);
      await importWeather('2026-02-01', '2026-04-01');
      await api.addReadings(register('school-heat', '2026-02-01', '2026-04-01', useOf));
      const query = 'medium=heat&with=degree-days&baseline=last-period';
      const { degreeDays, compared } = await ask('school', 'institutions/school', '2026-03-01', '2026-04-01', query);
      const part = degreeDays!.parts[0]!;
      expect(part).toMatchObject({ method: 'proportional', whyNotRegression: 'too-few-days', r2: null });
      const want = (part.baselineAmount * part.currentDegreeDays) / part.baselineDegreeDays;
      expect(compared.baseline.amount).toBeCloseTo(want, 6);
    });

    test('days without a temperature are left out of both sides', async () => {
      await addMeter(heat);
      await importWeather('2026-02-01', '2026-03-11');
      await api.addReadings(register('school-heat', '2026-02-01', '2026-04-01', useOf));
      const query = 'medium=heat&with=degree-days&baseline=last-period';
      const answer = await ask('school', 'meters/school-heat', '2026-03-01', '2026-04-01', query.slice(12));
      expect(answer.compared).toMatchObject({ currentDays: 10, baselineDays: 28 });
      expect(answer.leftOut).toMatchObject([
        { firstDate: '2026-03-11', lastDate: '2026-03-31', reason: 'no-temperature' },
      ]);
      const none = await ask('school', 'institutions/school', '2026-03-15', '2026-04-01', query);
      expect(none.change).toMatchObject({ absolute: null, reason: 'no-temperature' });
    });

    test('of electricity the air conditioning follows the weather, the rest its days', async () => {
      await addMeter({ id: 'school-ac', subItem: 'B2E', parentId: 'school-main' });
      const summerOf = (ms: number): number => (zone.local(ms).month === 8 ? 30 : 27) + (zone.local(ms).day % 3);
      const lines: string[] = [];
      for (let at = local('2025-06-01'); at < local('2025-09-01'); at += 24 * HOUR_MS)
        lines.push(`${zone.date(at)},${summerOf(at)}`);
      await api.as('bureau', {
        method: 'PUT',
        url: '/api/weather/150203',
        headers: { 'content-type': 'text/csv' },
        payload: lines.join('\n'),
      });
      const acOf = (ms: number): number => 2 * Math.max(0, summerOf(ms) - 26);
      await api.addReadings([
        ...register('school-main', '2025-06-01', '2025-09-01', (ms) => 10 + acOf(ms)),
        ...register('school-ac', '2025-06-01', '2025-09-01', acOf),
      ]);
      const query = 'medium=electricity&with=degree-days&baseline=last-period';
      const answer = await ask('school', 'institutions/school', '2025-08-01', '2025-09-01', query);
      const { parts, residual } = answer.degreeDays!;
      expect(parts.map(({ degreeDays, method }) => [degreeDays, method])).toEqual([
        ['cooling', 'regression'],
        [null, 'per-day'],
      ]);
      expect(parts[0]!.perDegreeDay).toBeCloseTo(48, 3);
      expect(residual).toBeCloseTo(0, 2);
      const plain = await ask(
        'school',
        'institutions/school',
        '2025-08-01',
        '2025-09-01',
        'medium=electricity&with=last-period',
      );
      expect(plain.change.percent).toBeGreaterThan(15);
    });

    test('electricity without a meter of air conditioning', async () => {
      await api.addReadings(register('school-main', '2026-02-01', '2026-04-01', () => 1));
      const query = 'medium=electricity&with=degree-days&baseline=last-period';
      const answer = await ask('school', 'institutions/school', '2026-03-01', '2026-04-01', query);
      expect(answer.change).toMatchObject({ absolute: null, reason: 'nothing-follows-weather' });
    });
  });
});

describe('refusals', () => {
  beforeAll(async () => {
    api = await openApiFixture();
  });
  afterAll(() => api.close());

  const MARCH = `from=${local('2026-03-01')}&to=${local('2026-04-01')}`;
  test.each<[string, FixtureUser, string, number, string]>([
    [
      "another tenant's institution",
      'school',
      `institutions/library/comparison?${MARCH}&medium=electricity`,
      404,
      'library',
    ],
    ["another tenant's meter", 'school', `meters/library-main/comparison?${MARCH}`, 404, 'library-main'],
    [
      'a unit of the city in the district of the agency',
      'kundulun',
      `institutions/archive/comparison?${MARCH}&medium=heat`,
      404,
      '',
    ],
    ['a temperature point', 'archive', `meters/archive-room/comparison?${MARCH}`, 400, 'temperature point'],
    ['no medium', 'school', `institutions/school/comparison?${MARCH}`, 400, 'medium'],
    [
      'a kind that there is not',
      'school',
      `institutions/school/comparison?${MARCH}&medium=heat&with=moon`,
      400,
      'with',
    ],
    [
      'part of a day',
      'school',
      `institutions/school/comparison?from=${local('2026-03-01') + 1}&to=${local('2026-04-01')}&medium=heat`,
      400,
      'next one is 2026-03-02',
    ],
    [
      'water by degree-days',
      'school',
      `institutions/school/comparison?${MARCH}&medium=water&with=degree-days`,
      400,
      'water',
    ],
    [
      'two years against the year before',
      'school',
      `institutions/school/comparison?from=${local('2024-01-01')}&to=${local('2026-01-01')}&medium=heat`,
      400,
      'last-period',
    ],
    [
      'four years',
      'school',
      `institutions/school/comparison?from=${local('2022-01-01')}&to=${local('2026-01-01')}&medium=heat&with=last-period`,
      400,
      '1100 days',
    ],
    [
      '29 February alone against last year',
      'school',
      `institutions/school/comparison?from=${local('2024-02-29')}&to=${local('2024-03-01')}&medium=heat`,
      400,
      '29 February',
    ],
    [
      'last-year against the last period',
      'school',
      `institutions/school/comparison?${MARCH}&medium=heat&with=last-year&baseline=last-period`,
      400,
      'baseline',
    ],
  ])('%s', async (_name, user, path, status, words) => {
    const answer = await api.as(user, { url: `/api/${path}` });
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(words)]);
  });
});
