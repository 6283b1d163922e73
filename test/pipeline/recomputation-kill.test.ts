import { cp, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { openRegistry } from '../../app/open-registry.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import { addLifeEntry } from '../../services/registry/meter-life.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import { eventually } from '../support/eventually.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KILLS = 20;
const METERS = Array.from({ length: 20 }, (_, index) => `m${index}`);
const INSTITUTIONS = ['i0', 'i1'];
const DAYS = 75;
const QUARTER_MS = 900_000;
const WITHIN_MS = 60_000;
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];

const zone = createZone('Asia/Shanghai');
const start = zone.at(2026, 8, 1);
const settings = { CLOCK_START: '2026-11-20T12:00:00+08:00', LOG_LEVEL: 'error' };

/** Registers every quarter of an hour, with a glitch now and then, and days without any. */
function readingsOf(meter: number): ReadingRow[] {
  const random = seededRandom(meter + 1);
  const rows: ReadingRow[] = [];
  let hundredths = meter * 1000;
  for (let n = 0; n < DAYS * 96; n++) {
    hundredths += Math.floor(random() * 40);
    if (meter % 5 === 0 && n > 40 * 96 && n < 43 * 96 + 17) continue;
    rows.push(row(meter, n, (random() < 0.001 ? 0 : hundredths) / 100, n));
  }
  return rows;
}

function row(meter: number, n: number, value: number, position: number): ReadingRow {
  const observedAtMs = start + n * QUARTER_MS + meter * 1000;
  return {
    meter: METERS[meter]!,
    metric: 'total',
    observedAtMs,
    value,
    receivedAtMs: observedAtMs,
    flags: 0,
    position,
  };
}

const storeIn = (folder: string) => openDuckdbStore({ file: join(folder, 'readings.duckdb') });
const registryIn = (folder: string) => openRegistry({ kind: 'sqlite', file: join(folder, 'registry.sqlite') });

async function writeReadings(folder: string, batches: Iterable<ReadingRow[]>): Promise<void> {
  const store = await storeIn(folder);
  for (const rows of batches) await store.writeReadings(rows);
  await store.close();
}

const usageIsMade = (platform: RunningPlatform): Promise<unknown> =>
  eventually(
    () => readMetrics(platform.url),
    (metrics) => (metrics.get('jieneng_usage_runs_total') ?? 0) > 0,
    WITHIN_MS,
    50,
  );

/** Of a number of readings: a city that has made its usage, and is stopped. */
async function prepare(folder: string): Promise<void> {
  const platform = await startPlatform({ folder, settings });
  const api = await platform.logIn();
  await postCollector(api, 'c');
  for (const id of INSTITUTIONS) await postInstitution(api, id);
  for (const [index, id] of METERS.entries()) {
    const parentId = index % 10 === 0 ? undefined : METERS[index - (index % 10)];
    const institutionId = INSTITUTIONS[Math.floor(index / 10)]!;
    await postMeter(api, { id, institutionId, collectorId: 'c', ...(parentId === undefined ? {} : { parentId }) });
  }
  await platform.stop();
  await writeReadings(
    folder,
    METERS.map((_, meter) => readingsOf(meter)),
  );
  const again = await startPlatform({ folder, settings });
  await usageIsMade(again);
  await again.stop();
}

/** While nothing runs: half of the meters get another multiplier from a past date, the others readings of a past week. */
async function changeThePast(folder: string): Promise<void> {
  const db = await registryIn(folder);
  const change = { userId: null, nowMs: zone.at(2026, 11, 20) };
  for (const [index, id] of METERS.entries())
    if (index % 2 === 0)
      await addLifeEntry(db, id, { kind: 'multiplier', date: '2026-08-20', multiplier: 40 }, change, zone);
  await db.destroy();
  const late = METERS.flatMap((_, meter) =>
    meter % 2 === 0
      ? []
      : readingsOf(meter)
          .slice(1000, 1600)
          .map((one) => ({ ...one, value: one.value - 0.05, position: 1e6 })),
  );
  await writeReadings(folder, [late]);
}

const walBytes = async (folder: string): Promise<number> =>
  (await stat(join(folder, 'readings.duckdb.wal')).catch(() => ({ size: 0 }))).size;

/** All that is stored of usage, the ledger and the findings, without when it was noted. */
async function contents(folder: string): Promise<Record<string, unknown[]>> {
  const store = await storeIn(folder);
  const base = (await store.baseUsageOfEach(METERS, ...FAR)).map(({ meter, starts, values, qualities, states }) => [
    meter,
    [...starts],
    [...values],
    [...qualities],
    states,
  ]);
  const all: Record<string, unknown[]> = { base };
  for (const step of ['hour', 'day', 'month'] as const) {
    all[step] = await store.meterUsage(step, METERS, ...FAR);
    all[`institution ${step}`] = await store.institutionUsage(step, INSTITUTIONS, ...FAR);
  }
  all['ledger'] = (await store.dayChanges(METERS, ...FAR)).map((one) => ({ ...one, changedAtMs: 0 }));
  await store.close();
  const db = await registryIn(folder);
  const findings = await db
    .selectFrom('usage_finding')
    .selectAll()
    .orderBy('meter_id')
    .orderBy('from_ms')
    .orderBy('kind')
    .execute();
  all['findings'] = findings.map((one) => ({ ...one, noted_at: 0 }));
  await db.destroy();
  return all;
}

test(`${KILLS} × kill -9 while usage is made anew: usage, ledger and findings are those of a run that nobody disturbs`, async () => {
  const folder = await tempFolder();
  const random = seededRandom(7);
  await prepare(folder);
  await changeThePast(folder);
  const twin = await tempFolder();
  await cp(folder, twin, { recursive: true });

  const undisturbed = await startPlatform({ folder: twin, settings });
  await usageIsMade(undisturbed);
  const written = await walBytes(twin);
  await undisturbed.stop();
  const want = await contents(twin);
  expect(want['ledger']!.length).toBeGreaterThan(500);
  expect(want['findings']!.length).toBeGreaterThan(100);

  let inTheMiddle = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const platform = await startPlatform({ folder, settings });
    let least = Number.POSITIVE_INFINITY;
    const upTo = random() * 0.9 * written;
    const progress = async (): Promise<number> => {
      const bytes = await walBytes(folder);
      least = Math.min(least, bytes);
      return bytes - least;
    };
    await eventually(progress, (bytes) => bytes >= upTo, 10_000, 5);
    await platform.kill();
    const store = await storeIn(folder);
    if ((await store.touchedSince(0)).ranges.length > 0) inTheMiddle++;
    await store.close();
  }
  expect(inTheMiddle).toBe(KILLS);

  const last = await startPlatform({ folder, settings });
  onTestFinished(() => last.kill());
  await usageIsMade(last);
  await last.stop();
  const found = await contents(folder);
  for (const [part, rows] of Object.entries(want)) expect(found[part], part).toEqual(rows);
}, 600_000);
