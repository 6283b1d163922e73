import { createSpoolReader, type Damage } from '../../gateway/spool/read-spool.ts';
import type { SpooledMessage } from '../../gateway/spool/record.ts';
import type { SpoolIo } from '../../gateway/spool/spool-io.ts';

/** All that can be read of a spool from `from` up to `end`, page by page. Throws where reading does not get on. */
export async function spoolContents(
  folder: string,
  end: number,
  options: { from?: number; pageBytes?: number; setAsideBy?: SpoolIo } = {},
): Promise<{ messages: SpooledMessage[]; damages: Damage[] }> {
  const reader = createSpoolReader(folder, options);
  const messages: SpooledMessage[] = [];
  const damages: Damage[] = [];
  try {
    for (let position = options.from ?? 0; position < end;) {
      const page = await reader.read(position, end, options.pageBytes ?? 64 * 1024);
      if (page.next <= position) throw new Error(`Reading stands still at ${position}`);
      messages.push(...page.messages);
      damages.push(...page.damages);
      position = page.next;
    }
  } finally {
    await reader.close();
  }
  return { messages, damages };
}
