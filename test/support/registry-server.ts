import type { TestProject } from 'vitest/node';

import { openRegistry } from '../../app/open-registry.ts';
import { migrate } from '../../storage/relational/migrate.ts';
import { startPostgres } from './postgres.ts';

/** What {@link setup} tells the tests of a project whose registries lie on PostgreSQL. */
export interface RegistryServer {
  port: number;
  /** A database at the newest schema, to be copied. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    registryServer: RegistryServer;
  }
}

let end: () => Promise<void> = () => Promise.resolve();

/** Starts the PostgreSQL on which all registries of a test project lie, in place of SQLite files. */
export async function setup(project: TestProject): Promise<void> {
  const server = await startPostgres({ onEnd: (stop) => (end = stop) });
  const db = await openRegistry({ kind: 'postgres', url: server.url });
  await migrate(db);
  await db.destroy();
  // So that tests can take rows out without minding what refers to what.
  await server.asSuperuser('grant set on parameter session_replication_role to jieneng');
  project.provide('registryServer', { port: server.port, template: new URL(server.url).pathname.slice(1) });
}

/** Ends it. */
export async function teardown(): Promise<void> {
  await end();
}
