import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { benchExternal } from '../external/external-bench.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import { createBenchRegistry } from './bench-registry.ts';
import { benchDrain, type DrainedSpool } from './drain-bench.ts';
import { benchShape, rowsOf, type MeasuredShape, type Shape, type ShapeOptions } from './shape-bench.ts';
import { measureVisible, type Visible } from './visible-bench.ts';

/** What {@link benchIngest} measures; `shapes` are of the embedded broker. */
export const INGEST_PARTS = ['shapes', 'drain', 'visible', 'external'] as const;
export type IngestPart = (typeof INGEST_PARTS)[number];

/** How hard, how long, how often. */
export interface IngestOptions extends ShapeOptions {
  parts: readonly IngestPart[];
  shapes: readonly Shape[];
  /** Readings of the spool that is drained. */
  readings: number;
  /** Messages a second while samples are looked for. */
  rate: number;
}

const CONNECTIONS = 10;
const IN_FLIGHT = 200;
const VISIBLE_SECONDS = 20;

/** All of ingest: each part is printed when it is done, and all of them as one table and ingest.json at the end. */
export async function benchIngest(options: IngestOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  try {
    const machine = await describeMachine(folder);
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.disk} (${folder})`);
    console.log(`Linux ${machine.kernel}, Node ${machine.node}, load before ${machine.loadBefore}`);
    console.log(
      Object.entries({ ...machine.packages, ...machine.servers })
        .map((pair) => pair.join(' '))
        .join(', '),
    );
    const has = (part: IngestPart): boolean => options.parts.includes(part);

    const shapes: MeasuredShape[] = [];
    for (const shape of has('shapes') ? options.shapes : []) {
      console.log(`\n${shape.connections} connections × ${shape.inFlight} in flight, ${options.perMessage} a message`);
      shapes.push(await benchShape(shape, options, folder));
    }

    const file = join(folder, 'registry.sqlite');
    const registry = { file, ...(await createBenchRegistry(file, CONNECTIONS, options.meters)) };
    const drain: Partial<Record<'duckdb' | 'influxdb', DrainedSpool>> = {};
    for (const store of has('drain') ? (['duckdb', 'influxdb'] as const) : []) {
      drain[store] = await benchDrain(store, options.readings, join(folder, store), registry);
      console.log(`\ndrain into ${store}: ${Math.round(drain[store].readingsPerSecond)} readings/s`);
    }

    let visible: Visible | undefined;
    if (has('visible')) {
      const { rate } = options;
      visible = await measureVisible(
        { rate, seconds: VISIBLE_SECONDS },
        join(folder, 'visible'),
        file,
        registry.connections,
      );
      console.log(`\nfrom PUBACK until readable at ${rate}/s: p99 ${visible.p99Ms} ms`);
    }

    const { seconds, rounds } = options;
    const external = has('external')
      ? await benchExternal({
          connections: CONNECTIONS,
          inFlight: IN_FLIGHT,
          seconds,
          rounds,
          window: 1000,
          version: '5',
          autosave: 1,
        })
      : undefined;

    console.log('');
    if (shapes.length > 0) console.table(Object.assign({}, ...shapes.map(rowsOf)));
    console.table(figuresOf(drain, visible, external?.ratio));
    await writeResult('ingest', { machine, options, shapes, drain, visible, external });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(
  drain: Partial<Record<string, DrainedSpool>>,
  visible: Visible | undefined,
  externalRatio: number | undefined,
): Record<string, { figure: string }> {
  const figures: [name: string, value: number | undefined, digits: number, unit: string][] = [];
  for (const [store, drained] of Object.entries(drain)) {
    const { storeBytesPerReading, loopDelayP99Ms } = drained!;
    figures.push(
      [`drain into ${store}`, drained!.readingsPerSecond, 0, 'readings/s'],
      [`… CPU of the process`, drained!.cpuUs, 2, 'µs a reading'],
      [`… resident at most`, drained!.residentMiB, 0, 'MiB'],
      [`… event loop, main thread`, loopDelayP99Ms.main, 1, 'ms, p99 of the worst quarter second'],
      [`… event loop, pipeline thread`, loopDelayP99Ms.pipeline, 1, 'ms, p99 of the worst quarter second'],
      [`… table of readings`, storeBytesPerReading?.readings, 2, 'bytes a reading'],
      [`… whole file, usage included`, storeBytesPerReading?.file, 2, 'bytes a reading'],
      [`… spool`, drained!.spoolBytesPerReading, 1, 'bytes a reading'],
      [`… raw archive`, drained!.archiveBytesPerReading, 2, 'bytes a reading'],
    );
  }
  figures.push(
    ['from PUBACK until readable, p50', visible?.p50Ms, 0, 'ms'],
    ['from PUBACK until readable, p99', visible?.p99Ms, 0, 'ms'],
    ['… event loop, main thread', visible?.measured.loopDelayP99Ms, 1, 'ms, p99'],
    ['… resident', visible?.measured.residentMiB, 0, 'MiB'],
    ['external, against acknowledging at once', externalRatio, 2, ''],
  );
  return Object.fromEntries(
    figures
      .filter(([, value]) => value !== undefined)
      .map(([name, value, digits, unit], n) => [`${n + 1} ${name}`, { figure: `${value!.toFixed(digits)} ${unit}` }]),
  );
}
