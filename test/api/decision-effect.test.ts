import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import type { Decision, Effect } from '../../services/api/schemas/decision.ts';
import type { ReportFigures } from '../../services/api/schemas/report.ts';
import { putQuota } from '../../services/registry/quotas.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { buildReports } from '../../services/reports/build-reports.ts';
import { runRules } from '../../services/rules/run-rules.ts';
import { createMaterialiser, type Materialiser } from '../../services/usage/materialise.ts';
import { type ApiFixture, type FixtureUser, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls, type RegistryCalls } from '../support/registry-calls.ts';

/** A winter, so that the rules have two months to judge. */
const NOW_MS = Date.parse('2026-02-10T10:30:00+08:00');
const ZONE = createZone('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);
const FAR_MS = at('2030-01-01');
const METERS = ['hall', 'annex'];
const INSTITUTIONS = ['school', 'library', 'archive'];
/** The annex's current transformers were changed before Christmas, and nobody had said so. */
const MULTIPLIER = {
  meterId: 'annex',
  kind: 'multiplier',
  from: '2025-12-24T10:00:00+08:00',
  multiplier: 3,
  reason: '互感器已更换',
};

let api: ApiFixture;
let materialiser: Materialiser;

const as = (user: FixtureUser): RegistryCalls => registryCalls(() => api, user);
/** Of a double only what six decimals say. */
const kwh = (amount: number): number => Math.round(amount * 1e6) / 1e6;

/**
 * The hall's meter counts 10 kWh an hour for the school; below it stands the annex's with 2, of which the library has
 * 40 %. The library's quota is generous.
 */
beforeAll(async () => {
  api = await openApiFixture();
  api.clock.nowMs = NOW_MS;
  const { db, series, clock } = api;
  const change = { userId: null, nowMs: clock.nowMs };
  const meter = { collectorId: 'c1', medium: 'electricity', expectedIntervalS: 3600 };
  const hall = { ...meter, id: 'hall', institutionId: 'school', subItem: 'A' };
  const shares = [
    { institutionId: 'school', subItem: 'A', share: 0.6 },
    { institutionId: 'library', subItem: 'A', share: 0.4 },
  ];
  for (const body of [hall, { ...meter, id: 'annex', parentId: 'hall', shares }])
    expect((await as('admin').post('meters', body)).status).toBe(201);
  const monthLimits = [800, 300, ...Array<number>(10).fill(160)];
  const quota = {
    institutionId: 'library',
    year: 2026,
    medium: 'electricity',
    annualLimit: 2700,
    monthLimits,
  } as const;
  await putQuota(db, { kind: 'all' }, quota, change);
  const [from, to] = [at('2025-12-15'), Date.parse('2026-02-10T10:00:00+08:00')];
  await series.writeReadings([...hourlyRegister('hall', 10, from, to), ...hourlyRegister('annex', 2, from, to)]);
  materialiser = createMaterialiser(series, ZONE, () => clock.nowMs);
  await follow();
  // The library's report of 2025 is out of its hands.
  await db
    .updateTable('report')
    .set({ state: 'locked' })
    .where('owner_id', '=', 'library')
    .where('year', '=', 2025)
    .execute();
});
afterAll(() => api.close());

/** What follows a change of the registry: usage, alerts, reports. */
async function follow(): Promise<void> {
  const { db, series, clock } = api;
  materialiser.useMeters(await usageMeters(db));
  let dirtyFromMs: ReadonlyMap<string, number> = new Map();
  await materialiser.run((change) => {
    dirtyFromMs = change.institutions;
    return Promise.resolve();
  });
  expect(materialiser.failure()).toBe('');
  await runRules({ db, series, zone: ZONE, now: () => clock.nowMs }, { dirtyFromMs });
  await buildReports({ db, series, zone: ZONE, now: () => clock.nowMs }, 2025);
}

/** All that is derived, as text: of usage, alerts, rules and reports. */
async function derived(): Promise<string> {
  const { db, series } = api;
  const rows: unknown[] = [];
  for (const meter of METERS) {
    const { starts, values, qualities, states } = await series.baseUsage(meter, 0, FAR_MS);
    rows.push([...starts], [...values], [...qualities], states);
  }
  for (const step of ['hour', 'day', 'month'] as const) {
    rows.push(await series.meterUsage(step, METERS, 0, FAR_MS));
    rows.push(await series.institutionUsage(step, INSTITUTIONS, 0, FAR_MS));
  }
  rows.push(await db.selectFrom('alert').selectAll().orderBy('id').execute());
  rows.push(
    await db.selectFrom('rule_state').selectAll().orderBy('rule').orderBy('subject').orderBy('month_start').execute(),
  );
  rows.push(
    await db
      .selectFrom('report')
      .select(['year', 'owner_id', 'state', 'figures', 'digest'])
      .orderBy('owner_id')
      .execute(),
  );
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

interface AlertRow {
  id: string;
  severity: string;
  value: number;
  cleared_at: number | null;
}
const alerts = async (): Promise<Map<string, AlertRow>> => {
  const rows = await api.db.selectFrom('alert').select(['id', 'severity', 'value', 'cleared_at']).execute();
  return new Map(rows.map((row) => [row.id, row]));
};
const figures = async (owner: string): Promise<ReportFigures> => {
  const row = await api.db
    .selectFrom('report')
    .select('figures')
    .where('owner_id', '=', owner)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.figures) as ReportFigures;
};
const month = (effect: Effect, institution: string, start: string): [number | null, number | null] | undefined => {
  const of = effect.institutions.find(({ institutionId }) => institutionId === institution);
  const found = of?.months.find((one) => one.start.startsWith(start));
  return found && [found.before, found.after];
};

test('an effect is worked out without anything being stored', async () => {
  const before = await derived();
  const audit = await api.db
    .selectFrom('audit')
    .select((eb) => eb.fn.countAll().as('n'))
    .executeTakeFirst();
  const { status, body, detail } = await as('bureau').post('decisions/effect', MULTIPLIER);
  expect([status, detail]).toEqual([200, '']);
  const effect = body as Effect;

  expect(effect).toMatchObject({ of: 'approval', meterId: 'annex', medium: 'electricity', unit: 'kWh', beyond: 0 });
  expect(effect.from).toBe(MULTIPLIER.from);
  // The day of the change has ten hours of before.
  expect(effect.days[0]).toEqual({
    start: '2025-12-24T00:00:00+08:00',
    end: '2025-12-25T00:00:00+08:00',
    before: 48,
    after: 10 * 2 + 14 * 6,
    qualityBefore: 'measured',
    qualityAfter: 'measured',
  });
  expect(effect.days).toHaveLength(49);
  expect(effect.months.map(({ start, before: old, after }) => [start.slice(0, 7), old, after])).toEqual([
    ['2025-12', 408 * 2, 226 * 2 + 182 * 6],
    ['2026-01', 744 * 2, 744 * 6],
    ['2026-02', 226 * 2, 226 * 6],
  ]);
  // The hall's own usage is what the annex leaves of it, and the school has 60 % of the annex.
  expect(month(effect, 'school', '2026-01')).toEqual([kwh(744 * (8 + 1.2)), kwh(744 * (4 + 3.6))]);
  expect(month(effect, 'library', '2026-01')).toEqual([kwh(744 * 0.8), kwh(744 * 2.4)]);
  expect(effect.quotas).toEqual([
    {
      institutionId: 'library',
      institutionName: '青山区图书馆',
      medium: 'electricity',
      year: 2026,
      unit: 'kWh',
      annualLimit: 2700,
      before: kwh(970 * 0.8),
      after: kwh(970 * 2.4),
      ratioBefore: kwh(970 * 0.8) / 2700,
      ratioAfter: kwh(970 * 2.4) / 2700,
      tierBefore: 'within',
      tierAfter: 'warning',
    },
  ]);
  // The library's is locked, and enters the roll-ups above it as it is.
  expect(
    effect.reports.map(({ year, owner, kind, state, consequence }) => [year, owner, kind, state, consequence]),
  ).toEqual([
    [2025, '150200', 'city', 'draft', 'redraft'],
    [2025, '150203', 'district', 'draft', 'redraft'],
    [2025, 'library', 'institution', 'locked', 'amendment'],
    [2025, 'school', 'institution', 'draft', 'redraft'],
  ]);

  expect(await derived()).toBe(before);
  expect(await api.db.selectFrom('decision').selectAll().execute()).toEqual([]);
  expect(
    await api.db
      .selectFrom('audit')
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirst(),
  ).toEqual(audit);
});

describe('approved, it does what was shown; reversed, everything is as it was', () => {
  let shown: Effect;
  let reversal: Effect;
  let id = '';
  let original = '';
  let alertsBefore: Map<string, AlertRow>;
  let figuresBefore: ReportFigures;

  beforeAll(async () => {
    original = await derived();
    alertsBefore = await alerts();
    figuresBefore = await figures('150203');
    const proposed = await as('school').post('decisions', MULTIPLIER);
    ({ id } = proposed.body as Decision);
    shown = (await as('bureau').get(`decisions/${id}/effect`)).body as Effect;
    expect((await as('bureau').post(`decisions/${id}/approve`, {})).status).toBe(200);
    await follow();
    reversal = (await as('bureau').get(`decisions/${id}/effect`)).body as Effect;
  });

  test('days and months of the meter', async () => {
    const after = await api.series.meterUsage('day', ['annex'], 0, FAR_MS);
    const amounts = new Map(after.map(({ startMs, micro }) => [ZONE.iso(startMs), Number(micro) / 1e6]));
    expect(shown.days.length).toBe(49);
    for (const day of shown.days) expect([day.start, amounts.get(day.start)]).toEqual([day.start, day.after]);
    const months = await api.series.meterUsage('month', ['annex'], 0, FAR_MS);
    expect(shown.months.map(({ after: amount }) => amount)).toEqual(months.map(({ micro }) => Number(micro) / 1e6));
  });

  test('months of the institutions', async () => {
    for (const { institutionId, months } of shown.institutions) {
      const stored = await api.series.institutionUsage('month', [institutionId], 0, FAR_MS);
      const sums = new Map<string, number>();
      for (const { startMs, micro } of stored) {
        const start = ZONE.iso(startMs);
        sums.set(start, Math.round((sums.get(start) ?? 0) * 1e6 + Number(micro)) / 1e6);
      }
      expect(months.map(({ after }) => after)).toEqual(months.map(({ start }) => sums.get(start)));
    }
    expect(shown.institutions.map(({ institutionId }) => institutionId)).toEqual(['library', 'school']);
  });

  test('use against the quota', async () => {
    const { body } = await as('bureau').get('institutions/library/quota?year=2026');
    const [progress] = (body as { items: { used: number; ratio: number }[] }).items;
    expect(progress).toMatchObject({ used: shown.quotas[0]!.after, ratio: shown.quotas[0]!.ratioAfter });
  });

  test('alerts', async () => {
    const now = await alerts();
    const changes = shown.alerts.map(({ change, id: alert, after }) => [alert, change, after?.severity, after?.value]);
    const ids = new Set([...alertsBefore.keys(), ...now.keys()]);
    const differing = [...ids].flatMap((alert) => {
      const [old, next] = [alertsBefore.get(alert), now.get(alert)];
      if (JSON.stringify(old) === JSON.stringify(next)) return [];
      const change = old === undefined ? 'raised' : next === undefined ? 'withdrawn' : 'changed';
      return [[alert, change, next?.severity, next?.value]];
    });
    const byId = (rows: unknown[][]): unknown[][] => rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
    expect(byId(changes)).toEqual(byId(differing));
    const kinds = new Set(shown.alerts.map(({ change, rule }) => `${rule} ${change}`));
    expect(kinds).toContain('quota raised');
    expect(kinds).toContain('off-hours raised');
  });

  test('reports: drafts follow, what is locked stays', async () => {
    const district = shown.reports.find(({ owner }) => owner === '150203')!;
    const after = await figures('150203');
    expect(district.figures.length).toBeGreaterThan(0);
    for (const { figure, before, after: amount } of district.figures) {
      const of = ({ media, totals }: ReportFigures): unknown => {
        const [part = '', name = ''] = figure.split('.');
        const group: object = part === 'totals' ? totals : media.find(({ medium }) => medium === part)!;
        return (group as Record<string, unknown>)[name];
      };
      expect([figure, of(figuresBefore), of(after)]).toEqual([figure, before, amount]);
    }
    const school = shown.reports.find(({ owner }) => owner === 'school')!;
    expect(school.figures.find(({ figure }) => figure === 'electricity.total')).toMatchObject({
      before: kwh(408 * 9.2),
      after: (await figures('school')).media[0]!.total,
    });
    const locked = shown.reports.find(({ owner }) => owner === 'library')!;
    expect((await figures('library')).media[0]!.total).toBe(
      locked.figures.find(({ figure }) => figure === 'electricity.total')!.before,
    );
  });

  test('the effect of its reversal is the effect of its approval turned round', () => {
    const turned = <Row extends { before: unknown; after: unknown }>(rows: readonly Row[]): Row[] =>
      rows.map((row) => ({ ...row, before: row.after, after: row.before }));
    expect(reversal.of).toBe('reversal');
    expect(reversal.days.map(({ start, before, after }) => ({ start, before, after }))).toEqual(
      turned(shown.days).map(({ start, before, after }) => ({ start, before, after })),
    );
    expect(reversal.total).toEqual({ before: shown.total.after, after: shown.total.before });
    expect(reversal.institutions.map(({ months }) => months)).toEqual(
      shown.institutions.map(({ months }) => turned(months)),
    );
    expect(reversal.quotas.map(({ tierBefore, tierAfter }) => [tierBefore, tierAfter])).toEqual([
      ['warning', 'within'],
    ]);
  });

  test('its reversal gives back the bytes of before', async () => {
    expect(await derived()).not.toBe(original);
    expect((await as('bureau').post(`decisions/${id}/reverse`, { note: '其实没有更换' })).status).toBe(200);
    await follow();
    expect(await derived()).toBe(original);
    const none = await as('bureau').get(`decisions/${id}/effect`);
    expect([none.status, none.detail]).toEqual([
      409,
      'The decision is reversed: it changes nothing, and nothing is to be reversed',
    ]);
  });
});

test('readings left out: the days around them, with their quality', async () => {
  const range = { from: '2026-02-05T01:00:00+08:00', to: '2026-02-07T00:00:00+08:00' };
  const exclude = { meterId: 'annex', kind: 'exclude', ...range, reason: '采集器故障' };
  const { body } = await as('bureau').post('decisions/effect', exclude);
  const effect = body as Effect;
  expect(effect.days.length).toBeGreaterThan(0);
  for (const { start, qualityBefore, qualityAfter } of effect.days) {
    expect([qualityBefore, qualityAfter, start >= '2026-02-05' && start < '2026-02-07']).toEqual([
      'measured',
      'estimated',
      true,
    ]);
  }
  // The register spans the gap: what was used between its ends is known exactly.
  expect(effect.total.after).toBe(effect.total.before);
  expect(effect.months).toEqual([]);
});

test('a decision that changes nothing has no effect', async () => {
  const range = { from: '2026-02-05T00:10:00+08:00', to: '2026-02-05T00:50:00+08:00' };
  const { status, body } = await as('bureau').post('decisions/effect', {
    meterId: 'annex',
    kind: 'exclude',
    ...range,
    reason: '其间没有读数',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ days: [], months: [], institutions: [], quotas: [], alerts: [], reports: [] });
});

test('who sees a part of it sees that part, and how many more it concerns', async () => {
  const { status, body } = await as('school').post('decisions/effect', MULTIPLIER);
  expect(status).toBe(200);
  const effect = body as Effect;
  expect(effect.institutions.map(({ institutionId }) => institutionId)).toEqual(['school']);
  expect(effect.quotas).toEqual([]);
  expect(new Set(effect.alerts.map(({ institutionId }) => institutionId))).not.toContain('library');
  expect(effect.reports.map(({ owner }) => owner)).toEqual(['school']);
  expect(effect.beyond).toBe(1);
  const agency = (await as('kundulun').post('decisions/effect', MULTIPLIER)).body as Effect;
  expect(agency.reports.map(({ owner }) => owner)).toEqual(['150203', 'school']);
  expect(JSON.stringify([effect, agency])).not.toContain('青山区图书馆');
});

test('what cannot be proposed has no effect to be shown', async () => {
  const foreign = await as('archive').post('decisions/effect', MULTIPLIER);
  expect([foreign.status, foreign.detail]).toEqual([404, 'There is no meter annex']);
  const bad = await as('school').post('decisions/effect', { ...MULTIPLIER, multiplier: undefined });
  expect([bad.status, bad.detail]).toEqual([
    400,
    'multiplier: is missing; give the multiplier that holds from then on',
  ]);
  const far = await as('school').post('decisions/effect', { ...MULTIPLIER, from: '2015-01-01T00:00:00+08:00' });
  expect([far.status, far.detail]).toEqual([
    400,
    'from: what changes is worked out for at most 5 years back; the decision itself may lie further back',
  ]);
});
