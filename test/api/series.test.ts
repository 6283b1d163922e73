import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Overview } from '../../services/api/schemas/overview.ts';
import { type ApiFixture, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';

const LAST_YEAR = Date.parse('2025-01-01T00:00:00+08:00');
const NOW = Date.parse('2026-05-15T10:00:00+08:00');
const FIRST = Date.parse('2026-05-01T00:00:00+08:00');

let api: ApiFixture;
beforeAll(async () => {
  api = await openApiFixture();
  await api.addReadings([
    ...hourlyRegister('archive-main', 2, LAST_YEAR, NOW),
    ...hourlyRegister('school-main', 1, FIRST, NOW),
    ...[0, 1].map((hour) => ({
      meter: 'archive-room',
      metric: 'temperature' as const,
      observedAtMs: FIRST + hour * 3_600_000,
      value: 21.5,
      receivedAtMs: FIRST + 3_600_000,
      flags: 1,
      position: 7,
    })),
    ...(['voltage', 'rate'] as const).map((metric) => ({
      meter: 'school-main',
      metric,
      observedAtMs: FIRST,
      value: 220,
      receivedAtMs: FIRST + 5000,
      flags: 0,
      position: 9,
    })),
  ]);
});
afterAll(() => api.close());

const get = (url: string) => api.as('admin', { url });
const range = (from: string, to: string): string => `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;

test('meter usage: by day, in the zone of the platform', async () => {
  const answer = await get(
    `/api/meters/archive-main/usage?${range('2026-05-01T00:00:00+08:00', '2026-05-03T00:00:00+08:00')}`,
  );
  expect(answer.json()).toEqual({
    items: [
      {
        start: '2026-05-01T00:00:00+08:00',
        end: '2026-05-02T00:00:00+08:00',
        value: 48,
        unit: 'kWh',
        quality: 'measured',
      },
      {
        start: '2026-05-02T00:00:00+08:00',
        end: '2026-05-03T00:00:00+08:00',
        value: 48,
        unit: 'kWh',
        quality: 'measured',
      },
    ],
    next: null,
  });
});

test('meter usage: what is missing is null, never zero', async () => {
  const answer = await get(
    `/api/meters/library-main/usage?${range('2026-05-01T00:00:00+08:00', '2026-05-02T00:00:00+08:00')}`,
  );
  expect(answer.json()).toMatchObject({ items: [{ value: null, quality: 'missing' }] });
});

test('institution usage: by medium and sub-item with the shares of quality', async () => {
  const answer = await get(
    `/api/institutions/archive/usage?step=1mo&medium=electricity&${range('2026-03-01T00:00:00+08:00', '2026-04-01T00:00:00+08:00')}`,
  );
  expect(answer.json()).toEqual({
    items: [
      {
        start: '2026-03-01T00:00:00+08:00',
        end: '2026-04-01T00:00:00+08:00',
        medium: 'electricity',
        subItem: 'A',
        value: 31 * 48,
        unit: 'kWh',
        quality: { measured: 1, estimated: 0, manual: 0, missing: 0 },
      },
    ],
    next: null,
  });
});

test('usage: epoch milliseconds do as well', async () => {
  const answer = await get(`/api/meters/archive-main/usage?from=${FIRST}&to=${FIRST + 86_400_000}`);
  expect(answer.json()).toMatchObject({ items: [{ value: 48 }] });
});

test.each([
  ['15m', '2026-05-01T00:07:00+08:00', '2026-05-01T01:00:00+08:00', 'from', '2026-05-01T00:15:00+08:00'],
  ['1h', '2026-05-01T00:00:00+08:00', '2026-05-01T01:30:00+08:00', 'to', '2026-05-01T02:00:00+08:00'],
  ['1d', '2026-05-01T00:00:00Z', '2026-05-03T00:00:00+08:00', 'from', '2026-05-02T00:00:00+08:00'],
  ['1mo', '2026-01-01T00:00:00+08:00', '2026-05-03T00:00:00+08:00', 'to', '2026-06-01T00:00:00+08:00'],
])('usage: step %s off its boundary is refused with the next one', async (step, from, to, field, next) => {
  for (const resource of ['/api/meters/archive-main', '/api/institutions/archive']) {
    const answer = await get(`${resource}/usage?step=${step}&${range(from, to)}`);
    expect(answer.statusCode).toBe(400);
    const problem = answer.json<{ code: string; detail: string }>();
    expect(problem.code).toBe('bad-request');
    expect(problem.detail).toContain(`${field}: `);
    expect(problem.detail).toContain(`the next one is ${next}`);
  }
});

test.each([
  ['to before from', range('2026-05-02T00:00:00+08:00', '2026-05-01T00:00:00+08:00'), 'to: must be after from'],
  [
    'no offset',
    range('2026-05-01T00:00:00', '2026-05-02T00:00:00+08:00'),
    'from: give an instant as RFC 3339 with an offset',
  ],
  ['no range', '', 'from: '],
  [
    'unknown step',
    `step=2h&${range('2026-05-01T00:00:00+08:00', '2026-05-02T00:00:00+08:00')}`,
    'step: must be one of 15m, 1h, 1d, 1mo',
  ],
  [
    'too much',
    `step=15m&${range('2025-01-01T00:00:00+08:00', '2026-01-01T00:00:00+08:00')}`,
    'more than 10000 intervals',
  ],
])('usage refused: %s', async (_name, query, words) => {
  const answer = await get(`/api/meters/archive-main/usage?${query}`);
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([400, expect.stringContaining(words)]);
});

test('usage of a temperature point: says to ask for readings', async () => {
  const answer = await get(`/api/meters/archive-room/usage?from=${FIRST}&to=${FIRST + 86_400_000}`);
  expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('/readings')]);
});

test('readings: one item an instant, all its metrics beside each other', async () => {
  const answer = await get(`/api/meters/school-main/readings?from=${FIRST}&to=${FIRST + 3_600_000}`);
  expect(answer.json()).toEqual({
    items: [
      {
        ts: '2026-05-01T00:00:00+08:00',
        total: 1000,
        rate: 220,
        voltage: 220,
        receivedAt: '2026-05-01T00:00:05+08:00',
        flags: [],
        position: 9,
        source: 'telemetry',
      },
    ],
    next: null,
  });
});

test('readings: a receipt time standing in for the device time is flagged', async () => {
  const answer = await get(`/api/meters/archive-room/readings?from=${FIRST}&to=${FIRST + 1}`);
  expect(answer.json()).toMatchObject({ items: [{ temperature: 21.5, flags: ['receipt-time'] }] });
});

test.each([1, 7, 100, 346, 347])('readings: pages of %d give each instant once', async (limit) => {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const answer = await get(`/api/meters/school-main/readings?from=${FIRST}&to=${NOW + 1}&limit=${limit}${cursor}`);
    const page: { items: { ts: string }[]; next: string | null } = answer.json();
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items.map((item) => item.ts));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(seen).toHaveLength((NOW - FIRST) / 3_600_000 + 1);
  expect(new Set(seen).size).toBe(seen.length);
  expect([...seen].sort()).toEqual(seen);
});

test('meters: the newest value, the register before other quantities', async () => {
  const meter = (await get('/api/meters/school-main')).json<{ latest: object }>();
  expect(meter.latest).toEqual({
    ts: '2026-05-15T10:00:00+08:00',
    metric: 'total',
    value: 1000 + (NOW - FIRST) / 3_600_000,
  });
});

test('overview: the year so far against the same whole days of last year', async () => {
  const body = (await api.as('archive', { url: '/api/overview' })).json<{ media: object[] }>();
  const hoursThisYear = (NOW - Date.parse('2026-01-01T00:00:00+08:00')) / 3_600_000;
  const hoursLastYear = (Date.parse('2025-05-15T00:00:00+08:00') - LAST_YEAR) / 3_600_000;
  expect(body).toMatchObject({
    year: 2026,
    scopeName: '包头市档案馆',
    institutions: 1,
    areaM2: 1000,
    headcount: 50,
    byType: [{ type: 'agency', institutions: 1 }],
    byRegion: [{ code: '150200', name: '包头市', institutions: 1 }],
    reports: { year: 2025, made: 0, expected: 1, dueBefore: '2026-01-11' },
  });
  expect(body.media).toHaveLength(1);
  expect(body.media[0]).toMatchObject({
    medium: 'electricity',
    unit: 'kWh',
    used: 2 * hoursThisYear,
    lastYear: 2 * hoursLastYear,
    comparable: 2 * hoursLastYear,
    lastYearComparable: 2 * hoursLastYear,
    coverage: 1,
    kgce: expect.closeTo(2 * hoursThisYear * 0.1229, 6),
    months: [31 * 48, 28 * 48, 31 * 48, 30 * 48, 2 * (14 * 24 + 10), null, null, null, null, null, null, null],
    lastYearMonths: expect.arrayContaining([28 * 48]),
  });
});

test('overview: of a past year, whole', async () => {
  const body = (await api.as('archive', { url: '/api/overview?year=2025' })).json();
  expect(body).toMatchObject({
    media: [{ used: 365 * 48, lastYear: null, comparable: null, lastYearComparable: null, coverage: null }],
    energy: { comparable: null, lastYearComparable: null, coverage: null },
    reports: { year: 2025, dueBefore: '2026-01-11' },
  });
});

test('overview: of a year to come, empty', async () => {
  const answer = await get('/api/overview?year=2030');
  expect(answer.json()).toMatchObject({
    media: [],
    kgce: null,
    co2Kg: null,
    energy: { comparable: null, lastYearComparable: null, coverage: null },
    ranking: [{ kgce: null, kgcePerM2: null }, { kgce: null }, { kgce: null }],
  });
});

test('overview: who has no data is not the most frugal, and one connected this year is no rise', async () => {
  const body = (await get('/api/overview')).json<Overview>();
  const { ranking, byType, byRegion, media, energy } = body;
  expect(ranking.map(({ id, kgce }) => [id, kgce === null ? null : Math.round(kgce)])).toEqual([
    ['archive', Math.round(((2 * (NOW - Date.parse('2026-01-01T00:00:00+08:00'))) / 3_600_000) * 0.1229)],
    ['school', Math.round(((NOW - FIRST) / 3_600_000) * 0.1229)],
    ['library', null],
  ]);
  expect(ranking.map(({ kgcePerM2, monthsMissing }) => [kgcePerM2 === null, monthsMissing])).toEqual([
    [false, 0],
    [false, 4],
    [true, 4],
  ]);
  expect(byRegion.at(-1)).toMatchObject({ code: '150204', kgce: null, institutions: 1, known: 0 });
  expect(byType.reduce((sum, { known }) => sum + known, 0)).toBe(2);
  const before = 2 * ((Date.parse('2025-05-15T00:00:00+08:00') - LAST_YEAR) / 3_600_000);
  const school = (Date.parse('2026-05-15T00:00:00+08:00') - FIRST) / 3_600_000;
  const coverage = (2 * before) / (2 * before + school);
  expect(media).toMatchObject([
    { comparable: before, lastYearComparable: before, coverage: expect.closeTo(coverage, 9) },
  ]);
  expect(energy).toMatchObject({
    comparable: expect.closeTo(before * 0.1229, 6),
    lastYearComparable: expect.closeTo(before * 0.1229, 6),
    coverage: expect.closeTo(coverage, 9),
  });
});
