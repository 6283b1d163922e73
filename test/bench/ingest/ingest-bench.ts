import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadavg } from 'node:os';

import { createBenchRegistry } from './bench-registry.ts';
import { describeMachine } from '../machine.ts';
import { measureBroker, measureProduct, type Measured } from './measure.ts';
import { medianOf } from './median.ts';
import { startProduct } from './product.ts';

/** How hard, how long, how often. */
export interface IngestOptions {
  connections: number;
  inFlight: number;
  meters: number;
  /** Readings in a message. */
  perMessage: number;
  seconds: number;
  rounds: number;
  /** Where ingest.json goes. */
  artifacts: string;
}

type Kind = 'null' | 'durable' | 'draining';

const WARM_UP_MS = 2000;
const DAY_MS = 86_400_000;
const TITLES: Record<Kind, string> = {
  null: 'aedes alone',
  durable: 'durable',
  draining: 'durable, whole product draining',
};

/**
 * Durable QoS 1 ingest against the same broker doing nothing, in turns, so that what else the machine does falls on
 * all alike: messages/s and their ratio, on standard output and as ingest.json.
 */
export async function benchIngest(options: IngestOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  try {
    const machine = await describeMachine(folder);
    const registryFile = join(folder, 'registry.sqlite');
    const { connections, directory } = await createBenchRegistry(registryFile, options.connections, options.meters);
    const load = {
      connections,
      inFlight: options.inFlight,
      perMessage: options.perMessage,
      startMs: Date.now() - 60 * DAY_MS,
      stepMs: 60_000,
      warmUpMs: WARM_UP_MS,
      measureMs: options.seconds * 1000,
    };
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.disk} (${folder})`);
    console.log(`Linux ${machine.kernel}, Node ${machine.node}, load before ${machine.loadBefore}`);
    console.log(
      `${options.connections} connections × ${options.inFlight} in flight, ${options.meters} meters, ` +
        `${options.perMessage} a message, ${options.rounds} rounds of ${options.seconds} s\n`,
    );

    const rounds: (Record<Kind, Measured> & { load: number })[] = [];
    for (let number = 1; number <= options.rounds; number++) {
      const spoolFolder = join(folder, `spool-${number}`);
      const bare = await measureBroker({ broker: 'null' }, load);
      const durable = await measureBroker({ broker: 'durable', folder: spoolFolder, directory }, load);
      const draining = await measureDraining(join(folder, `data-${number}`), registryFile, load);
      rounds.push({ null: bare, durable, draining, load: loadavg()[0]! });
      console.log(`round ${number}: ${oneLine(bare, durable, draining)}, load ${loadavg()[0]!.toFixed(1)}`);
      await rm(spoolFolder, { recursive: true, force: true });
    }

    const ratios = {
      durable: medianOf(rounds.map((r) => r.durable.messagesPerSecond / r.null.messagesPerSecond)),
      draining: medianOf(rounds.map((r) => r.draining.messagesPerSecond / r.null.messagesPerSecond)),
    };
    console.log('');
    console.table(
      Object.fromEntries(
        (['null', 'durable', 'draining'] as const).map((kind) => [
          TITLES[kind],
          { ratio: kind === 'null' ? 1 : round(ratios[kind], 2), ...summary(rounds.map((r) => r[kind])) },
        ]),
      ),
    );
    await mkdir(options.artifacts, { recursive: true });
    const file = join(options.artifacts, 'ingest.json');
    const at = new Date().toISOString();
    await writeFile(file, `${JSON.stringify({ at, machine, options, ratios, rounds }, null, 2)}\n`);
    console.log(`written to ${file}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
