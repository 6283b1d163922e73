import type { Kysely } from 'kysely';

import { createZone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { importLimits } from './files/import-limits.ts';
import { importRegistry } from './import-registry.ts';
import { BOM, csvRow } from './out/write-csv.ts';
import type { ImportAnswer } from './registry-exchange.ts';
import type { Language, SheetId } from './sheets/column-spec.ts';

/** An import as it goes to the thread that carries it out: plain data. */
export interface ImportJob {
  file: string;
  name: string;
  sheet: SheetId | undefined;
  maxMb: number;
  dryRun: boolean;
  language: Language;
  zone: string;
  userId: string | null;
  nowMs: number;
}

/** Carries out an import and makes its answer. */
export async function answerImport(db: Kysely<Database>, job: ImportJob): Promise<ImportAnswer> {
  const { file, name, sheet, dryRun, language, userId, nowMs } = job;
  const { tokens, changed, ...result } = await importRegistry(
    db,
    { file, name, sheet, limits: importLimits(job.maxMb) },
    { dryRun, language, zone: createZone(job.zone), change: { userId, nowMs } },
  );
  if (result.problemCount > 0 && !dryRun) {
    const problem = {
      type: 'about:blank',
      title: language === 'zh' ? '导入被拒绝' : 'The import was refused',
      status: 422,
      code: 'import-refused',
      detail: detailOf(result.problemCount, language),
    };
    return { is: 'refused', changed: false, body: JSON.stringify({ ...problem, ...result }) };
  }
  const headings = language === 'zh' ? ['采集器编号', '令牌'] : ['Collector id', 'Token'];
  const tokensCsv =
    tokens.length === 0 ? null : BOM + [headings, ...tokens.map(({ id, token }) => [id, token])].map(csvRow).join('');
  return { is: 'done', changed, body: JSON.stringify({ ...result, changed, tokens, tokensCsv }) };
}

function detailOf(count: number, language: Language): string {
  return language === 'zh'
    ? `文件有 ${count} 处问题，未作任何修改`
    : `There ${count === 1 ? 'is 1 problem' : `are ${count} problems`} in the file; nothing was changed`;
}
