import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startMeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPlatform, startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SEED = 20_180_101;
const KILLS = 20;
const METERS = ['m1', 'm2', 'm3', 'm4'];
const START = Date.parse('2026-01-01T00:00:00+08:00');
const STEP_MS = 60_000;
const SOON = { timeout: 60_000, interval: 200 };

test(`${KILLS} × kill -9 under load: what was acknowledged is readable, and counts once`, async () => {
  const random = seededRandom(SEED);
  const folder = await tempFolder();
  // Small segments, so that kills fall between them and while the spool is pruned.
  const settings = { CLOCK_START: '2026-11-20T12:00:00+08:00', SPOOL_SEGMENT_BYTES: '65536' };
  let platform = await startPlatform({ folder, settings });
  const meters = await register(await platform.logIn());
  // The same addresses after each kill: the meters reconnect by themselves.
  const onSamePorts = {
    ...settings,
    PORT: new URL(platform.url).port,
    MQTT_PORT: new URL(platform.mqttUrl).port,
  };
  const load = startMeterLoad(platform.mqttUrl, meters, { startMs: START, stepMs: STEP_MS, random });

  for (let kill = 1; kill <= KILLS; kill++) {
    await load.acknowledgedMore(1 + Math.floor(random() * 1500));
    await platform.kill();
    // Every fifth time it is killed once more before it is ready, as soon as it holds the folder again.
    if (kill % 5 === 0) await killAtStart(folder, onSamePorts);
    platform = await startPlatform({ folder, settings: onSamePorts });
  }
  await load.acknowledgedMore(100);
  await load.finish();
  expect(load.duplicates).toBeGreaterThan(100);

  const api = await platform.logIn();
  for (const meter of METERS) {
    const acknowledged = load.acknowledged.get(meter)!;
    await expect.poll(() => notReadable(api, meter, acknowledged), SOON).toEqual([]);
    // Nothing but what was sent: a duplicate is no reading more.
    expect((await readingsOf(api, meter)).size).toBe(acknowledged.size);
    await expect.poll(() => microOfUsage(api, meter), SOON).toBe(microOfRegister(acknowledged));
  }
  expect(await api.items('/quarantine')).toEqual([]);
  await platform.stop();
});

async function register(api: ApiClient): Promise<{ meter: string; collector: string; token: string }[]> {
  await postInstitution(api, 'office');
  const registered: { meter: string; collector: string; token: string }[] = [];
  for (const meter of METERS) {
    const collector = `c-${meter}`;
    const token = await postCollector(api, collector);
    await postMeter(api, { id: meter, institutionId: 'office', collectorId: collector });
    registered.push({ meter, collector, token });
  }
  return registered;
}

async function killAtStart(folder: string, settings: Record<string, string>): Promise<void> {
  const starting = launchPlatform({ folder, settings });
  await expect.poll(() => existsSync(join(folder, 'held-by.json')), { timeout: 30_000, interval: 5 }).toBe(true);
  starting.signal('SIGKILL');
  await starting.ended;
}

async function readingsOf(api: ApiClient, meter: string): Promise<Map<number, number>> {
  const items = await api.items<{ ts: string; total: number }>(
    `/meters/${meter}/readings?from=${START}&to=${Date.parse('2026-11-20T00:00:00+08:00')}`,
  );
  return new Map(items.map(({ ts, total }) => [Date.parse(ts), total]));
}

/** Acknowledged device times whose reading is not there, or is another. */
async function notReadable(
  api: ApiClient,
  meter: string,
  acknowledged: ReadonlyMap<number, number>,
): Promise<number[]> {
  const readable = await readingsOf(api, meter);
  return [...acknowledged].filter(([ts, total]) => readable.get(ts) !== total).map(([ts]) => ts);
}

async function microOfUsage(api: ApiClient, meter: string): Promise<number> {
  const range = `from=${START}&to=${Date.parse('2026-11-20T00:00:00+08:00')}`;
  const days = await api.items<MeterUsageItem>(`/meters/${meter}/usage?${range}&step=1d`);
  return days.reduce((sum, { value }) => sum + Math.round((value ?? 0) * 1e6), 0);
}

function microOfRegister(readings: ReadonlyMap<number, number>): number {
  const totals = [...readings.values()];
  return Math.round((Math.max(...totals) - Math.min(...totals)) * 1e6);
}
