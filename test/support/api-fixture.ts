import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Kysely } from 'kysely';

import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import { createLogin } from '../../services/accounts/login.ts';
import { createPasswords } from '../../services/accounts/passwords.ts';
import { createUser } from '../../services/accounts/users.ts';
import { buildApi } from '../../services/api/build-api.ts';
import type { ApiContext } from '../../services/api/context.ts';
import { createEffectReader } from '../../services/decisions/effect-reader.ts';
import { createProvenanceReader } from '../../services/provenance/create-provenance-reader.ts';
import { createCollector } from '../../services/registry/collectors.ts';
import { createInstitution } from '../../services/registry/institutions.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { createMaterialiser } from '../../services/usage/materialise.ts';
import { createUsageReader } from '../../services/usage/read-usage.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { openInProcessExchange } from './in-process-exchange.ts';
import { openRegistry } from './open-registry.ts';

/** The fixture's clock: 2026-05-15 10:30 in Asia/Shanghai. */
const FIXTURE_NOW_MS = Date.parse('2026-05-15T10:30:00+08:00');
export const PASSWORD = 'demo-password';

/** Logins of the fixture: `kundulun` is that district's agency, `archive` and `school` an institution's manager. */
export type FixtureUser = 'admin' | 'bureau' | 'kundulun' | 'archive' | 'school';

/** An API over a real registry and a DuckDB in memory. */
export interface ApiFixture {
  app: FastifyInstance;
  db: Kysely<Database>;
  series: SeriesStore;
  /** Milliseconds by which the clock has been moved on. */
  clock: { nowMs: number };
  /** How often the gateway was told of a change, and alerts of one. */
  calls: { registryChanged: number; alertsChanged: number; replayRequested: number };
  /** Answers with the cookie of a fresh session. */
  cookieOf(user: FixtureUser): Promise<string>;
  as(user: FixtureUser, request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Stores readings and makes the usage of them. */
  addReadings(rows: readonly ReadingRow[]): Promise<void>;
  close(): Promise<void>;
}

/** A register that rises by `kwhPerHour`, read every hour from `fromMs` to `toMs`, both included. */
export function hourlyRegister(meter: string, kwhPerHour: number, fromMs: number, toMs: number): ReadingRow[] {
  const rows: ReadingRow[] = [];
  for (let at = fromMs, hour = 0; at <= toMs; at += 3_600_000, hour += 1) {
    rows.push({
      meter,
      metric: 'total',
      observedAtMs: at,
      value: 1000 + hour * kwhPerHour,
      receivedAtMs: at + 2000,
      flags: 0,
      position: hour,
    });
  }
  return rows;
}

/**
 * City archive `archive`: a unit of the city (市直) that stands in 昆都仑区. School `school`: reports to 昆都仑区.
 * Library `library`: reports to 青山区. Each has an electricity meter `<id>-main`; the archive a temperature point too.
 */
export async function openApiFixture(extra: Partial<ApiContext> = {}): Promise<ApiFixture> {
  const { db, close: closeRegistry } = await openRegistry();
  const series = await openDuckdbStore({ file: ':memory:' });
  const passwords = createPasswords({ memoryKib: 64, passes: 1 });
  const clock = { nowMs: FIXTURE_NOW_MS };
  const calls = { registryChanged: 0, alertsChanged: 0, replayRequested: 0 };
  await seed(db, passwords);
  const zone = createZone('Asia/Shanghai');
  const meters = await usageMeters(db);
  let byId = new Map(meters.map((meter) => [meter.id, meter]));
  const exchange = await openInProcessExchange(db, { maxMb: 1, zone: zone.name, now: () => clock.nowMs });
  const context: ApiContext = {
    exchange,
    version: '0.0.0-test',
    zone,
    now: () => clock.nowMs,
    db,
    series,
    usage: createUsageReader(series, zone, () => byId),
    provenance: createProvenanceReader(series, zone, () => byId),
    effects: createEffectReader({ db, series, zone, now: () => clock.nowMs, meters: () => byId }),
    registryChanged: async () => {
      calls.registryChanged += 1;
      byId = new Map((await usageMeters(db)).map((meter) => [meter.id, meter]));
    },
    replayRequested: () => {
      calls.replayRequested += 1;
    },
    renderReport: async (format) => Buffer.from(`a ${format} file`),
    health: async () => ({ status: 'ok', version: '0.0.0-test', now: 'now', parts: { series: { ok: true } } }),
    metrics: async () => '# HELP jieneng_up Whether it runs\njieneng_up 1\n',
    alertsChanged: () => {
      calls.alertsChanged += 1;
    },
    passwords,
    login: createLogin(db, passwords),
    ...extra,
  };
  const app = await buildApi(context);
  await app.ready();

  const cookies = new Map<FixtureUser, string>();
  async function cookieOf(user: FixtureUser): Promise<string> {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { username: user, password: PASSWORD },
    });
    const [cookie] = answer.cookies;
    if (cookie === undefined) throw new Error(`${user} could not log in: ${answer.body}`);
    return `${cookie.name}=${cookie.value}`;
  }

  return {
    app,
    db,
    series,
    clock,
    calls,
    cookieOf,
    as: async (user, request) => {
      let cookie = cookies.get(user);
      if (cookie === undefined) cookies.set(user, (cookie = await cookieOf(user)));
      return app.inject({ ...request, headers: { ...request.headers, cookie } });
    },
    addReadings: async (rows) => {
      await series.writeReadings(rows);
      const materialiser = createMaterialiser(series, zone, () => clock.nowMs);
      materialiser.useMeters([...byId.values()]);
      await materialiser.run();
    },
    close: async () => {
      await app.close();
      await exchange.close();
      await series.close();
      await closeRegistry();
    },
  };
}

async function seed(db: Kysely<Database>, passwords: ReturnType<typeof createPasswords>): Promise<void> {
  const change = { userId: null, nowMs: FIXTURE_NOW_MS };
  const figures = { areaM2: 1000, headcount: 50 };
  await createInstitution(
    db,
    { id: 'archive', name: '包头市档案馆', type: 'agency', regionCode: '150203', reportsTo: '150200', ...figures },
    change,
  );
  await createInstitution(
    db,
    { id: 'school', name: '钢铁大街小学', type: 'school', regionCode: '150203', ...figures },
    change,
  );
  await createInstitution(
    db,
    { id: 'library', name: '青山区图书馆', type: 'library', regionCode: '150204', ...figures },
    change,
  );
  await createCollector(db, { id: 'c1', name: '采集器一' }, change);
  for (const institutionId of ['archive', 'school', 'library']) {
    await createMeter(
      db,
      {
        id: `${institutionId}-main`,
        institutionId,
        collectorId: 'c1',
        medium: 'electricity',
        subItem: 'A',
        expectedIntervalS: 3600,
      },
      change,
    );
  }
  await createMeter(
    db,
    { id: 'archive-room', institutionId: 'archive', collectorId: 'c1', medium: 'temperature' },
    change,
  );
  await createUser(db, passwords, { username: 'admin', password: PASSWORD, role: 'admin' }, change);
  await createUser(db, passwords, { username: 'bureau', password: PASSWORD, role: 'bureau' }, change);
  await createUser(
    db,
    passwords,
    { username: 'kundulun', password: PASSWORD, role: 'agency', regionCode: '150203' },
    change,
  );
  for (const username of ['archive', 'school']) {
    await createUser(
      db,
      passwords,
      { username, password: PASSWORD, role: 'institution', institutionId: username },
      change,
    );
  }
}
