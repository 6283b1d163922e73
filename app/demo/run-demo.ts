import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { PlatformError } from '../../domain/errors.ts';
import { demoCity } from '../../simulators/city.ts';
import type { Platform } from '../compose.ts';
import type { Config } from '../config.ts';
import { countOtherMeters } from './count-other-meters.ts';
import { DEMO_PASSWORD, demoTokens, seedRegistry } from './seed-registry.ts';
import { proposeReplacement } from './seed-usage.ts';
import { startFleet } from './start-fleet.ts';

/** What {@link runDemo} needs beside the settings. */
export interface DemoOptions {
  /** Start over with an empty data folder. */
  fresh: boolean;
  open(config: Config): Promise<Platform>;
  /** Notes what must be closed before the platform is. */
  onClose(close: () => Promise<void>): void;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const SETTLE_MS = 600_000;

/**
 * Runs the demonstration city: registry rows are seeded, every figure comes from readings that simulated meters publish
 * over MQTT at QoS 1, first the history since 1 January of last year, then live. Goes on where an earlier run stopped.
 */
export async function runDemo(config: Config, options: DemoOptions): Promise<void> {
  if (!LOOPBACK.has(config.HOST)) {
    throw new PlatformError(
      'config-invalid',
      `The demo's passwords are public: it runs on loopback only, not on ${config.HOST}`,
    );
  }
  const startedMs = performance.now();
  const folder = join(config.DATA_DIR, 'demo');
  if (options.fresh) await removeFolder(folder);
  // People read this terminal: the log of ordinary life would bury the progress.
  const logLevel = config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL;
  const platform = await options.open({
    ...config,
    DATA_DIR: folder,
    // Nothing of a demonstration belongs in a database that others may use.
    DATABASE_URL: undefined,
    ADMIN_PASSWORD: DEMO_PASSWORD,
    LOG_LEVEL: logLevel,
  });
  const tokensFile = join(folder, 'demo-tokens.json');
  await seedRegistry(platform, await demoTokens(tokensFile), config.MQTT_BASE_TOPIC);
  await platform.registryChanged();
  console.log('Demonstration city: history is published through MQTT, then usage, alerts and reports are made.');

  const fleet = startFleet({
    mqttUrl: platform.mqttUrl,
    tokensFile,
    sinceMs: await lastReadingMs(platform),
    nowMs: platform.now(),
    onProgress: (sent, of) => console.log(`  readings  ${percent(sent, of)}  ${sent} of ${of}`),
    onDied: (why) => console.error(`The simulated meters stopped: ${why}`),
  });
  options.onClose(() => fleet.stop());
  await fleet.historyDone;
  console.log('  usage, rules and reports …');
  if (!(await platform.settle(SETTLE_MS))) {
    throw new PlatformError(
      'not-ready',
      `Usage could not be made of all readings; ${platform.url}/api/health says why`,
    );
  }
  await proposeReplacement(platform);
  await platform.judge();

  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const overTls = platform.mqttsUrl === undefined ? '' : `  MQTT over TLS ${platform.mqttsUrl}\n`;
  console.log(
    `Ready after ${seconds} s.\n\n  ${platform.url}\n\n` +
      `  admin · bureau · agency · manager   password: ${DEMO_PASSWORD}\n` +
      `  MQTT ${platform.mqttUrl}   user: demo   password: demo-token   (docs/formats/mqtt.md)\n${overTls}\n` +
      'Ctrl-C stops it; npm run demo goes on, npm run demo -- --fresh starts over.',
  );
  const others = await countOtherMeters(platform.db, demoCity().meters);
  if (others > 0) {
    console.log(
      `\n${others} of the city’s meters are not registered as this release simulates them (they were changed by hand, ` +
        'or the folder is of an earlier release): look under unknown meters, or start over with --fresh.',
    );
  }
}

/** The instant up to which every simulated meter has sent, or undefined at the first start. */
async function lastReadingMs(platform: Platform): Promise<number | undefined> {
  await platform.settle(SETTLE_MS);
  const meters = await platform.db.selectFrom('meter').select('id').where('collector_id', '!=', 'demo').execute();
  const latest = await platform.series.latest(meters.map(({ id }) => id));
  const newest = new Map<string, number>();
  for (const { meter, observedAtMs } of latest) newest.set(meter, Math.max(observedAtMs, newest.get(meter) ?? 0));
  if (newest.size < meters.length) return undefined;
  return Math.min(...newest.values());
}

async function removeFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const { holdDataFolder } = await import('../data-folder.ts');
  // Never under the feet of a running demonstration.
  await (await holdDataFolder(folder, Date.now())).release();
  await rm(folder, { recursive: true, force: true });
}

function percent(sent: number, of: number): string {
  return `${String(Math.floor((100 * sent) / Math.max(1, of))).padStart(3)} %`;
}
