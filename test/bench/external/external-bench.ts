import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { startMosquitto } from '../../support/mosquitto.ts';
import { startBenchChild } from '../ingest/child-process.ts';
import type { LoadNews, LoadOrder } from '../ingest/load-process.ts';
import { medianOf } from '../ingest/median.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import type { SubscriberNews, SubscriberOrder } from './subscriber-process.ts';

/** How hard, how long, how often. */
export interface ExternalOptions {
  /** Publishing clients, and messages of each without acknowledgement. */
  connections: number;
  inFlight: number;
  seconds: number;
  rounds: number;
  window: number;
  version: '5' | '3.1.1';
  /** Changes after which Mosquitto writes its file; 1 is what deploy/ sets. */
  autosave: number;
}

interface Measured {
  /** Acknowledged by the subscriber while there was load. */
  messagesPerSecond: number;
  /** Acknowledged by Mosquitto. */
  publishedPerSecond: number;
  loopDelayP99Ms: number;
  residentMiB: number;
}

/** Every round, and the median of the gateway's rate over that of mqtt.js alone. */
export interface MeasuredExternal {
  ratio: number;
  rounds: Record<(typeof KINDS)[number], Measured>[];
}

const KINDS = ['automatic', 'gateway'] as const;
const TITLES = { automatic: 'mqtt.js, acknowledging by itself', gateway: 'the gateway, after the fsync' };
const SUBSCRIBER = new URL('subscriber-process.ts', import.meta.url);
const LOAD = new URL('../ingest/load-process.ts', import.meta.url);
const WARM_UP_MS = 2000;
const METERS = 20;
const DAY_MS = 86_400_000;

/**
 * The gateway as a client of a real Mosquitto, acknowledging after the fsync, against the same mqtt.js acknowledging by
 * itself: in turns, each with a Mosquitto of its own; messages/s and their ratio, printed and as external.json.
 */
export async function benchExternal(options: ExternalOptions): Promise<MeasuredExternal> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  try {
    const machine = await describeMachine(folder);
    const mosquitto = /mosquitto version (\S+)/.exec(String(spawnSync('mosquitto', ['-h']).stdout))?.[1] ?? 'unknown';
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.disk}, Mosquitto ${mosquitto}`);
    console.log(
      `${options.connections} clients × ${options.inFlight} in flight, MQTT ${options.version}, window ` +
        `${options.window}, file written every ${options.autosave} changes, ${options.rounds} rounds of ${options.seconds} s\n`,
    );
    const rounds: Record<(typeof KINDS)[number], Measured>[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      const automatic = await measure('automatic', options, join(folder, `automatic-${round}`));
      const gateway = await measure('gateway', options, join(folder, `gateway-${round}`));
      rounds.push({ automatic, gateway });
      const rates = KINDS.map((kind) => `${Math.round(rounds.at(-1)![kind].messagesPerSecond)}/s`);
      console.log(`round ${round}: ${rates.join(', ')}, load ${loadavg()[0]!.toFixed(1)}`);
    }
    const ratio = medianOf(rounds.map((r) => r.gateway.messagesPerSecond / r.automatic.messagesPerSecond));
    const row = (kind: (typeof KINDS)[number]) => {
      const median = (of: keyof Measured): number => Math.round(medianOf(rounds.map((r) => r[kind][of])));
      return {
        ratio: kind === 'automatic' ? 1 : Number(ratio.toFixed(2)),
        'messages/s': median('messagesPerSecond'),
        'published/s': median('publishedPerSecond'),
        'loop p99 ms': median('loopDelayP99Ms'),
        'RSS MiB': median('residentMiB'),
      };
    };
    console.table(Object.fromEntries(KINDS.map((kind) => [TITLES[kind], row(kind)])));
    await writeResult('external', { machine, mosquitto, options, ratio, rounds });
    return { ratio, rounds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(kind: (typeof KINDS)[number], options: ExternalOptions, folder: string): Promise<Measured> {
  const ends: (() => Promise<void>)[] = [];
  await mkdir(join(folder, 'mosquitto'), { recursive: true });
  try {
    const { url, port } = await startMosquitto({
      folder: join(folder, 'mosquitto'),
      onEnd: (end) => void ends.push(end),
      // A client each for the publishers; they share one collector's name.
      config: { autosave_interval: String(options.autosave), use_username_as_clientid: 'false' },
    });
    const order: SubscriberOrder = {
      kind,
      url,
      username: 'gw-a',
      password: 'token-gw-a',
      version: options.version,
      window: options.window,
      folder: join(folder, 'spool'),
    };
    const subscriber = startBenchChild<SubscriberNews>(SUBSCRIBER, order);
    ends.unshift(() => subscriber.end());
    await subscriber.next('subscribed');
    const load = startBenchChild<LoadNews>(LOAD, loadOf(options, port));
    ends.unshift(() => load.end());
    const figures = () => {
      subscriber.tell({});
      return subscriber.next('figures');
    };
    await load.next('measuring');
    const before = await figures();
    const { acknowledged, elapsedMs } = await load.next('measured');
    const after = await figures();
    return {
      messagesPerSecond: ((after.messages - before.messages) * 1000) / elapsedMs,
      publishedPerSecond: (acknowledged * 1000) / elapsedMs,
      loopDelayP99Ms: after.loopDelayP99Ms,
      residentMiB: after.residentBytes / 1024 ** 2,
    };
  } finally {
    for (const end of ends) await end();
    await rm(folder, { recursive: true, force: true });
  }
}

function loadOf(options: ExternalOptions, port: number): LoadOrder {
  return {
    port,
    connections: Array.from({ length: options.connections }, (_, connection) => ({
      clientId: `load-${connection}`,
      username: 'c1',
      token: 'token-c1',
      topics: Array.from({ length: METERS }, (__, meter) => `energy/v1/c1/m${100 + connection}${100 + meter}/reading`),
    })),
    inFlight: options.inFlight,
    perMessage: 1,
    startMs: Date.now() - 60 * DAY_MS,
    stepMs: 60_000,
    warmUpMs: WARM_UP_MS,
    measureMs: options.seconds * 1000,
  };
}
