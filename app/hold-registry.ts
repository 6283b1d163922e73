import type { Logger } from 'pino';

import type { PlatformError } from '../domain/errors.ts';
import type { DatabaseHold } from '../storage/relational/postgres/hold-database.ts';
import type { RegistryPlace } from './open-registry.ts';

/**
 * Keeps others from working on the same registry. A file is in the data folder, which is held already. `onFatal` is told
 * where another platform took the database while its server could not be reached.
 */
export async function holdRegistry(
  place: RegistryPlace,
  log: Logger,
  onFatal: (error: PlatformError) => void,
): Promise<DatabaseHold> {
  if (place.kind === 'sqlite') {
    return { held: Promise.resolve(), isHeld: () => true, release: () => Promise.resolve() };
  }
  const { holdDatabase } = await import('../storage/relational/postgres/hold-database.ts');
  return holdDatabase(place.url, {
    onTaken: onFatal,
    onProblem: (error) => log.warn(error.message),
  });
}
