import type { Kysely } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Change } from '../accounts/audit.ts';
import { inTransaction, registryRevision } from '../registry/in-transaction.ts';
import type { Draft } from './plan/draft.ts';
import { makePlan } from './plan/make-plan.ts';
import { loadRegions, loadRegistry } from './plan/registry-state.ts';
import type { ImportProblem } from './problems/problem-list.ts';
import { createProblemList, type ProblemList } from './problems/problem-list.ts';
import type { Language } from './sheets/column-spec.ts';
import type { Table } from './tables/table.ts';
import { readTables, type SourceFile } from './tables/read-tables.ts';
import { type ImportedSheet, sheetResults } from './import-result.ts';
import { isAnythingToWrite, type NewToken, prepareWrite } from './write/write-draft.ts';

/** How to import. */
export interface ImportOptions {
  /** Changes nothing: says what would change, and everything that is wrong. */
  dryRun: boolean;
  language: Language;
  zone: Zone;
  change: Change;
}

/** What came of an import. */
export interface ImportResult {
  dryRun: boolean;
  /** True where the registry was changed by it. */
  changed: boolean;
  /** The first of what is wrong, by sheet, row and column; where there is any nothing was changed. */
  problems: ImportProblem[];
  /** How many there are in all. */
  problemCount: number;
  sheets: ImportedSheet[];
  /** Of new collectors; told here and nowhere else. */
  tokens: NewToken[];
}

/** Problems that are listed. */
const MOST_PROBLEMS = 10_000;
/** Times that a plan is made from a copy of the registry, before it is made while everybody else waits. */
const ATTEMPTS = 3;

/**
 * Imports a workbook or CSV into the registry, all of it or nothing. It is read and checked against a copy of the
 * registry; the transaction that writes it begins only then, and begins anew where somebody changed the registry
 * meanwhile. What changes nothing leaves no trace.
 */
export async function importRegistry(
  db: Kysely<Database>,
  source: SourceFile,
  options: ImportOptions,
): Promise<ImportResult> {
  const reading = createProblemList(MOST_PROBLEMS);
  const tables = await readTables(source, reading, await loadRegions(db));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const planned = await plan(db, tables, reading, options);
    if (planned.problems.count() > 0 || options.dryRun || !isAnythingToWrite(planned.draft)) {
      return resultOf(planned, options, []);
    }
    const prepared = prepareWrite(planned.draft, options.change);
    const isWritten = await inTransaction(db, async (trx) => {
      if ((await registryRevision(trx)) !== planned.draft.state.revision + 1) throw new ChangedMeanwhile();
      await prepared.write(trx);
      return true;
    }).catch((error: unknown) => {
      if (error instanceof ChangedMeanwhile) return false;
      throw error;
    });
    if (isWritten) return resultOf(planned, options, prepared.tokens);
  }
  return whileOthersWait(db, tables, reading, options);
}

/** Ends a transaction whose plan was made from a registry that is no more. */
class ChangedMeanwhile extends Error {}

/** Ends a transaction in which it turned out that there is nothing to write. */
class NothingToWrite extends Error {}

async function whileOthersWait(
  db: Kysely<Database>,
  tables: readonly Table[],
  reading: ProblemList,
  options: ImportOptions,
): Promise<ImportResult> {
  let result: ImportResult | undefined;
  await inTransaction(db, async (trx) => {
    const planned = await plan(trx, tables, reading, options);
    if (planned.problems.count() > 0 || !isAnythingToWrite(planned.draft)) {
      result = resultOf(planned, options, []);
      throw new NothingToWrite();
    }
    const prepared = prepareWrite(planned.draft, options.change);
    await prepared.write(trx);
    result = resultOf(planned, options, prepared.tokens);
  }).catch((error: unknown) => {
    if (!(error instanceof NothingToWrite)) throw error;
  });
  return result!;
}

interface Planned {
  draft: Draft;
  problems: ProblemList;
}

async function plan(
  db: Kysely<Database>,
  tables: readonly Table[],
  reading: ProblemList,
  { zone, change }: ImportOptions,
): Promise<Planned> {
  const problems = reading.fork();
  const draft = makePlan(tables, await loadRegistry(db), problems, { zone, nowMs: change.nowMs });
  return { draft, problems };
}

function resultOf({ draft, problems }: Planned, options: ImportOptions, tokens: NewToken[]): ImportResult {
  const isRefused = problems.count() > 0;
  return {
    dryRun: options.dryRun,
    changed: !isRefused && !options.dryRun && isAnythingToWrite(draft),
    problems: problems.list(options.language),
    problemCount: problems.count(),
    sheets: sheetResults(draft, options.language),
    tokens,
  };
}
