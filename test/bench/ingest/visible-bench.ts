import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApiClient } from '../../support/api-client.ts';
import { createBenchRegistry } from './bench-registry.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import type { LoadConnection, LoadSample } from './load-client.ts';
import { measureProduct, type Measured } from './measure.ts';
import { startProduct } from './product.ts';

/** How much, how long. */
export interface VisibleOptions {
  connections: number;
  meters: number;
  /** Messages a second, of one reading each. */
  rate: number;
  seconds: number;
}

/** How long samples took from their PUBACK until the API returned them, and what the product took meanwhile. */
export interface Visible {
  samples: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
  measured: Measured;
}

const WARM_UP_MS = 2000;
const DAY_MS = 86_400_000;
/** With the pause between two looks it stays below the API's limit of requests. */
const SAMPLES_PER_SECOND = 5;
const LOOK_AGAIN_MS = 50;

/** {@link measureVisible} in a registry of its own, printed and as visible.json. */
export async function benchVisible(options: VisibleOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  try {
    const machine = await describeMachine(folder);
    const file = join(folder, 'registry.sqlite');
    const { connections } = await createBenchRegistry(file, options.connections, options.meters);
    const visible = await measureVisible(options, join(folder, 'data'), file, connections);
    const { measured, ...figures } = visible;
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.disk}, load before ${machine.loadBefore}`);
    console.table({ [`${options.rate}/s`]: figures });
    console.log(
      `stored ${Math.round(measured.storedPerSecond ?? 0)}/s, event loop p99 ${measured.loopDelayP99Ms.toFixed(1)} ms, ` +
        `resident ${measured.residentMiB.toFixed(0)} MiB, ${measured.cpuUs?.all.toFixed(0)} µs of CPU a message`,
    );
    await writeResult('visible', { machine, options, ...visible });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * How long after its PUBACK a reading can be read by the API while others come in at a steady rate: samples are asked
 * for every 50 ms until they are there, so that each figure is at most that and a request too high.
 */
export async function measureVisible(
  options: Pick<VisibleOptions, 'rate' | 'seconds'>,
  folder: string,
  registryFile: string,
  connections: LoadConnection[],
): Promise<Visible> {
  const product = await startProduct(folder, registryFile);
  try {
    const api = await product.platform.logIn();
    const waits: Promise<number>[] = [];
    const load = {
      connections,
      inFlight: 0,
      perMessage: 1,
      perSecond: options.rate,
      samplesPerSecond: SAMPLES_PER_SECOND,
      startMs: Date.now() - 60 * DAY_MS,
      stepMs: 60_000,
      warmUpMs: WARM_UP_MS,
      measureMs: options.seconds * 1000,
    };
    const measured = await measureProduct(product, load, (news) => {
      if (news.kind === 'sample') waits.push(untilReadable(api, news.sample));
    });
    const waitedMs = (await Promise.all(waits)).sort((a, b) => a - b);
    const at = (share: number): number => waitedMs[Math.ceil(waitedMs.length * share) - 1]!;
    return { samples: waitedMs.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1), measured };
  } finally {
    await product.end();
  }
}

async function untilReadable(api: ApiClient, sample: LoadSample): Promise<number> {
  const meter = sample.topic.split('/').at(-2)!;
  for (;;) {
    const page = await api.get<{ items: unknown[] }>(`/meters/${meter}/readings?from=${sample.ts}&to=${sample.ts + 1}`);
    if (page.items.length > 0) return Date.now() - sample.acknowledgedAtMs;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
