import { readFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { SHEETS } from '../../../services/exchange/sheets/all-sheets.ts';
import { startPlatform, type RunningPlatform } from '../../support/start-platform.ts';
import { startPostgres } from '../../support/postgres.ts';
import { readMetrics } from '../../support/read-metrics.ts';
import { sheetMatrix, syntheticRegistry } from '../../support/synthetic-registry.ts';
import { writeTestWorkbook } from '../../support/write-test-workbook.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';

/** How large, and on which engines. */
export interface ImportBenchOptions {
  institutions: number;
  meters: number;
  engines: ('sqlite' | 'postgres')[];
}

/** What a call took, and what it did to everybody else meanwhile. */
interface Phase {
  phase: string;
  seconds: number;
  /** 99th percentile of the delay of the main thread's event loop. */
  loopDelayP99Ms: number;
  /** Answers of the API to somebody who looks at a list and sets a quota meanwhile. */
  readP99Ms: number;
  writeMaxMs: number;
  residentMb: number;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ADMIN_PASSWORD = 'bench-password';
const SAMPLE_EVERY_MS = 25;
/** After this long without work the thread of imports has ended. */
const IDLE_MS = 12_000;

/** Imports a city's registry into the built product, dry and in earnest, exports it, and imports that. */
export async function benchImport(options: ImportBenchOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  try {
    const machine = await describeMachine(folder);
    const file = join(folder, 'city.xlsx');
    const rows = syntheticRegistry(options.institutions, options.meters);
    await writeTestWorkbook(file, Object.fromEntries(SHEETS.map(({ id, name }) => [name.zh, sheetMatrix(rows, id)])));
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.disk}, load before ${machine.loadBefore}`);
    console.log(`${options.institutions} institutions, ${options.meters} meters, ${(await stat(file)).size} bytes`);
    const results: Record<string, Phase[]> = {};
    for (const engine of options.engines) {
      const phases = await measureEngine(engine, join(folder, engine), file);
      console.table(phases);
      results[engine] = phases;
    }
    await writeResult('import', { machine, options, results });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureEngine(engine: 'sqlite' | 'postgres', folder: string, file: string): Promise<Phase[]> {
  const ends: (() => Promise<void>)[] = [];
  const onEnd = (end: () => Promise<void>): void => void ends.unshift(end);
  try {
    const database = engine === 'postgres' ? { DATABASE_URL: (await startPostgres({ onEnd })).url } : undefined;
    const platform = await startPlatform({ folder, settings: { ADMIN_PASSWORD, ...database }, onEnd });
    const cookie = await logIn(platform.url);
    const phase = (name: string, work: () => Promise<void>): Promise<Phase> => measure(platform, cookie, name, work);
    const upload = async (bytes: Buffer, query: string, wanted: object): Promise<void> => {
      const answer = await fetch(`${platform.url}/api/registry/import${query}`, {
        method: 'POST',
        headers: { cookie, 'content-type': XLSX },
        body: new Uint8Array(bytes),
      });
      const { changed, problemCount } = (await answer.json()) as { changed?: boolean; problemCount?: number };
      if (JSON.stringify({ changed, problemCount }) !== JSON.stringify(wanted)) {
        throw new Error(`${query}: ${answer.status} ${String(changed)} ${String(problemCount)}`);
      }
    };
    const workbook = await readFile(file);
    let exported = Buffer.alloc(0);
    const phases = [
      await phase('at rest', () => wait(3000)),
      await phase('dry run', () => upload(workbook, '?dryRun=1', { changed: false, problemCount: 0 })),
      await phase('import', () => upload(workbook, '', { changed: true, problemCount: 0 })),
      await phase('export xlsx', async () => {
        const answer = await fetch(`${platform.url}/api/registry/export`, { headers: { cookie } });
        exported = Buffer.from(await answer.arrayBuffer());
      }),
      await phase('export again imported', () => upload(exported, '', { changed: false, problemCount: 0 })),
      await phase('export csv', async () => {
        await (await fetch(`${platform.url}/api/registry/export?format=csv`, { headers: { cookie } })).arrayBuffer();
      }),
    ];
    await wait(IDLE_MS);
    phases.push(await phase('afterwards', () => wait(3000)));
    await platform.stop();
    return phases;
  } finally {
    for (const end of ends) await end();
  }
}

async function logIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: ADMIN_PASSWORD }),
  });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}

/** Measures a call while somebody else reads and writes all the time. */
async function measure(
  platform: RunningPlatform,
  cookie: string,
  phase: string,
  work: () => Promise<void>,
): Promise<Phase> {
  await readMetrics(platform.url);
  let isOver = false;
  let residentMb = 0;
  const timed = async (path: string, init: RequestInit): Promise<number> => {
    const since = performance.now();
    await (await fetch(`${platform.url}/api${path}`, init)).arrayBuffer();
    return performance.now() - since;
  };
  const every = async (sample: () => Promise<number>): Promise<number[]> => {
    const samples: number[] = [];
    while (!isOver) {
      samples.push(await sample());
      await wait(SAMPLE_EVERY_MS);
    }
    return samples.sort((a, b) => a - b);
  };
  const reads = every(() => timed('/regions', { headers: { cookie } }));
  const writes = every(() =>
    timed('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // The failed login is written down: a transaction that must not wait for the import's.
      body: JSON.stringify({ username: 'nobody', password: 'wrong-password' }),
    }).then(async (took) => {
      await wait(400);
      return took;
    }),
  );
  const watch = (async () => {
    while (!isOver) {
      residentMb = Math.max(residentMb, await residentOf(platform.pid));
      await wait(100);
    }
  })();
  const since = performance.now();
  await work();
  const seconds = (performance.now() - since) / 1000;
  const metrics = await readMetrics(platform.url);
  isOver = true;
  const [readTimes, writeTimes] = await Promise.all([reads, writes, watch]);
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    phase,
    seconds: round(seconds),
    loopDelayP99Ms: round((metrics.get('jieneng_event_loop_delay_p99_seconds{thread="main"}') ?? Number.NaN) * 1000),
    readP99Ms: round(readTimes[Math.floor(readTimes.length * 0.99)] ?? Number.NaN),
    writeMaxMs: round(writeTimes.at(-1) ?? Number.NaN),
    residentMb: Math.round(residentMb),
  };
}

async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
