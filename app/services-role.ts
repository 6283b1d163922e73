import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import type { Zone } from '../domain/zone.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';
import { openReplay } from '../gateway/replay.ts';
import { alertPublication } from '../services/alerts/mqtt/alert-publication.ts';
import { openOutbox } from '../services/alerts/outbox.ts';
import { openSchedule } from '../services/schedule/open-schedule.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { GatewayRole } from './gateway-role.ts';
import { giveUpAfter } from './give-up-after.ts';
import { createJobs } from './jobs.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';

/** What works through rows of the registry on the main thread: replays, messages of alerts, scheduled jobs. */
export interface ServicesRole {
  replayRequested(): void;
  alertsChanged(): void;
  close(): Promise<void>;
}

/** What {@link openServicesRole} works with. */
export interface ServicesDeps {
  db: Kysely<Database>;
  zone: Zone;
  now: () => number;
  log: Logger;
  baseTopic: string;
  gateway: GatewayRole;
  pipeline: PipelineWorker;
  /** Resolves when gateway and usage work with the registry as it now stands. */
  registryChanged(): Promise<void>;
}

const REPLAY_PACE = { pollMs: 5000, waitMs: 50, maxLagBytes: 4 * 1024 * 1024 };
/** What a registry that hangs may take of the time in which the process is to end. */
const ENDS_MS = 3000;

/** Opens them. What an earlier process left, or an outage interrupted, goes on by itself. */
export function openServicesRole(deps: ServicesDeps): ServicesRole {
  const { db, zone, now, log, gateway, pipeline } = deps;
  // That the registry is away is told once, by who follows it.
  const tell = (error: unknown, message: string, detail: object = {}): void => {
    if (isOutage(error)) log.debug({ err: error, ...detail }, message);
    else log.error({ err: error, ...detail }, message);
  };
  const replay = openReplay({
    db,
    spool: gateway.spool,
    useRegistry: () => deps.registryChanged(),
    drained: async () => {
      const { position, deferred } = await pipeline.control.status();
      return Math.min(position, deferred.from ?? position);
    },
    now,
    ...REPLAY_PACE,
    onError: (error) => tell(error, 'A replay does not get on; it is tried again'),
  });
  const outbox = openOutbox({
    db,
    zone,
    now,
    notifiers: {
      mqtt: {
        publish: async (message) => {
          const { topic, payload, retain } = alertPublication(deps.baseTopic, message);
          await gateway.intake.publish(topic, payload, retain);
        },
      },
    },
    onError: (error) => tell(error, 'An alert could not be sent; it is tried again'),
  });
  const schedule = openSchedule({
    db,
    zone,
    now,
    jobs: createJobs(pipeline.control, zone),
    onError: (job, error) => tell(error, 'A scheduled job failed; it is tried again', { job }),
  });
  return {
    replayRequested: () => replay.wake(),
    alertsChanged: () => outbox.wake(),
    close: async () => {
      await giveUpAfter(ENDS_MS, Promise.all([schedule.close(), outbox.close(), replay.close()]));
    },
  };
}
