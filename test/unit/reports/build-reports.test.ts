import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { buildReports, buildStale, type ReportDeps } from '../../../services/reports/build-reports.ts';
import { canonicalJson, digestOf } from '../../../services/reports/canonical-json.ts';
import { missingDrafts } from '../../../services/reports/drafts-due.ts';
import { markStale } from '../../../services/reports/mark-stale.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { InstitutionUsage, SeriesStore } from '../../../storage/series/port.ts';
import { openRegistry, type TestRegistry } from '../../support/open-registry.ts';

// Every commit is fsync'ed: a busy disk makes these slow.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const zone = createZone('Asia/Shanghai');
const NOW_MS = zone.at(2026, 1, 1);
const CHANGE = { nowMs: NOW_MS, userId: null };

/** Two institutions of 昆都仑区, one of 东河区, and one of the city itself (市直) that stands in 昆都仑区. */
const INSTITUTIONS = [
  { id: 'kundulun-office', type: 'agency', regionCode: '150203', kwh: 100 },
  { id: 'kundulun-school', type: 'school', regionCode: '150203', kwh: 20 },
  { id: 'donghe-library', type: 'library', regionCode: '150202', kwh: 3 },
  { id: 'city-archive', type: 'library', regionCode: '150203', reportsTo: '150200', kwh: 0.4 },
];

let registry: TestRegistry;
let db: Kysely<Database>;
let series: SeriesStore;
let nowMs: number;
let deps: ReportDeps;

function month(institution: string, year: number, at: number, kwh: number): InstitutionUsage {
  const startMs = zone.at(year, at + 1, 1);
  const endMs = zone.at(year, at + 2, 1);
  const micro = BigInt(Math.round(kwh * 1_000_000));
  const ms = { measuredMs: endMs - startMs, estimatedMs: 0, manualMs: 0, missingMs: 0 };
  return { institution, medium: 'electricity', subItem: 'A', startMs, endMs, micro, ...ms };
}

async function putMonth(institution: string, year: number, at: number, kwh: number): Promise<void> {
  const row = month(institution, year, at, kwh);
  await series.replaceInstitutionUsage('month', [institution], row.startMs, row.endMs, [row]);
}

const rows = () => db.selectFrom('report').selectAll().orderBy('owner_kind').orderBy('owner_id').execute();

async function figuresOf(owner: string, year = 2025): Promise<ReportFigures> {
  const row = await db
    .selectFrom('report')
    .select('figures')
    .where('owner_id', '=', owner)
    .where('year', '=', year)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.figures) as ReportFigures;
}

/** Makes what is stale until nothing is; a first build leaves everything to be looked at once more. */
async function settle(): Promise<void> {
  while ((await buildStale(deps)).built > 0);
}

beforeEach(async () => {
  registry = await openRegistry();
  ({ db } = registry);
  series = await openDuckdbStore({ file: ':memory:' });
  nowMs = NOW_MS;
  deps = { db, series, zone, now: () => nowMs };
  for (const { kwh: _kwh, ...institution } of INSTITUTIONS) {
    await createInstitution(db, { ...institution, name: institution.id, areaM2: 1000, headcount: 10 }, CHANGE);
  }
  const usage = INSTITUTIONS.flatMap(({ id, kwh }) =>
    [2024, 2025].flatMap((year) =>
      Array.from({ length: 12 }, (_, at) => month(id, year, at, year === 2025 ? kwh : kwh / 2)),
    ),
  );
  const ids = INSTITUTIONS.map(({ id }) => id);
  await series.replaceInstitutionUsage('month', ids, zone.at(2024, 1, 1), zone.at(2026, 1, 1), usage);
});

afterEach(async () => {
  await series.close();
  await registry.close();
});

