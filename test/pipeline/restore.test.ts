import { copyFile, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import type { Health } from '../../services/api/schemas/health.ts';
import type { QuarantineItem } from '../../services/api/schemas/quarantine.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import type { ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { startInfluxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';
import { expectAllThere } from '../support/meter-answers.ts';
import { startMeterLoad, type MeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPlatform, startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const METER = 'm1';
const MESSAGES = 2500;
/** Of a meter that nobody has registered. */
const STRAYS = 50;
const START = Date.parse('2026-06-01T00:00:00+08:00');
const RANGE = { fromMs: START, toMs: Date.parse('2026-11-20T00:00:00+08:00') };
const SOON_MS = 20_000;
/** Small segments: nearly all that is stored is in the archive. */
const SETTINGS = { CLOCK_START: '2026-11-20T12:00:00+08:00', SPOOL_SEGMENT_BYTES: '65536' };

test('readings that fall back behind a lost log catch up by themselves; lost or damaged ones come back by restore', async () => {
  const folder = await tempFolder();
  const inside = (name: string): string => join(folder, name);
  const first = await startPlatform({ folder, settings: SETTINGS });
  const { load, messages } = await fill(first);
  await expectAllThere(await first.logIn(), load.acknowledged, RANGE, SOON_MS);
  const quarantined = await inQuarantine(await first.logIn());
  expect(quarantined.length).toBeGreaterThanOrEqual(STRAYS);
  await eventually(
    () => drainLag(first),
    (lag) => lag === 0,
    SOON_MS,
  );
  await first.kill();
  expect((await readdir(inside('archive'))).length).toBeGreaterThan(4);

  // A power failure of a disk that lied: the second half of the store's log was never written.
  const wal = await readFile(inside('readings.duckdb.wal'));
  await truncate(inside('readings.duckdb.wal'), wal.length >> 1);
  expect(await countedAfterCopy(folder)).toBeLessThan(distinct(load));
  const second = await startPlatform({ folder, settings: SETTINGS });
  await expectAllThere(await second.logIn(), load.acknowledged, RANGE, SOON_MS);
  expect((await (await second.logIn()).get<Health>('/health')).parts['drain']).toMatchObject({ ok: true });
  expect((await readdir(inside('spool'))).filter((name) => name.endsWith('.missing'))).toEqual([]);
  await second.kill();

  // A byte of the log is another one: that is said in a sentence, and nothing is touched.
  const log = await readFile(inside('readings.duckdb.wal'));
  log[log.length >> 1]! ^= 16;
  await writeFile(inside('readings.duckdb.wal'), log);
  const refused = await launchPlatform({ folder, settings: SETTINGS }).ended;
  expect(refused.code).toBe(1);
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  expect(refused.stderr).toContain(`Move ${inside('readings.duckdb')} and ${inside('readings.duckdb.wal')} aside`);
  expect(await readFile(inside('readings.duckdb.wal'))).toEqual(log);

  const aside = await tempFolder();
  for (const name of ['readings.duckdb', 'readings.duckdb.wal']) await rename(inside(name), join(aside, name));
  expect(await restore(folder, SETTINGS)).toEqual({ messages, newReadings: distinct(load) });
  expect(await restore(folder, SETTINGS)).toEqual({ messages, newReadings: 0 });
  const third = await startPlatform({ folder, settings: SETTINGS });
  await expectAllThere(await third.logIn(), load.acknowledged, RANGE, SOON_MS);
  expect(await inQuarantine(await third.logIn())).toEqual(quarantined);
  await third.stop();
});

test.skipIf(isMissing('influxd'))('an InfluxDB that was lost is filled again by restore', async () => {
  const influx = await startInfluxd();
  onTestFinished(() => influx.stop());
  const folder = await tempFolder();
  const settings = { ...SETTINGS, INFLUX_URL: influx.url, INFLUX_DATABASE: 'energy' };
  const first = await startPlatform({ folder, settings });
  const { load, messages } = await fill(first);
  await expectAllThere(await first.logIn(), load.acknowledged, RANGE, SOON_MS);
  await first.stop();
  await influx.statement('DROP DATABASE energy');
  expect(await restore(folder, settings)).toEqual({ messages, newReadings: distinct(load) });
  const second = await startPlatform({ folder, settings });
  await expectAllThere(await second.logIn(), load.acknowledged, RANGE, SOON_MS);
  await second.stop();
});

async function fill(platform: RunningPlatform): Promise<{ load: MeterLoad; messages: number }> {
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const token = await postCollector(api, 'c');
  await postMeter(api, { id: METER, institutionId: 'office', collectorId: 'c' });
  const shape = { startMs: START, stepMs: 300_000, random: seededRandom(7), paddingBytes: 150 };
  const load = startMeterLoad(platform.mqttUrl, [{ meter: METER, collector: 'c', token }], shape);
  await load.acknowledgedMore(MESSAGES);
  await load.finish();
  const strays = startMeterLoad(platform.mqttUrl, [{ meter: 'stray', collector: 'c', token }], shape);
  await strays.acknowledgedMore(STRAYS);
  await strays.finish();
  const messages = [load, strays].reduce((sum, one) => sum + distinct(one) + one.duplicates, 0);
  return { load, messages };
}

function distinct(load: MeterLoad): number {
  return [...load.acknowledged.values()].reduce((sum, readings) => sum + readings.size, 0);
}

async function restore(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ messages: number; newReadings: number }> {
  const ended = await launchPlatform({ folder, settings, command: ['restore'] }).ended;
  expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
  const [, messages, newReadings] = /^(\d+) messages were read again; (\d+) readings were new\.$/m.exec(ended.stdout)!;
  expect(ended.stdout).toContain('Usage, alerts and reports were made anew.');
  return { messages: Number(messages), newReadings: Number(newReadings) };
}

/** How many readings the store of a folder has, without touching it. */
async function countedAfterCopy(folder: string): Promise<number> {
  const copy = await tempFolder();
  for (const name of ['readings.duckdb', 'readings.duckdb.wal']) await copyFile(join(folder, name), join(copy, name));
  const store = await openDuckdbStore({ file: join(copy, 'readings.duckdb') });
  const { length } = await store.readings(METER, RANGE.fromMs, RANGE.toMs, 100_000);
  await store.close();
  return length;
}

async function inQuarantine(api: ApiClient): Promise<string[]> {
  const entries = await api.items<QuarantineItem>('/quarantine?collector=c');
  return entries.map(({ id, receivedAt, reason, payload }) => `${id} ${receivedAt} ${reason} ${payload}`).toSorted();
}

async function drainLag(platform: RunningPlatform): Promise<number | undefined> {
  return (await readMetrics(platform.url)).get('jieneng_drain_lag_bytes');
}
