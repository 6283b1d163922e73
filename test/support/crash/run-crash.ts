import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { ApiClient } from '../api-client.ts';
import { eventually } from '../eventually.ts';
import { microOfRegister, microOfUsage, readingsOf } from '../meter-answers.ts';
import { startMeterLoad } from '../meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../pipeline-registry.ts';
import { seededRandom } from '../seeded-random.ts';
import { launchPlatform, startPlatform, type PlatformOptions } from '../start-platform.ts';

/** How often, and how the meters reach the platform. */
export interface CrashOptions {
  folder: string;
  rounds: number;
  seed: number;
  /** A broker in front, to which the meters publish instead, with passwords of its own. */
  front?: { url: string; passwordOf(collector: string): string; settings: Readonly<Record<string, string>> };
  /** As of {@link PlatformOptions}. */
  onEnd?: PlatformOptions['onEnd'];
  onRound?(round: number, acknowledged: number): void;
}

/** What was found of a meter after the last round. */
export interface CrashedMeter {
  meter: string;
  acknowledged: number;
  /** Device times that were acknowledged and are not readable, or with another value. */
  lost: number[];
  /** Readings that nobody sent. */
  invented: number;
  /** Usage by the API, and of the registers that were sent, in millionths. */
  usageMicro: number;
  sentMicro: number;
}

/** What was found after the last round. */
export interface CrashResult {
  rounds: number;
  duplicates: number;
  quarantined: number;
  meters: CrashedMeter[];
}

const METERS = ['1', '2', '3', '4'].map((n) => ({ meter: `m${n}`, collector: `c${n}` }));
const START = Date.parse('2026-01-01T00:00:00+08:00');
const RANGE = { fromMs: START, toMs: Date.parse('2026-11-20T00:00:00+08:00') };
const STEP_MS = 60_000;
const SOON_MS = 60_000;
const MOST_A_ROUND = 1500;
/** Every so many rounds it is killed once more before it is ready, as soon as it holds the folder again. */
const AT_START_EVERY = 5;

/**
 * Kills the platform with SIGKILL at random moments while meters publish, starts it again, and after the last round
 * tells what of that which was acknowledged can be read.
 */
export async function runCrash(options: CrashOptions): Promise<CrashResult> {
  const { folder, front } = options;
  const random = seededRandom(options.seed);
  const onEnd = options.onEnd === undefined ? {} : { onEnd: options.onEnd };
  // Small segments, so that kills fall between them and while the spool is pruned.
  const settings = { CLOCK_START: '2026-11-20T12:00:00+08:00', SPOOL_SEGMENT_BYTES: '65536', ...front?.settings };
  let platform = await startPlatform({ folder, settings, ...onEnd });
  const tokens = await register(await platform.logIn());
  const meters = METERS.map((meter) => ({
    ...meter,
    token: front?.passwordOf(meter.collector) ?? tokens.get(meter.collector)!,
  }));
  // The same addresses after each kill: the meters reconnect by themselves.
  const onSamePorts = {
    ...settings,
    PORT: new URL(platform.url).port,
    ...(front === undefined ? { MQTT_PORT: new URL(platform.mqttUrl).port } : {}),
  };
  const load = startMeterLoad(front?.url ?? platform.mqttUrl, meters, { startMs: START, stepMs: STEP_MS, random });
  const acknowledged = (): number => [...load.acknowledged.values()].reduce((sum, { size }) => sum + size, 0);

  for (let round = 1; round <= options.rounds; round++) {
    await load.acknowledgedMore(1 + Math.floor(random() * MOST_A_ROUND));
    await platform.kill();
    if (round % AT_START_EVERY === 0) await killAtStart({ folder, settings: onSamePorts, ...onEnd });
    platform = await startPlatform({ folder, settings: onSamePorts, ...onEnd });
    options.onRound?.(round, acknowledged());
  }
  await load.acknowledgedMore(100);
  await load.finish();

  const api = await platform.logIn();
  const found: CrashedMeter[] = [];
  for (const { meter } of METERS) found.push(await lookAt(api, meter, load.acknowledged.get(meter)!));
  const quarantined = (await api.items('/quarantine')).length;
  await platform.stop();
  return { rounds: options.rounds, duplicates: load.duplicates, quarantined, meters: found };
}

async function register(api: ApiClient): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  await postInstitution(api, 'office');
  for (const { meter, collector } of METERS) {
    tokens.set(collector, await postCollector(api, collector));
    await postMeter(api, { id: meter, institutionId: 'office', collectorId: collector });
  }
  return tokens;
}

async function killAtStart(options: PlatformOptions): Promise<void> {
  const starting = launchPlatform(options);
  const isHeld = await eventually(async () => existsSync(join(options.folder, 'held-by.json')), Boolean, SOON_MS, 5);
  if (!isHeld) throw new Error(`it never held its folder: ${starting.output()}`);
  starting.signal('SIGKILL');
  await starting.ended;
}

async function lookAt(api: ApiClient, meter: string, sent: ReadonlyMap<number, number>): Promise<CrashedMeter> {
  const look = async (): Promise<CrashedMeter> => {
    const readable = await readingsOf(api, meter, RANGE);
    return {
      meter,
      acknowledged: sent.size,
      lost: [...sent].filter(([ts, total]) => readable.get(ts) !== total).map(([ts]) => ts),
      invented: [...readable.keys()].filter((ts) => !sent.has(ts)).length,
      usageMicro: await microOfUsage(api, meter, RANGE),
      sentMicro: microOfRegister(sent),
    };
  };
  const isWell = (seen: CrashedMeter): boolean => seen.lost.length === 0 && seen.usageMicro === seen.sentMicro;
  return eventually(look, isWell, SOON_MS);
}
