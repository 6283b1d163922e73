import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** What of a job is due: the occasions it names since its last success, and earlier ones that were begun and not done. */
export async function dueOccasions(
  db: Kysely<Database>,
  job: { name: string; occasions(fromMs: number, nowMs: number): string[] },
  nowMs: number,
): Promise<string[]> {
  const runsOf = (): SelectQueryBuilder<Database, 'job_run', object> =>
    db.selectFrom('job_run').where('job', '=', job.name);
  const lastDone = await runsOf()
    .where('outcome', '=', 'done')
    .select('started_at')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const unfinished = await runsOf()
    .select('occasion')
    .groupBy('occasion')
    .having(sql<number>`sum(case when outcome = 'done' then 1 else 0 end)`, '=', 0)
    .orderBy(sql`min(id)`)
    .execute();
  const named = job.occasions(lastDone?.started_at ?? 0, nowMs);
  const done =
    named.length === 0
      ? []
      : await runsOf().select('occasion').where('outcome', '=', 'done').where('occasion', 'in', named).execute();
  const doneOccasions = new Set(done.map(({ occasion }) => occasion));
  const due = [...unfinished.map(({ occasion }) => occasion), ...named];
  return [...new Set(due)].filter((occasion) => !doneOccasions.has(occasion));
}

/** Notes that a run has begun. */
export async function startRun(db: Kysely<Database>, job: string, occasion: string, nowMs: number): Promise<number> {
  const row = await db
    .insertInto('job_run')
    .values({ job, occasion, started_at: nowMs, ended_at: null, outcome: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Notes how a run ended: `done`, or `failed: …`. */
export async function endRun(db: Kysely<Database>, id: number, outcome: string, nowMs: number): Promise<void> {
  await db.updateTable('job_run').set({ ended_at: nowMs, outcome }).where('id', '=', id).execute();
}
