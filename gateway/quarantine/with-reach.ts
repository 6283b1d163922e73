import type { Cursor } from '../spool/cursor.ts';
import type { Quarantine } from './quarantine.ts';

/** So much of the log may pass before the file is written again. */
const AHEAD_BYTES = 256 * 1024 * 1024;

/**
 * The quarantine, with a file that says what position it reaches at most: who starts while the database is down, with
 * spool and readings lost, must not give a position to a message that quarantine knows another one by.
 */
export function withReach(quarantine: Quarantine, reach: Cursor): Quarantine {
  return {
    put: async (entries) => {
      const highest = entries.reduce((position, entry) => Math.max(position, entry.position), -1);
      if (highest >= reach.position()) await reach.advance(highest + AHEAD_BYTES);
      await quarantine.put(entries);
    },
  };
}
