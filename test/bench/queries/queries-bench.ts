import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { SHEETS } from '../../../services/exchange/sheets/all-sheets.ts';
import { createZone } from '../../../domain/zone.ts';
import { startPlatform, type RunningPlatform } from '../../support/start-platform.ts';
import { sheetMatrix, syntheticRegistry } from '../../support/synthetic-registry.ts';
import { writeTestWorkbook } from '../../support/write-test-workbook.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import { fillYear } from './fill-year.ts';

/** How large a city is asked, and how often. */
export interface QueriesBenchOptions {
  institutions: number;
  meters: number;
  days: number;
  rounds: number;
}

/** What is asked, of the n-th meter or institution; several calls are made at once, as a page makes them. */
interface Question {
  name: string;
  /** Milliseconds within which 95 of 100 answers come (design section 13). */
  budgetMs: number;
  paths(n: number): string[];
}

interface Answered {
  name: string;
  p50Ms: number;
  p95Ms: number;
  budgetMs: number;
  ratio: number;
  /** Answers of `GET /api/health` in between: what the machine and HTTP take by themselves. */
  healthP95Ms: number;
  loadMeanwhile: number;
}

const ADMIN_PASSWORD = 'bench-password';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const NOW = '2026-01-01T00:30:00+08:00';
const WARM = 5;

const zone = createZone('Asia/Shanghai');
const END = zone.at(2026, 1, 1);

/** Answers of the built product over a year of hourly meters, whose usage is filled in. True where all keep their budget. */
export async function benchQueries(options: QueriesBenchOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  const ends: (() => Promise<void>)[] = [];
  const onEnd = (end: () => Promise<void>): void => void ends.unshift(end);
  try {
    const machine = await describeMachine(folder);
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.disk}, load before ${machine.loadBefore}`);
    const settings = { ADMIN_PASSWORD, CLOCK_START: NOW };
    const data = join(folder, 'data');
    const city = syntheticRegistry(options.institutions, options.meters);
    for (const meter of city.meters) meter['expectedIntervalS'] = 3600;
    const registering = await startPlatform({ folder: data, settings, onEnd });
    await register(registering, join(folder, 'city.xlsx'), city);
    await registering.stop();

    const file = join(data, 'readings.duckdb');
    const since = performance.now();
    const rows = await fillYear({
      file,
      meters: city.meters.map(({ id }) => String(id)),
      institutions: city.institutions.map(({ id }) => String(id)),
      zone,
      fromMs: zone.at(2026, 1, 1 - options.days),
      days: options.days,
    });
    const megabytes = Math.round((await stat(file)).size / 1e6);
    console.log(`${rows} sums and intervals, ${megabytes} MB, in ${Math.round((performance.now() - since) / 1000)} s`);

    const platform = await startPlatform({ folder: data, settings, onEnd });
    const cookie = await logIn(platform.url);
    const answers: Answered[] = [];
    for (const question of questionsOf(city)) answers.push(await ask(platform, cookie, question, options.rounds));
    console.table(answers);
    await platform.stop();
    await writeResult('queries', { machine, options, rows, megabytes, answers });
    return answers.every(({ ratio }) => ratio <= 1);
  } finally {
    for (const end of ends) await end();
    await rm(folder, { recursive: true });
  }
}

function questionsOf({ meters, institutions }: ReturnType<typeof syntheticRegistry>): Question[] {
  const year = `from=${zone.at(2025, 1, 1)}&to=${END}`;
  const lastDays = (count: number): string => `from=${zone.at(2026, 1, 1 - count)}&to=${END}`;
  const some = (ids: typeof meters, n: number): string => String(ids[(n * 7919) % ids.length]!['id']);
  return [
    {
      name: 'a year of a meter by day',
      budgetMs: 20,
      paths: (n) => [`/meters/${some(meters, n)}/usage?${year}&step=1d`],
    },
    {
      // Today by quarter hours beside yesterday, two weeks by hour, the month by day, the year by month.
      name: "an institution's page",
      budgetMs: 50,
      paths: (n) => {
        const usage = `/institutions/${some(institutions, n)}/usage`;
        return [
          `/institutions/${some(institutions, n)}`,
          `${usage}?${lastDays(1)}&step=15m&medium=electricity`,
          `${usage}?${lastDays(14)}&step=1h&medium=electricity`,
          `${usage}?${lastDays(31)}&step=1d`,
          `${usage}?${year}&step=1mo`,
        ];
      },
    },
    { name: 'the overview of the city', budgetMs: 100, paths: () => ['/overview?year=2025'] },
  ];
}

async function ask(
  { url }: RunningPlatform,
  cookie: string,
  { name, budgetMs, paths }: Question,
  rounds: number,
): Promise<Answered> {
  const timed = async (calls: readonly string[]): Promise<number> => {
    const since = performance.now();
    await Promise.all(
      calls.map(async (path) => {
        const response = await fetch(`${url}/api${path}`, { headers: { cookie } });
        const text = await response.text();
        if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      }),
    );
    return performance.now() - since;
  };
  const times: number[] = [];
  const health: number[] = [];
  for (let n = -WARM; n < rounds; n++) {
    const ms = await timed(paths(n + WARM));
    const idle = await timed(['/health']);
    if (n < 0) continue;
    times.push(ms);
    health.push(idle);
  }
  const p95Ms = percentile(times, 95);
  return {
    name,
    p50Ms: percentile(times, 50),
    p95Ms,
    budgetMs,
    ratio: Math.round((p95Ms / budgetMs) * 100) / 100,
    healthP95Ms: percentile(health, 95),
    loadMeanwhile: Math.round(loadavg()[0]! * 100) / 100,
  };
}

function percentile(times: readonly number[], percent: number): number {
  const ordered = times.toSorted((a, b) => a - b);
  return Math.round(ordered[Math.min(ordered.length - 1, Math.floor((ordered.length * percent) / 100))]! * 10) / 10;
}

async function register(
  platform: RunningPlatform,
  workbook: string,
  city: ReturnType<typeof syntheticRegistry>,
): Promise<void> {
  await writeTestWorkbook(workbook, Object.fromEntries(SHEETS.map(({ id, name }) => [name.zh, sheetMatrix(city, id)])));
  const answer = await fetch(`${platform.url}/api/registry/import`, {
    method: 'POST',
    headers: { cookie: await logIn(platform.url), 'content-type': XLSX },
    body: new Uint8Array(await readFile(workbook)),
  });
  const { changed, problemCount } = (await answer.json()) as { changed?: boolean; problemCount?: number };
  if (changed !== true || problemCount !== 0) throw new Error(`the import: ${answer.status}, ${problemCount} problems`);
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
