import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';

import { createBenchRegistry } from './bench-registry.ts';
import { measureBroker, measureProduct, type Measured } from './measure.ts';
import { medianOf } from './median.ts';
import { startProduct } from './product.ts';

/** Connections, and messages of each without acknowledgement. */
export interface Shape {
  connections: number;
  inFlight: number;
}

/** How much of it, how long, how often. */
export interface ShapeOptions {
  meters: number;
  /** Readings in a message. */
  perMessage: number;
  seconds: number;
  rounds: number;
}

type Kind = 'null' | 'durable' | 'draining';

/** Every round of a shape, and the medians of what durable and draining reach of the null broker's rate. */
export interface MeasuredShape extends Shape {
  ratios: { durable: number; draining: number };
  rounds: (Record<Kind, Measured> & { load: number })[];
}

const WARM_UP_MS = 2000;
const DAY_MS = 86_400_000;
const TITLES: Record<Kind, string> = {
  null: 'aedes alone',
  durable: 'durable',
  draining: 'whole product draining',
};

/**
 * Durable QoS 1 ingest against the same broker doing nothing, in turns, so that what else the machine does falls on
 * all alike.
 */
export async function benchShape(shape: Shape, options: ShapeOptions, folder: string): Promise<MeasuredShape> {
  const registryFile = join(folder, `registry-${shape.connections}.sqlite`);
  const { connections, directory } = await createBenchRegistry(registryFile, shape.connections, options.meters);
  const load = {
    connections,
    inFlight: shape.inFlight,
    perMessage: options.perMessage,
    startMs: Date.now() - 60 * DAY_MS,
    stepMs: 60_000,
    warmUpMs: WARM_UP_MS,
    measureMs: options.seconds * 1000,
  };
  const rounds: MeasuredShape['rounds'] = [];
  for (let number = 1; number <= options.rounds; number++) {
    const spoolFolder = join(folder, `spool-${number}`);
    const bare = await measureBroker({ broker: 'null' }, load);
    const durable = await measureBroker({ broker: 'durable', folder: spoolFolder, directory }, load);
    const draining = await measureDraining(join(folder, `data-${number}`), registryFile, load);
    rounds.push({ null: bare, durable, draining, load: loadavg()[0]! });
    console.log(`  round ${number}: ${oneLine(bare, durable, draining)}, load ${loadavg()[0]!.toFixed(1)}`);
    await rm(spoolFolder, { recursive: true, force: true });
  }
  const ratioOf = (kind: Kind): number =>
    medianOf(rounds.map((measured) => measured[kind].messagesPerSecond / measured.null.messagesPerSecond));
  return { ...shape, ratios: { durable: ratioOf('durable'), draining: ratioOf('draining') }, rounds };
}

/** A row of figures for each broker of a shape, by their names: medians of the rounds. */
export function rowsOf(shape: MeasuredShape): Record<string, Record<string, number | string>> {
  return Object.fromEntries(
    (['null', 'durable', 'draining'] as const).map((kind) => [
      `${shape.connections} × ${shape.inFlight}, ${TITLES[kind]}`,
      {
        ratio: kind === 'null' ? 1 : round(shape.ratios[kind], 2),
        ...summary(shape.rounds.map((measured) => measured[kind])),
      },
    ]),
  );
}

async function measureDraining(folder: string, registryFile: string, load: Parameters<typeof measureProduct>[1]) {
  const product = await startProduct(folder, registryFile);
  try {
    return await measureProduct(product, load);
  } finally {
    await product.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function oneLine(...measured: Measured[]): string {
  const rates = measured.map(({ messagesPerSecond }) => Math.round(messagesPerSecond));
  const [bare] = rates;
  return rates.map((rate) => `${rate}/s (${(rate / bare!).toFixed(2)})`).join(', ');
}

function summary(measured: readonly Measured[]): Record<string, number | string> {
  const median = (of: (one: Measured) => number | undefined, digits = 0): number | string => {
    const values = measured.map(of).filter((value) => value !== undefined);
    return values.length === 0 ? '' : round(medianOf(values), digits);
  };
  return {
    'messages/s': median((m) => m.messagesPerSecond),
    'loop p99 ms': median((m) => m.loopDelayP99Ms, 1),
    'RSS MiB': median((m) => m.residentMiB),
    'main µs/msg': median((m) => m.cpuUs?.main, 1),
    'process µs/msg': median((m) => m.cpuUs?.all, 1),
    'load µs/msg': median((m) => m.cpuUs?.load, 1),
    'fdatasync/s': median((m) => m.syncsPerSecond),
    'msg/fdatasync': median((m) => m.messagesPerSync),
    'stored/s': median((m) => m.storedPerSecond),
    'lag MiB': median((m) => m.lagMiB, 1),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
