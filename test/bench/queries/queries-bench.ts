import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { SHEETS } from '../../../services/exchange/sheets/all-sheets.ts';
import { createZone } from '../../../domain/zone.ts';
import { startPlatform, type RunningPlatform } from '../../support/start-platform.ts';
import { sheetMatrix, syntheticRegistry } from '../../support/synthetic-registry.ts';
import { writeTestWorkbook } from '../../support/write-test-workbook.ts';
import { cpuTimeOf } from '../ingest/thread-cpu.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import { askQuestions } from './ask-questions.ts';
import { fillYear } from './fill-year.ts';

/** How large a city is asked, and how often. */
export interface QueriesBenchOptions {
  institutions: number;
  meters: number;
  days: number;
  rounds: number;
}

const ADMIN_PASSWORD = 'bench-password';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Late in a month: the overview holds its days against those of last year. */
const NOW = '2025-12-21T09:00:00+08:00';

const REST_MS = 3000;
/** Share of a core that a platform uses of which nobody asks anything. */
const AT_REST = 0.05;

const zone = createZone('Asia/Shanghai');
const END = zone.at(2025, 12, 21);

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
      fromMs: zone.at(2025, 12, 21 - options.days),
      sumsFromMs: zone.at(2024, 1, 1),
      toMs: END,
    });
    const megabytes = Math.round((await stat(file)).size / 1e6);
    console.log(`${rows} sums and intervals, ${megabytes} MB, in ${Math.round((performance.now() - since) / 1000)} s`);

    const platform = await startPlatform({ folder: data, settings, onEnd });
    const cookie = await logIn(platform.url);
    await atRest(platform.pid);
    const answers = await askQuestions({ platform, cookie, city, zone, todayMs: END, rounds: options.rounds });
    console.table(answers);
    await platform.stop();
    await writeResult('queries', { machine, options, rows, megabytes, answers });
    return answers.every(({ ratio }) => ratio <= 1);
  } finally {
    for (const end of ends) await end();
    await rm(folder, { recursive: true });
  }
}

/** A first start over a year of data drafts last year's reports: who measures answers waits until that is done. */
async function atRest(pid: number): Promise<void> {
  for (let before = await cpuTimeOf(pid); before !== undefined;) {
    await delay(REST_MS);
    const now = await cpuTimeOf(pid);
    if (now === undefined || now.allMs - before.allMs < REST_MS * AT_REST) return;
    before = now;
  }
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
