import { afterEach, beforeEach, expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import type { ReportFigures } from '../../services/api/schemas/report.ts';
import { buildReports } from '../../services/reports/build-reports.ts';
import { type ApiFixture, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

const zone = createZone('Asia/Shanghai');
const FROM = zone.at(2026, 5, 1);
const TO = zone.at(2026, 5, 11);

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
  await post('zones', { id: 'flats', institutionId: 'school', name: '教工宿舍', kind: 'residential' });
  await post('zones', { id: 'hall', institutionId: 'school', name: '办公楼', kind: 'office' });
  const flats = { institutionId: 'school', zoneId: 'flats', share: 0.75 };
  await patch('meters/school-main', { shares: [{ institutionId: 'school', zoneId: 'hall', share: 0.25 }, flats] });
  // A meter of the flats alone, below the main one: what it counts is taken off that one.
  await post('meters', {
    id: 'boiler',
    collectorId: 'c1',
    medium: 'electricity',
    shares: [{ institutionId: 'school', zoneId: 'flats', share: 1 }],
    parentId: 'school-main',
    expectedIntervalS: 3600,
  });
  await api.addReadings([
    ...hourlyRegister('school-main', 10, FROM, TO),
    ...hourlyRegister('boiler', 2, FROM, TO),
    ...hourlyRegister('library-main', 1, FROM, TO),
  ]);
});
afterEach(() => api.close());

const { get, post, patch, put } = registryCalls(() => api);
const MONTH = `from=${FROM}&to=${zone.at(2026, 6, 1)}&step=1mo`;
/** Of 240 hours at 10 kWh: a quarter of the 8 that the main meter counted itself. */
const OWN = 240 * 2;
const HOUSING = 240 * (6 + 2);

const total = (body: { items: { value: number }[] }): number => body.items.reduce((sum, { value }) => sum + value, 0);

test('housing beside an office is metered and shown apart', async () => {
  expect(total((await get(`institutions/school/usage?${MONTH}`)).body)).toBe(OWN);
  expect(total((await get(`institutions/school/usage?${MONTH}&premises=own`)).body)).toBe(OWN);
  expect(total((await get(`institutions/school/usage?${MONTH}&premises=housing`)).body)).toBe(HOUSING);
  expect(total((await get(`institutions/school/usage?${MONTH}&premises=all`)).body)).toBe(OWN + HOUSING);
  expect((await get(`institutions/library/usage?${MONTH}&premises=housing`)).body.items).toEqual([]);
  expect((await get(`institutions/school/usage?${MONTH}&premises=both`)).status).toBe(400);
});

test('it enters neither quota nor overview', async () => {
  await put('institutions/school/quotas/2026/electricity', { annualLimit: 10_000 });
  const quota = await get('institutions/school/quota?year=2026');
  expect(quota.body.items).toMatchObject([{ institutionId: 'school', used: OWN }]);
  const { body } = await get('overview?year=2026');
  expect(body.quotas).toMatchObject([{ institutionId: 'school', used: OWN }]);
  expect(body.media).toMatchObject([{ medium: 'electricity', used: OWN + 240 }]);
});

test('it enters no report, of the institution nor of the city', async () => {
  const { db, series } = api;
  await buildReports({ db, series, zone, now: () => zone.at(2027, 1, 1) }, 2026);
  const used = async (owner: string): Promise<number | null | undefined> => {
    const row = await db
      .selectFrom('report')
      .select('figures')
      .where('owner_id', '=', owner)
      .where('year', '=', 2026)
      .executeTakeFirstOrThrow();
    const figures = JSON.parse(row.figures) as ReportFigures;
    return figures.media.find(({ medium }) => medium === 'electricity')?.total;
  };
  expect(await used('school')).toBe(OWN);
  expect(await used('150203')).toBe(OWN);
  expect(await used('150200')).toBe(OWN + 240);
});
