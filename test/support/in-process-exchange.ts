import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';

import { answerImport } from '../../services/exchange/answer-import.ts';
import { exportRegistry, writeTemplate } from '../../services/exchange/export-registry.ts';
import type { RegistryExchange } from '../../services/exchange/registry-exchange.ts';
import { saveUpload } from '../../services/exchange/save-upload.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** Imports and exports as the product's do, in this thread: a worker runs what was built, not sources. */
export async function openInProcessExchange(
  db: Kysely<Database>,
  { maxMb, zone, now }: { maxMb: number; zone: string; now: () => number },
): Promise<RegistryExchange> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-exchange-'));
  return {
    import: async ({ content, name, sheet }, order) => {
      const file = join(folder, randomUUID());
      if (!(await saveUpload(content, file, maxMb * 1024 * 1024))) return { is: 'too-large', maxMb };
      return answerImport(db, { file, name, sheet, maxMb, zone, nowMs: now(), ...order });
    },
    give: async ({ template, ...what }) => {
      const file = join(folder, randomUUID());
      await (template ? writeTemplate(db, file, what) : exportRegistry(db, file, what));
      return { content: createReadStream(file), bytes: (await stat(file)).size };
    },
    close: () => rm(folder, { recursive: true }),
  };
}