test('every institution, district and the city gets its draft, frozen with a digest of its figures', async () => {
  expect(await missingDrafts(db, 2025)).toHaveLength(4 + 10 + 1);
  expect(await buildReports(deps, 2025)).toEqual({ built: 15, changed: 15 });
  expect(await missingDrafts(db, 2025)).toEqual([]);
  expect(await missingDrafts(db, 2024)).toHaveLength(15);
  for (const row of await rows()) {
    expect(row).toMatchObject({ year: 2025, kind: row.owner_kind, state: 'draft', made_at: NOW_MS });
    expect(row.digest).toBe(digestOf(canonicalJson(JSON.parse(row.figures))));
  }
  const office = await figuresOf('kundulun-office');
  expect(office.media).toMatchObject([
    { medium: 'electricity', total: 1200, lastYear: 600, comparable: 1200, lastYearComparable: 600 },
  ]);
  expect(office).toMatchObject({ areaM2: 1000, headcount: 10, addressee: '昆都仑区机关事务管理机构' });
  expect(office.totals.kgce).toBe(147.48);
});

test('a unit of the city itself is in no district, wherever it stands, and a row of its own in the city', async () => {
  await buildReports(deps, 2025);
  const district = await figuresOf('150203');
  expect(district.rows.map((row) => [row.id, row.electricityKwh])).toEqual([
    ['kundulun-office', 1200],
    ['kundulun-school', 240],
  ]);
  expect(district).toMatchObject({ institutions: 2, areaM2: 2000, addressee: '包头市机关事务管理局' });
  const city = await figuresOf('150200');
  expect(city.rows).toHaveLength(10 + 1);
  expect(city.rows.find((row) => row.id === '150203')).toMatchObject({ kind: 'district', electricityKwh: 1440 });
  expect(city.rows.at(-1)).toMatchObject({ id: 'city-archive', kind: 'institution', electricityKwh: 4.8 });
  expect(city.media[0]).toMatchObject({ total: 1480.8, lastYear: 740.4 });
  expect(city).toMatchObject({ institutions: 4, addressee: '内蒙古自治区机关事务管理局' });
  expect(city.byType.map(({ type, institutions }) => [type, institutions])).toEqual([
    ['agency', 1],
    ['school', 1],
    ['library', 2],
  ]);
  expect((await figuresOf('city-archive')).addressee).toBe('包头市机关事务管理局');
});

test('a district without data states none, and a city row without a value is null', async () => {
  await buildReports(deps, 2025);
  expect(await figuresOf('150222')).toMatchObject({ institutions: 0, media: [], rows: [] });
  const city = await figuresOf('150200');
  expect(city.rows.find((row) => row.id === '150222')).toMatchObject({
    electricityKwh: null,
    waterM3: null,
    kgce: null,
  });
});

