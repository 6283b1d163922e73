import type { Kysely } from 'kysely';

import { PlatformError } from '../domain/errors.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';
import type { IntakeSnapshot } from '../gateway/directory.ts';
import { intakeSnapshot } from '../services/registry/gateway-snapshot.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { Copies } from './copies/open-copies.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';

/** What a gateway starts with. */
export interface KnownRegistry {
  intake: IntakeSnapshot;
  /** Behind all positions by which quarantine knows messages. */
  quarantinedTo: number;
  /** When the copy was written that this comes from; undefined: it comes from the registry. */
  savedAtMs: number | undefined;
}

/** What {@link knownRegistry} works with. */
export interface KnownRegistryDeps {
  db: Kysely<Database>;
  isReady: boolean;
  copies: Copies;
  pipeline: PipelineWorker;
  /** Why the registry does not answer. */
  failure(): string;
}

/**
 * Lets the pipeline know the registry and tells what the way in must know: as it stands, or where it does not answer as
 * the copies have it. Throws PlatformError `store-unavailable` where there is neither.
 */
export async function knownRegistry(deps: KnownRegistryDeps): Promise<KnownRegistry> {
  const { db, copies, pipeline } = deps;
  if (deps.isReady) {
    try {
      await pipeline.control.loadRegistry();
      const intake = await intakeSnapshot(db);
      const to = await quarantinedTo(db);
      if (to > copies.reach.position()) await copies.reach.advance(to);
      return { intake, quarantinedTo: to, savedAtMs: undefined };
    } catch (error) {
      // It has stopped just now.
      if (!isOutage(error) || !copies.intake.ok) throw error;
    }
  }
  const meters = await pipeline.control.useMetersCopy();
  if (!copies.intake.ok) throw withoutCopy(deps.failure(), copies.intake.problem);
  if (!meters.ok) throw withoutCopy(deps.failure(), meters.problem);
  return { intake: copies.intake.copy, quarantinedTo: copies.reach.position(), savedAtMs: meters.savedAtMs };
}

/** What is said where neither the registry answers nor a copy of it can be used. */
export function withoutCopy(failure: string, problem: string): PlatformError {
  return new PlatformError(
    'store-unavailable',
    `${failure || 'The registry database does not answer'}. Without it, it cannot be started: ${problem}`,
  );
}

// Quarantine knows messages by their positions, also when spool and readings were lost and it was not.
async function quarantinedTo(db: Kysely<Database>): Promise<number> {
  const { newest } = await db
    .selectFrom('quarantine_message')
    .select((e) => e.fn.max('position').as('newest'))
    .executeTakeFirstOrThrow();
  return newest === null ? 0 : newest + 1;
}
