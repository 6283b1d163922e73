import { sql } from 'kysely';

import { intakeSnapshot } from '../../../services/registry/gateway-snapshot.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { createMeter } from '../../../services/registry/meters.ts';
import { seedRegions } from '../../../services/registry/regions.ts';
import type { DirectorySnapshot } from '../../../gateway/directory.ts';
import { migrate } from '../../../storage/relational/migrate.ts';
import { openSqlite } from '../../../storage/relational/sqlite/open-sqlite.ts';
import type { LoadConnection } from './load-client.ts';

/** A registry with the meters of a load, and the connections that publish for them. */
export interface BenchRegistry {
  connections: LoadConnection[];
  directory: DirectorySnapshot;
}

const METERS_PER_INSTITUTION = 100;
/** More connections than this share collectors. */
const MOST_COLLECTORS = 50;

/** Enters `meterCount` electricity meters into a new registry `file`, the same number for each connection. */
export async function createBenchRegistry(
  file: string,
  connectionCount: number,
  meterCount: number,
): Promise<BenchRegistry> {
  const db = openSqlite(file);
  await migrate(db);
  try {
    const collectors = Array.from({ length: Math.min(connectionCount, MOST_COLLECTORS) }, (_, n) => ({
      id: `c${pad(n)}`,
      token: `token-${pad(n)}`,
    }));
    const connections = Array.from({ length: connectionCount }, (_, n): LoadConnection => {
      const { id, token } = collectors[n % collectors.length]!;
      return { clientId: `load-${pad(n)}`, username: id, token, topics: [] };
    });
    const change = { userId: null, nowMs: Date.now() };
    await seedRegions(db);
    await db.transaction().execute(async (trx) => {
      for (const { id, token } of collectors) await createCollector(trx, { id, name: id }, change, token);
      const each = Math.max(1, Math.round(meterCount / connectionCount));
      for (let n = 0; n < each * connectionCount; n++) {
        const institutionId = `i${pad(Math.floor(n / METERS_PER_INSTITUTION))}`;
        if (n % METERS_PER_INSTITUTION === 0) {
          const institution = { id: institutionId, name: institutionId, type: 'agency', regionCode: '150203' } as const;
          await createInstitution(trx, { ...institution, areaM2: 5000, headcount: 100 }, change);
        }
        const connection = connections[n % connectionCount]!;
        const id = `m${pad(n)}`;
        await createMeter(trx, { id, institutionId, collectorId: connection.username, medium: 'electricity' }, change);
        connection.topics.push(`energy/v1/${connection.username}/${id}/reading`);
      }
    });
    // The file alone is copied.
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
    return { connections, directory: await intakeSnapshot(db) };
  } finally {
    await db.destroy();
  }
}

// One width, so that all frames are of one length.
function pad(n: number): string {
  return String(n).padStart(6, '0');
}