test('a report knows for how much of each month its meters at the top are known', async () => {
  const day = 86_400_000;
  await db.insertInto('collector').values({ id: 'c', name: 'c', token_hash: '', created_at: 0 }).execute();
  for (const [id, parent, from] of [
    ['main', null, '2020-01-01'],
    ['below', 'main', '2020-01-01'],
    ['late', null, '2025-03-11'],
  ] as const) {
    const names = { id, name: id, collector_id: 'c', parent_id: parent, medium: 'electricity', register_unit: 'kWh' };
    const none = { address: null, format: null, register_modulus: null, rated_maximum: null, measures: null };
    const meter = { ...names, ...none, zone_kind: null, expected_interval_s: 900, created_at: 0 };
    await db.insertInto('meter').values(meter).execute();
    const share = { meter_id: id, ordinal: 0, institution_id: 'kundulun-school', zone_id: null, sub_item: null };
    await db
      .insertInto('meter_share')
      .values({ ...share, share: 1, valid_from: from, valid_to: null })
      .execute();
  }
  const sums = (meter: string, at: number, knownMs: number) => {
    const [startMs, endMs] = [zone.at(2025, at + 1, 1), zone.at(2025, at + 2, 1)];
    const ms = { measuredMs: knownMs, estimatedMs: 0, manualMs: 0, missingMs: endMs - startMs - knownMs };
    return { meter, startMs, endMs, micro: 1n, ...ms };
  };
  await series.putMeterUsage('month', [
    sums('main', 0, 31 * day),
    sums('main', 1, 14 * day),
    sums('late', 2, 21 * day),
    sums('below', 5, 30 * day),
  ]);
  await buildReports(deps, 2025);
  const days = (of: number[] | undefined): number[] | undefined => of?.map((ms) => ms / day);
  const [medium] = (await figuresOf('kundulun-school')).media;
  expect(days(medium?.meteredTime?.expectedMs)).toEqual([31, 28, 31 + 21, 60, 62, 60, 62, 62, 60, 62, 60, 62]);
  expect(days(medium?.meteredTime?.knownMs)).toEqual([31, 14, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect((await figuresOf('150200')).media[0]?.meteredTime).toEqual(medium?.meteredTime);
});

test('the same data gives the same figures and keeps the time they were made at', async () => {
  await buildReports(deps, 2025);
  await settle();
  const before = await rows();
  nowMs += 86_400_000;
  expect(await buildReports(deps, 2025)).toEqual({ built: 15, changed: 0 });
  expect(await rows()).toEqual(before);
  await db.deleteFrom('report').execute();
  nowMs = NOW_MS;
  await buildReports(deps, 2025);
  await settle();
  expect(await rows()).toEqual(before);
});

test('late data makes the institution, its district and the city anew, and no other', async () => {
  await buildReports(deps, 2025);
  await settle();
  const before = await rows();
  nowMs += 3_600_000;
  await putMonth('kundulun-school', 2025, 11, 25);
  await markStale(db, ['kundulun-school'], [2025]);
  expect(await buildStale(deps)).toEqual({ built: 3, changed: 3 });
  expect((await figuresOf('kundulun-school')).media[0]?.total).toBe(245);
  expect((await figuresOf('150203')).media[0]?.total).toBe(1445);
  expect((await figuresOf('150200')).media[0]?.total).toBe(1485.8);
  const changed = (await rows()).filter((row, at) => row.digest !== before[at]?.digest);
  expect(changed.map((row) => [row.owner_id, row.made_at])).toEqual([
    ['150200', nowMs],
    ['150203', nowMs],
    ['kundulun-school', nowMs],
  ]);
  expect((await rows()).filter((row) => row.stale > 0)).toEqual([]);
  expect(await buildStale(deps)).toEqual({ built: 0, changed: 0 });
});

test('late data of a year is also last year of the next report', async () => {
  await buildReports(deps, 2025);
  await settle();
  await putMonth('donghe-library', 2024, 0, 9);
  await markStale(db, ['donghe-library'], [2024]);
  await buildStale(deps);
  expect((await figuresOf('donghe-library')).media[0]?.lastYear).toBe(25.5);
});

test('data that comes while a draft is being made is not lost', async () => {
  await buildReports(deps, 2025);
  await settle();
  await putMonth('donghe-library', 2025, 0, 4);
  await markStale(db, ['donghe-library'], [2025]);
  const late: SeriesStore = {
    ...series,
    // Between the read and the write of the draft the next value comes in.
    institutionUsage: async (...query) => {
      const found = await series.institutionUsage(...query);
      await putMonth('donghe-library', 2025, 0, 5);
      await markStale(db, ['donghe-library'], [2025]);
      return found;
    },
  };
  await buildStale({ ...deps, series: late });
  expect((await figuresOf('donghe-library')).media[0]?.total).toBe(37);
  await buildStale(deps);
  expect((await figuresOf('donghe-library')).media[0]?.total).toBe(38);
  expect((await figuresOf('150200')).media[0]?.total).toBe(1482.8);
});

test('data that comes while the first draft is being made is not lost', async () => {
  const late: SeriesStore = {
    ...series,
    institutionUsage: async (...query) => {
      const found = await series.institutionUsage(...query);
      await putMonth('donghe-library', 2025, 0, 5);
      await markStale(db, ['donghe-library'], [2025]);
      return found;
    },
  };
  await buildReports({ ...deps, series: late }, 2025);
  await settle();
  expect((await figuresOf('donghe-library')).media[0]?.total).toBe(38);
});

test('of two builds at once the one that read older data does not have the last word', async () => {
  await buildReports(deps, 2025);
  await settle();
  await markStale(db, ['donghe-library'], [2025]);
  const overtaken: SeriesStore = {
    ...series,
    institutionUsage: async (...query) => {
      const old = await series.institutionUsage(...query);
      await putMonth('donghe-library', 2025, 0, 5);
      await markStale(db, ['donghe-library'], [2025]);
      await buildStale(deps);
      return old;
    },
  };
  await buildStale({ ...deps, series: overtaken });
  await settle();
  expect((await figuresOf('donghe-library')).media[0]?.total).toBe(38);
});

test('a report that is no draft any more stays, and enters the roll-up as it is', async () => {
  await buildReports(deps, 2025);
  await settle();
  await db.updateTable('report').set({ state: 'approved' }).where('owner_id', '=', 'donghe-library').execute();
  await putMonth('donghe-library', 2025, 0, 1000);
  await markStale(db, ['donghe-library'], [2025]);
  await buildReports(deps, 2025);
  expect((await figuresOf('donghe-library')).media[0]?.total).toBe(36);
  expect((await figuresOf('150200')).media[0]?.total).toBe(1480.8);
});

test('building one owner makes whatever its roll-ups still lack', async () => {
  await buildReports(deps, 2025, { owners: ['donghe-library'] });
  expect(await missingDrafts(db, 2025)).toEqual([]);
  expect(await buildReports(deps, 2025, { owners: ['donghe-library'] })).toEqual({ built: 3, changed: 0 });
  expect(await buildReports(deps, 2025, { owners: ['150203'] })).toEqual({ built: 2, changed: 0 });
});

test('quotas, area in force at the end of the year, and alerts raised in it enter the figures', async () => {
  await db
    .insertInto('quota')
    .values({ institution_id: 'city-archive', medium: 'electricity', year: 2025, annual_limit: 6, month_limits: '[]' })
    .execute();
  await db
    .updateTable('institution_attribute')
    .set({ valid_to: '2025-12-31' })
    .where('institution_id', '=', 'city-archive')
    .where('name', '=', 'areaM2')
    .execute();
  await db
    .insertInto('institution_attribute')
    .values({
      institution_id: 'city-archive',
      name: 'areaM2',
      value: 2000.5,
      valid_from: '2025-12-31',
      valid_to: null,
    })
    .execute();
  const alert = (id: string, activeSince: number, done: boolean) => ({
    id,
    rule: 'off-hours',
    article: 'Art. 20(1)',
    institution_id: 'city-archive',
    subject: 'standby',
    severity: 'warning',
    state: 'open',
    active_since: activeSince,
    cleared_at: done ? activeSince + 1 : null,
    limit_value: 1,
    value: 2,
    unit: 'kW',
    waste_amount: 0,
    waste_unit: 'kWh',
    waste_kgce: 0,
    addressed_to: 'institution',
    evidence: '{}',
    acknowledged_by: null,
    acknowledged_at: done ? activeSince + 1 : null,
    updated_at: activeSince,
  });
  await db
    .insertInto('alert')
    .values([
      alert('before', zone.at(2025, 1, 1) - 1, true),
      alert('first', zone.at(2025, 1, 1), true),
      alert('last', zone.at(2026, 1, 1) - 1, false),
      alert('after', zone.at(2026, 1, 1), true),
    ])
    .execute();
  await buildReports(deps, 2025);
  const archive = await figuresOf('city-archive');
  expect(archive.areaM2).toBe(2000.5);
  expect(archive.media[0]).toMatchObject({ quota: 6, quotaUsed: 4.8, quotaRatio: 0.8 });
  expect(archive.alerts).toEqual([{ rule: 'off-hours', raised: 2, acknowledged: 1, cleared: 1 }]);
  expect((await figuresOf('150200')).alerts).toEqual(archive.alerts);
});

test('an institution reports for the year in which it ended, and for none after', async () => {
  await db.updateTable('institution').set({ ended_on: '2025-07-01' }).where('id', '=', 'donghe-library').execute();
  await db.updateTable('institution').set({ ended_on: '2025-01-01' }).where('id', '=', 'kundulun-school').execute();
  const missing = await missingDrafts(db, 2025);
  expect(missing).toContain('donghe-library');
  expect(missing).not.toContain('kundulun-school');
  await buildReports(deps, 2025);
  expect((await rows()).map(({ owner_id }) => owner_id)).toEqual(
    expect.arrayContaining(['donghe-library', 'kundulun-office']),
  );
  expect((await rows()).map(({ owner_id }) => owner_id)).not.toContain('kundulun-school');
  expect(await missingDrafts(db, 2025)).toEqual([]);
});
