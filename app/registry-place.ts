import { join } from 'node:path';

import type { Config } from './config.ts';
import type { RegistryPlace } from './open-registry.ts';

/** The PostgreSQL database at DATABASE_URL where that is set, else a file in the data folder. */
export function registryPlace(config: Config, dataFolder: string): RegistryPlace {
  if (config.DATABASE_URL !== undefined) return { kind: 'postgres', url: config.DATABASE_URL };
  return { kind: 'sqlite', file: join(dataFolder, 'registry.sqlite') };
}
