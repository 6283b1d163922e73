import { Command, InvalidArgumentError } from 'commander';

import { benchCrash } from './crash/crash-bench.ts';
import { benchDecode } from './decode/decode-bench.ts';
import { benchExternal } from './external/external-bench.ts';
import { benchFuzz } from './fuzz/fuzz-bench.ts';
import { benchImport, type ImportBenchOptions } from './import/import-bench.ts';
import { benchIngest, INGEST_PARTS, type IngestPart } from './ingest/ingest-bench.ts';
import type { Shape } from './ingest/shape-bench.ts';
import { benchVisible } from './ingest/visible-bench.ts';
import { benchQueries, type QueriesBenchOptions } from './queries/queries-bench.ts';
import { benchUsage, type UsageBenchOptions } from './usage/usage-bench.ts';

const program = new Command('bench').description('Measures the built product; docs/benchmarks.md says what was seen.');

program
  .command('ingest')
  .description('durable QoS 1 ingest beside the same broker doing nothing; drain, time until readable, external broker')
  .option('--parts <names>', `some of ${INGEST_PARTS.join(',')}`, parts, [...INGEST_PARTS])
  .option('--shapes <list>', 'connections x messages of each in flight', shapes, shapes('10x200,200x10,500x1'))
  .option('--meters <n>', 'registered meters, over all connections', count, 2000)
  .option('--per-message <n>', 'readings in a message', count, 1)
  .option('--seconds <n>', 'length of each measurement', count, 6)
  .option('--rounds <n>', 'times that each is measured', count, 3)
  .option('--readings <n>', 'in the spool that is drained', count, 2_000_000)
  .option('--rate <n>', 'messages a second while samples are looked for', count, 10_000)
  .action((options: Parameters<typeof benchIngest>[0]) => benchIngest(options));

program
  .command('visible')
  .description('time from PUBACK until a reading can be read by the API, at a steady rate')
  .option('--connections <n>', 'MQTT connections', count, 10)
  .option('--meters <n>', 'registered meters, over all connections', count, 2000)
  .option('--rate <n>', 'messages a second, of one reading each', count, 10_000)
  .option('--seconds <n>', 'length of the measurement', count, 20)
  .action((options: Parameters<typeof benchVisible>[0]) => benchVisible(options));

program
  .command('fuzz')
  .description('fuzzed packets and payloads: no crash, memory flat, each ends as a reading or in quarantine')
  .option('--messages <n>', 'messages and hostile streams', count, 1_000_000)
  .option('--seed <n>', 'what they follow from', count, 20_260_301)
  .action(async (options: Parameters<typeof benchFuzz>[0]) => {
    if (!(await benchFuzz(options))) process.exitCode = 1;
  });

program
  .command('crash')
  .description('kill -9 under load: what was acknowledged is readable, and counts once')
  .option('--rounds <n>', 'times that it is killed', count, 100)
  .option('--seed <n>', 'what the moments follow from', count, 20_180_101)
  .action(async (options: Parameters<typeof benchCrash>[0]) => {
    if (!(await benchCrash(options))) process.exitCode = 1;
  });

program
  .command('decode')
  .description('frames a second of processor time that are decoded, for each format of the field')
  .option('--seconds <n>', 'length of each measurement', count, 2)
  .option('--rounds <n>', 'times that each is measured', count, 3)
  .action(async (options: Parameters<typeof benchDecode>[0]) => {
    if (!(await benchDecode(options))) process.exitCode = 1;
  });

program
  .command('external')
  .description('a real Mosquitto in front: acknowledged after the fsync, against mqtt.js acknowledging by itself')
  .option('--connections <n>', 'publishing clients', count, 10)
  .option('--in-flight <n>', 'messages of each without acknowledgement', count, 200)
  .option('--seconds <n>', 'length of each measurement', count, 8)
  .option('--rounds <n>', 'times that each of the two is measured', count, 3)
  .option('--window <n>', 'messages on their way to the disk', count, 4000)
  .option('--mqtt <version>', '5 or 3.1.1', '5')
  .option('--autosave <n>', 'changes after which Mosquitto writes its file', count, 1)
  .action(async ({ mqtt, ...options }: Omit<Parameters<typeof benchExternal>[0], 'version'> & { mqtt: string }) => {
    await benchExternal({ ...options, version: mqtt === '3.1.1' ? '3.1.1' : '5' });
  });

program
  .command('import')
  .description("a city's registry imported, exported and imported again, while others use the API")
  .option('--institutions <n>', 'institutions', count, 3000)
  .option('--meters <n>', 'meters', count, 60_000)
  .option('--engines <list>', 'sqlite, postgres or both', engines, engines('sqlite,postgres'))
  .action((options: ImportBenchOptions) => benchImport(options));

program
  .command('queries')
  .description(
    "a year of a meter by day, an institution's page, the city's overview, over a city's year that is filled in",
  )
  .option('--institutions <n>', 'institutions', count, 1000)
  .option('--meters <n>', 'meters, read every hour', count, 10_000)
  .option('--days <n>', 'up to the end of 2025', count, 365)
  .option('--rounds <n>', 'times that each is asked', count, 200)
  .action(async (options: QueriesBenchOptions) => {
    if (!(await benchQueries(options))) process.exitCode = 1;
  });

program
  .command('usage')
  .description('usage made of readings from nothing, and behind readings that come in, within their budgets')
  .option('--readings <n>', 'readings that usage is made of from nothing', count, 5_000_000)
  .option('--meters <n>', 'meters that they are of, ten to an institution', count, 2000)
  .option('--engines <list>', 'duckdb, influxdb or both', seriesEngines, seriesEngines('duckdb,influxdb'))
  .option('--rate <n>', 'readings a second that come in, each of another meter', count, 10_000)
  .option('--seconds <n>', 'for so long', count, 30)
  .action(async (options: UsageBenchOptions) => {
    if (!(await benchUsage(options))) process.exitCode = 1;
  });

await program.parseAsync();

function engines(text: string): ImportBenchOptions['engines'] {
  return text.split(',').map((name) => {
    if (name !== 'sqlite' && name !== 'postgres') throw new InvalidArgumentError('sqlite, postgres');
    return name;
  });
}

function seriesEngines(text: string): UsageBenchOptions['engines'] {
  return text.split(',').map((name) => {
    if (name !== 'duckdb' && name !== 'influxdb') throw new InvalidArgumentError('duckdb, influxdb');
    return name;
  });
}

function parts(text: string): IngestPart[] {
  const names = text.split(',');
  const wrong = names.find((name) => !INGEST_PARTS.includes(name as IngestPart));
  if (wrong !== undefined) throw new InvalidArgumentError(`some of ${INGEST_PARTS.join(',')}`);
  return names as IngestPart[];
}

function shapes(text: string): Shape[] {
  return text.split(',').map((shape) => {
    const [connections, inFlight] = shape.split('x').map(count);
    return { connections: connections!, inFlight: inFlight ?? 1 };
  });
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}
