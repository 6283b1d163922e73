import { loadavg } from 'node:os';

import type { Zone } from '../../../domain/zone.ts';
import type { RunningPlatform } from '../../support/start-platform.ts';
import type { syntheticRegistry } from '../../support/synthetic-registry.ts';
import { cpuTimeOf } from '../ingest/thread-cpu.ts';

/** What is asked, of the n-th meter or institution; several calls are made at once, as a page makes them. */
interface Question {
  name: string;
  /** Milliseconds within which 95 of 100 answers come (design section 13). */
  budgetMs: number;
  paths(n: number): string[];
}

/** How one question was answered. */
interface Answered {
  name: string;
  p50Ms: number;
  p95Ms: number;
  budgetMs: number;
  ratio: number;
  /** Processor time of the platform for one answer, all threads and what else it does meanwhile. */
  cpuMs: number;
  /** Answers of `GET /api/health` in between: what the machine and HTTP take by themselves. */
  healthP95Ms: number;
  loadMeanwhile: number;
}

/** Whom to ask, about what. */
export interface Asked {
  platform: RunningPlatform;
  cookie: string;
  city: ReturnType<typeof syntheticRegistry>;
  zone: Zone;
  /** The day that is running: usage is there up to its start. */
  todayMs: number;
  rounds: number;
}

const WARM = 5;

/** Asks each question in turn, round by round. */
export async function askQuestions(asked: Asked): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const question of questionsOf(asked)) answers.push(await ask(asked, question));
  return answers;
}

function questionsOf({ city: { meters, institutions }, zone, todayMs }: Asked): Question[] {
  const today = zone.local(todayMs);
  const range = (fromMs: number, toMs: number): string => `from=${fromMs}&to=${toMs}`;
  const year = range(zone.at(today.year, 1, 1), zone.at(today.year + 1, 1, 1));
  const lastDays = (count: number): string => range(zone.at(today.year, today.month, today.day - count), todayMs);
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
    { name: 'the overview of the city', budgetMs: 100, paths: () => [`/overview?year=${today.year}`] },
    { name: 'the overview of a year that is over', budgetMs: 100, paths: () => [`/overview?year=${today.year - 1}`] },
  ];
}

async function ask(
  { platform: { url, pid }, cookie, rounds }: Asked,
  { name, budgetMs, paths }: Question,
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
  let cpuMs = 0;
  for (let n = -WARM; n < rounds; n++) {
    const cpuBefore = await cpuTimeOf(pid);
    const ms = await timed(paths(n + WARM));
    const cpu = await cpuTimeOf(pid);
    const idle = await timed(['/health']);
    if (n < 0) continue;
    times.push(ms);
    health.push(idle);
    cpuMs += (cpu?.allMs ?? 0) - (cpuBefore?.allMs ?? 0);
  }
  const p95Ms = percentile(times, 95);
  return {
    name,
    p50Ms: percentile(times, 50),
    p95Ms,
    budgetMs,
    ratio: Math.round((p95Ms / budgetMs) * 100) / 100,
    cpuMs: Math.round((cpuMs / rounds) * 10) / 10,
    healthP95Ms: percentile(health, 95),
    loadMeanwhile: Math.round(loadavg()[0]! * 100) / 100,
  };
}

function percentile(times: readonly number[], percent: number): number {
  const ordered = times.toSorted((a, b) => a - b);
  return Math.round(ordered[Math.min(ordered.length - 1, Math.floor((ordered.length * percent) / 100))]! * 10) / 10;
}
