import { existsSync } from 'node:fs';

import { PlatformError } from '../domain/errors.ts';
import { holdDatabase } from '../storage/relational/postgres/hold-database.ts';
import type { Config } from './config.ts';
import { copyRegistry } from './copy-registry.ts';
import { holdDataFolder } from './data-folder.ts';

/**
 * Copies the registry of the data folder to the database at DATABASE_URL, with both held so that no platform works on
 * either; tells how many rows there were. Throws PlatformError `config-invalid`, `data-folder-held`, `database-held`,
 * `conflict`, `store-unavailable`, `store-rejected`.
 */
export async function copyRegistryOf(config: Config): Promise<number> {
  const url = config.DATABASE_URL;
  if (url === undefined) {
    throw new PlatformError('config-invalid', 'Set DATABASE_URL: the new, empty database to which the registry goes');
  }
  const folder = await holdDataFolder(config.DATA_DIR, Date.now());
  try {
    const file = folder.inside('registry.sqlite');
    if (!existsSync(file)) {
      throw new PlatformError('config-invalid', `There is no registry in ${folder.path}; set DATA_DIR to where it is`);
    }
    return await whileHeld(url, () => copyRegistry({ kind: 'sqlite', file }, { kind: 'postgres', url }));
  } finally {
    await folder.release();
  }
}

async function whileHeld<T>(url: string, work: () => Promise<T>): Promise<T> {
  let fail: (error: PlatformError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  // Here nobody waits for a server that is not there.
  const hold = holdDatabase(url, { onTaken: (error) => fail(error), onProblem: (error) => fail(error) });
  try {
    await Promise.race([hold.held, failed]);
    return await work();
  } finally {
    await hold.release();
  }
}
