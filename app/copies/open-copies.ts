import { join } from 'node:path';

import type { IntakeSnapshot } from '../../gateway/directory.ts';
import { openCursor, type Cursor } from '../../gateway/spool/cursor.ts';
import { diskIo } from '../../gateway/spool/disk-io.ts';
import type { CopiedClient } from '../client-owners.ts';
import { readCopy, type CopyRow } from './copy-file.ts';
import { readIntakeCopy, type Restored } from './registry-copy.ts';

/** What a gateway keeps of the registry, so that it can start and go on without it. */
export interface Copies {
  intakeFile: string;
  metersFile: string;
  clientsFile: string;
  reachFile: string;
  intake: Restored<IntakeSnapshot>;
  clients: CopiedClient[];
  /** Behind what position nothing stands in quarantine; 0 where that was never written. */
  reach: Cursor;
}

/** Makes the folder where it is not there, and reads what stands in it. */
export async function openCopies(folder: string): Promise<Copies> {
  await diskIo.makeFolder(folder);
  const [intakeFile, metersFile, clientsFile] = [
    join(folder, 'intake.copy'),
    join(folder, 'meters.copy'),
    join(folder, 'clients.copy'),
  ];
  const reachFile = join(folder, 'quarantine.reach');
  const clients = await readCopy(clientsFile);
  return {
    intakeFile,
    metersFile,
    clientsFile,
    reachFile,
    intake: await readIntakeCopy(intakeFile),
    clients: clients.ok ? clients.rows.map(([, row]) => row as CopiedClient) : [],
    reach: await openCursor(reachFile, diskIo),
  };
}

/** The rows of the copy of client ids. */
export function* clientRows(clients: Iterable<CopiedClient>): Generator<CopyRow> {
  for (const client of clients) yield ['client', client];
}
