import type { Cursor } from '../spool/cursor.ts';
import type { Quarantine } from './quarantine.ts';

/**
 * The quarantine, with a file that says behind what position nothing of it stands: who starts while the database is
 * down, with spool and readings lost, must not give a position to a message that quarantine knows another one by. Never
 * further than the spool is: positions that are left out are taken for lost.
 */
export function withReach(quarantine: Quarantine, reach: Cursor): Quarantine {
  return {
    put: async (entries) => {
      const highest = entries.reduce((position, entry) => Math.max(position, entry.position), -1);
      if (highest >= reach.position()) await reach.advance(highest + 1);
      await quarantine.put(entries);
    },
  };
}
