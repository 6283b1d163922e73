import { describe, expect, onTestFinished, test } from 'vitest';

import type { Health } from '../../services/api/schemas/health.ts';
import type { ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { startInfluxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';
import { startMeterLoad, type MeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MIB = 1024 * 1024;
const DISK_MIB = 48;
const LOW_WATER_MIB = 16;
const METERS = ['m1', 'm2', 'm3'];
const START = Date.parse('2026-06-01T00:00:00+08:00');
const END = Date.parse('2026-11-20T00:00:00+08:00');
const QUIET = '2026-11-20T12:00:00+08:00';
const SOON_MS = 40_000;

/** With the mark, everything but taking messages goes on; without it, the disk's own refusal is the mark. */
const MARKS = [
  ['below the low-water mark', LOW_WATER_MIB],
  ['without a low-water mark', 0],
] as const;

describe.each(MARKS)('a full disk, %s', (_, lowWaterMb) => {
  test('DuckDB: a foreign file takes the space at once, and gives it back', async () => {
    const disk = await smallDisk(DISK_MIB);
    const { platform, api, load } = await underLoad(disk.folder, { DISK_LOW_WATER_MB: String(lowWaterMb) });
    await load.acknowledgedMore(2000);
    // What is acknowledged is on disk, and stored a moment later.
    await eventually(() => storedOfEach(api), isEnough, SOON_MS);
    await disk.fill((lowWaterMb * MIB) / 2);
    await showsFull(platform, api);
    expect(await storedOfEach(api)).toSatisfy(isEnough);
    if (lowWaterMb > 0) await nothingIsAcknowledged(load, api);
    await disk.clear();
    await goesOnByItself(platform, api, load);
    await allIsReadable(platform, load);
  });

  test.skipIf(isMissing('influxd'))('InfluxDB is away: the spool fills the disk, and is worked off', async () => {
    const influx = await startInfluxd();
    onTestFinished(() => influx.stop());
    const disk = await smallDisk(DISK_MIB);
    const settings = {
      DISK_LOW_WATER_MB: String(lowWaterMb),
      INFLUX_URL: influx.url,
      SPOOL_SEGMENT_BYTES: '1048576',
      // A segment goes into the archive before it is removed, which takes room: without a mark there is none.
      ...(lowWaterMb === 0 ? { RAW_ARCHIVE_DAYS: '0' } : {}),
    };
    const { platform, api, load } = await underLoad(disk.folder, settings, 20_000);
    await load.acknowledgedMore(500);
    await influx.kill();
    await showsFull(platform, api);
    if (lowWaterMb > 0) {
      await nothingIsAcknowledged(load, api);
      expect(await disk.freeBytes()).toBeGreaterThan((lowWaterMb / 2) * MIB);
    } else {
      expect(await disk.freeBytes()).toBeLessThan(MIB);
    }
    await influx.restart();
    await goesOnByItself(platform, api, load);
    await allIsReadable(platform, load);
  });
});

test.skipIf(isMissing('influxd'))(
  "InfluxDB's own disk is full: messages wait in the spool until it has room",
  async () => {
    const disk = await smallDisk(256);
    const influx = await startInfluxd({ folder: disk.folder });
    onTestFinished(() => influx.stop());
    const { platform, api, load } = await underLoad(await tempFolder(), { INFLUX_URL: influx.url });
    await load.acknowledgedMore(500);
    await disk.fill(0);
    await eventually(
      () => partOf(api, 'drain'),
      ({ ok }) => !ok,
      SOON_MS,
    ).then((drain) => expect(drain.ok).toBe(false));
    // Taking messages goes on meanwhile.
    await load.acknowledgedMore(3000);
    expect(await partOf(api, 'spool')).toMatchObject({ ok: true });
    await disk.clear();
    // InfluxDB 1.x goes on refusing what belongs into a log file whose writing has failed once, until it is restarted.
    await influx.kill();
    await influx.restart();
    await allIsReadable(platform, load);
  },
);

async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const disk = await mountSmallDisk(mebibytes);
  onTestFinished(() => disk.unmount());
  return disk;
}

interface UnderLoad {
  platform: RunningPlatform;
  api: ApiClient;
  load: MeterLoad;
}

async function underLoad(folder: string, settings: Record<string, string>, paddingBytes = 0): Promise<UnderLoad> {
  const platform = await startPlatform({
    folder,
    settings: { CLOCK_START: QUIET, LOG_LEVEL: 'error', ...settings },
  });
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const meters = [];
  for (const meter of METERS) {
    const collector = `c-${meter}`;
    const token = await postCollector(api, collector);
    await postMeter(api, { id: meter, institutionId: 'office', collectorId: collector });
    meters.push({ meter, collector, token });
  }
  const shape = { startMs: START, stepMs: 60_000, random: seededRandom(48), paddingBytes };
  return { platform, api, load: startMeterLoad(platform.mqttUrl, meters, shape) };
}

async function showsFull(platform: RunningPlatform, api: ApiClient): Promise<void> {
  const spool = await eventually(
    () => partOf(api, 'spool'),
    ({ ok }) => !ok,
    SOON_MS,
  );
  expect(spool).toMatchObject({ ok: false, detail: expect.stringContaining('disk') });
  expect((await readMetrics(platform.url)).get('jieneng_spool_accepting')).toBe(0);
}

/** As long as it takes to ask for health some times over. */
async function nothingIsAcknowledged(load: MeterLoad, api: ApiClient): Promise<void> {
  const before = countOf(load);
  for (let look = 0; look < 30; look++) expect(await partOf(api, 'spool')).toMatchObject({ ok: false });
  expect(countOf(load)).toBe(before);
}

/** How many readings of each meter can be read, up to five. */
async function storedOfEach(api: ApiClient): Promise<number[]> {
  const counts: number[] = [];
  for (const meter of METERS) {
    const { items } = await api.get<{ items: unknown[] }>(`/meters/${meter}/readings?from=${START}&to=${END}&limit=5`);
    counts.push(items.length);
  }
  return counts;
}

const isEnough = (counts: readonly number[]): boolean => counts.every((count) => count === 5);

async function goesOnByItself(platform: RunningPlatform, api: ApiClient, load: MeterLoad): Promise<void> {
  await load.acknowledgedMore(500);
  const spool = await eventually(
    () => partOf(api, 'spool'),
    ({ ok }) => ok,
    SOON_MS,
  );
  expect(spool).toMatchObject({ ok: true });
  const accepting = async (): Promise<unknown> => (await readMetrics(platform.url)).get('jieneng_spool_accepting');
  expect(await eventually(accepting, (value) => value === 1, SOON_MS)).toBe(1);
}

async function allIsReadable(platform: RunningPlatform, load: MeterLoad): Promise<void> {
  await load.finish();
  // The session may have been forgotten while nothing could be written.
  const api = await platform.logIn();
  for (const meter of METERS) {
    const sent = load.acknowledged.get(meter)!;
    expect(sent.size).toBeGreaterThan(100);
    const lost = await eventually(
      () => notReadable(api, meter, sent),
      (seen) => seen.length === 0,
      SOON_MS,
    );
    expect({ meter, lost }).toEqual({ meter, lost: [] });
  }
  expect(await api.items('/quarantine')).toEqual([]);
  const unwell = await eventually(
    () => partsUnwell(api),
    (parts) => parts.length === 0,
    SOON_MS,
  );
  expect(unwell).toEqual([]);
  await platform.stop();
}

async function notReadable(api: ApiClient, meter: string, sent: ReadonlyMap<number, number>): Promise<number[]> {
  const items = await api.items<{ ts: string; total: number }>(`/meters/${meter}/readings?from=${START}&to=${END}`);
  const readable = new Map(items.map(({ ts, total }) => [Date.parse(ts), total]));
  return [...sent].filter(([ts, total]) => readable.get(ts) !== total).map(([ts]) => ts);
}

async function partOf(api: ApiClient, name: string): Promise<{ ok: boolean }> {
  return (await api.get<Health>('/health')).parts[name]!;
}

async function partsUnwell(api: ApiClient): Promise<unknown[]> {
  const { parts } = await api.get<Health>('/health');
  return Object.entries(parts).filter(([, { ok }]) => !ok);
}

function countOf(load: MeterLoad): number {
  return [...load.acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
}
