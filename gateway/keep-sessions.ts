import type { SparkplugRows } from './decode/sparkplug-b/session-rows.ts';
import type { SparkplugSessions } from './decode/sparkplug-b/sessions.ts';
import type { Deferral } from './deferred/deferral.ts';

/** What is known of Sparkplug sessions, and where it outlives the process. */
export interface SparkplugMemory {
  sessions: SparkplugSessions;
  /** Durable when it resolves; the same rows twice are written once. */
  save(rows: SparkplugRows): Promise<void>;
}

/**
 * Saves what messages that were taken apart have changed of their sessions: data behind a birth can be read only by who
 * has the birth. Where the store does not answer, the births wait with other messages and are taken in once more.
 */
export async function keepSessions(memory: SparkplugMemory, deferral: Deferral): Promise<void> {
  const { sessions } = memory;
  const rows = sessions.takeUnsaved();
  if (rows.births.length === 0 && rows.nodes.length === 0) return;
  let isSaved = false;
  try {
    const positions = rows.births.map(({ position }) => position);
    isSaved = await deferral.attempt(positions, () => memory.save(rows));
  } finally {
    if (!isSaved) sessions.putBack(rows);
  }
}
