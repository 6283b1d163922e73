import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import { answeredWithin } from '../gateway/deferred/answered-within.ts';
import type { IntakeSnapshot } from '../gateway/directory.ts';
import { intakeSnapshot } from '../services/registry/gateway-snapshot.ts';
import { registryRevision } from '../services/registry/in-transaction.ts';
import type { Database } from '../storage/relational/schema.ts';
import { createCopyWriter } from './copies/copy-writer.ts';
import { intakeRows } from './copies/registry-copy.ts';
import { followRegistry, type RegistryFollower } from './follow-registry.ts';
import type { GatewayRole } from './gateway-role.ts';
import { giveUpAfter } from './give-up-after.ts';

/** What {@link followIntake} works with. */
export interface FollowIntakeOptions {
  db: Kysely<Database>;
  pollMs: number;
  now: () => number;
  gateway: GatewayRole;
  /** Of the copy. */
  file: string;
  log: Logger;
}

const ENDS_MS = 3000;
/** A server that hangs does not answer. */
const REVISION_MS = 10_000;

/** Keeps the way in up to the registry: users and bindings, and the copy of them. */
export function followIntake({ db, pollMs, now, gateway, file, log }: FollowIntakeOptions): RegistryFollower {
  let used: IntakeSnapshot | undefined;
  const copy = createCopyWriter({
    path: file,
    rows: () => (used === undefined ? [] : intakeRows(used)),
    now,
    onError: (error) => log.warn({ err: error }, 'The copy of the registry could not be written'),
  });
  const follower = followRegistry({
    revision: () => answeredWithin(REVISION_MS, () => registryRevision(db)),
    load: async () => {
      used = await intakeSnapshot(db);
      gateway.useDirectory(used);
      copy.soon();
    },
    pollMs,
    now,
    onChange: (failure) => {
      if (failure === '') log.info('The registry answers again');
      else log.warn({ failure }, 'The registry does not answer: the gateway works with what it knows of it');
    },
  });
  return {
    ...follower,
    close: async () => {
      await giveUpAfter(ENDS_MS, follower.close());
      await copy.settled();
    },
  };
}
