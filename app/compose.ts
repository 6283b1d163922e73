import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import { PlatformError } from '../domain/errors.ts';
import { createZone, type Zone } from '../domain/zone.ts';
import { openStrangerLog } from '../gateway/heard/open-stranger-log.ts';
import { openReplay } from '../gateway/replay.ts';
import { ensureAdmin } from '../services/accounts/ensure-admin.ts';
import { createLogin } from '../services/accounts/login.ts';
import { createPasswords, type Passwords } from '../services/accounts/passwords.ts';
import { alertPublication } from '../services/alerts/mqtt/alert-publication.ts';
import { openOutbox, type Outbox } from '../services/alerts/outbox.ts';
import { buildApi } from '../services/api/build-api.ts';
import type { ReportFigures } from '../services/api/schemas/report.ts';
import { intakeSnapshot } from '../services/registry/gateway-snapshot.ts';
import { seedRegions } from '../services/registry/regions.ts';
import { registryRevision } from '../services/registry/in-transaction.ts';
import { openSchedule } from '../services/schedule/open-schedule.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import { openSqlite } from '../storage/relational/sqlite/open-sqlite.ts';
import { createClientOwners } from './client-owners.ts';
import type { Config } from './config.ts';
import { holdDataFolder } from './data-folder.ts';
import { followRegistry } from './follow-registry.ts';
import { openGatewayRole, type GatewayRole } from './gateway-role.ts';
import { createHealth } from './health.ts';
import { createJobs } from './jobs.ts';
import { createMetrics } from './metrics.ts';
import { openPipelineWorker, type PipelineWorker } from './open-pipeline-worker.ts';
import { createRenderer } from './renderer.ts';
import { seriesSettings } from './series-settings.ts';
import { PROJECT_FOLDER, VERSION } from './version.ts';

/** A running platform. */
export interface Platform {
  /** Where people and programs reach it. */
  url: string;
  mqttUrl: string;
  /** The same over TLS, where the embedded broker speaks it. */
  mqttsUrl: string | undefined;
  /** Set on the very first start, when the administrator's password was made up. */
  madeAdminPassword: string | undefined;
  db: Kysely<Database>;
  series: SeriesStore;
  zone: Zone;
  passwords: Passwords;
  now: () => number;
  /** The registry changed: resolves when gateway and usage work with it. */
  registryChanged(): Promise<void>;
  /** Resolves when all that is acknowledged is stored, counted, judged and reported. */
  settle(timeoutMs: number): Promise<boolean>;
  /** Judges all institutions up to the last complete hour, not only those whose usage changed. */
  judge(): Promise<void>;
  /** Makes usage, alerts and reports anew from the readings alone. */
  rebuild(): Promise<void>;
  /**
   * Resolves when everything that archive and spool hold is stored and all else was made anew from it, and tells how
   * many messages were read and how many readings were new. `tell` hears now and then how far it is. For a platform that
   * was composed to restore.
   */
  restored(tell: (progress: RestoreProgress) => void): Promise<RestoreProgress>;
  /** Stops in order: nothing new, what was taken is on disk, drained for at most 5 s. */
  close(): Promise<void>;
}

/** How a restore gets on. */
export interface RestoreProgress {
  messages: number;
  newReadings: number;
  /** Bytes of the log that are still to be read. */
  leftBytes: number;
  /** What holds it up; empty while it goes on. */
  holding: string;
}

const DAY_MS = 86_400_000;
const RESTORE_TELLS_MS = 2000;
const DRAIN_AT_CLOSE_MS = 5000;
const STRANGERS_EVERY_MS = 2000;
const RENDERER_IDLE_MS = 30_000;
const REPLAY_PACE = { pollMs: 5000, waitMs: 50, maxLagBytes: 4 * 1024 * 1024 };

/**
 * Opens every part in the order in which they need each other and wires them. `onFatal` is told when a part failed so
 * that nothing more can be promised. With `restores` everything that archive and spool hold is stored again. Throws
 * PlatformError `data-folder-held`, `port-busy`, `store-unavailable`.
 */
export async function compose(
  config: Config,
  log: Logger,
  onFatal: (error: PlatformError) => void,
  options: { restores?: boolean } = {},
): Promise<Platform> {
  const clockOffsetMs = config.CLOCK_START === undefined ? 0 : config.CLOCK_START - Date.now();
  const now = (): number => Date.now() + clockOffsetMs;
  const zone = createZone(config.TIME_ZONE);
  const folder = await holdDataFolder(config.DATA_DIR, now());
  const opened: (() => Promise<void>)[] = [() => folder.release()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    // 1. Registry and accounts.
    const registryFile = folder.inside('registry.sqlite');
    const db = await openSqlite(registryFile);
    opened.push(() => db.destroy());
    await seedRegions(db);
    const passwords = createPasswords();
    const madeAdminPassword = await ensureAdmin(db, passwords, { nowMs: now(), password: config.ADMIN_PASSWORD });

    // 2. The pipeline: spool → store → usage → rules and reports, in a thread of its own.
    const spoolPaths = { spoolFolder: folder.inside('spool'), cursorFile: folder.inside('spool/drain.cursor') };
    let outbox: Outbox | undefined;
    const pipeline = await openPipelineWorker(
      {
        registryFile,
        ...spoolPaths,
        archive: { folder: folder.inside('archive'), days: config.RAW_ARCHIVE_DAYS },
        series: seriesSettings(config, folder),
        baseTopic: config.MQTT_BASE_TOPIC,
        zone: config.TIME_ZONE,
        maxAheadMs: config.CLOCK_AHEAD_S * 1000,
        retentionMs: config.RETENTION_DAYS * DAY_MS,
        frameClockMs: config.FRAME_CLOCK_DAYS * DAY_MS,
        quarantine: {
          retentionMs: config.QUARANTINE_DAYS * DAY_MS,
          maxBytes: config.QUARANTINE_MAX_MB * 1024 * 1024,
          heardMaximum: config.HEARD_MAX,
        },
        registryPollMs: config.REGISTRY_POLL_MS,
        usagePeriodMs: config.USAGE_PERIOD_MS,
        followUpPeriodMs: config.FOLLOW_UP_PERIOD_MS,
        clockOffsetMs,
        restores: options.restores === true,
      },
      {
        alertsChanged: () => Promise.resolve(outbox?.wake()),
        log: (level, message, detail) => Promise.resolve(log[level]({ detail }, message)),
      },
      onFatal,
    );
    let isGatewayClosed = false;
    opened.push(async () => {
      if (!isGatewayClosed) await pipeline.close(0);
    });

    // 3. The gateway. The pipeline must know the registry before it sees the first message.
    await pipeline.control.loadRegistry();
    const strangers = openStrangerLog({
      db,
      maximum: config.HEARD_MAX,
      everyMs: STRANGERS_EVERY_MS,
      onError: (error) =>
        log.warn({ err: error }, 'Users that nobody registered could not be noted; it is tried again'),
    });
    opened.push(() => strangers.close());
    const gateway = await openGatewayRole(config, {
      spoolFolder: spoolPaths.spoolFolder,
      usedTo: Math.max(await pipeline.control.position(), await quarantinedTo(db)),
      directory: await intakeSnapshot(db),
      owners: createClientOwners(db, now),
      now,
      onCommitted: (position) => pipeline.control.committed(position),
      onRefused: (event) => log.warn(event, 'MQTT refused'),
      onStranger: (stranger) => strangers.note(stranger),
      onProblem: (message) => log.warn(message),
      onFatal,
    });
    opened.push(async () => {
      await gateway.close();
      isGatewayClosed = true;
      await pipeline.close(DRAIN_AT_CLOSE_MS);
    });
    pipeline.control.committed(gateway.spool.committed());
    if (gateway.spool.tornBytes > 0) log.warn({ bytes: gateway.spool.tornBytes }, 'Spool: a torn tail was set aside');

    const follower = followRegistry({
      revision: () => registryRevision(db),
      load: async () => gateway.useDirectory(await intakeSnapshot(db)),
      pollMs: config.REGISTRY_POLL_MS,
      now,
    });
    opened.push(() => follower.close());
    const registryChanged = async (): Promise<void> => {
      await Promise.all([follower.reload(), pipeline.control.loadRegistry()]);
    };
    const replay = openReplay({
      db,
      spool: gateway.spool,
      useRegistry: registryChanged,
      drained: async () => (await pipeline.control.status()).position,
      now,
      ...REPLAY_PACE,
      onError: (error) => log.error({ err: error }, 'A replay does not get on; it is tried again'),
    });
    opened.push(() => replay.close());

    // 4. Alerts go out; the clock drives what is due.
    const sender = openOutbox({
      db,
      zone,
      now,
      notifiers: {
        mqtt: {
          publish: async (message) => {
            const { topic, payload, retain } = alertPublication(config.MQTT_BASE_TOPIC, message);
            await gateway.intake.publish(topic, payload, retain);
          },
        },
      },
      onError: (error) => log.error({ err: error }, 'An alert could not be sent; it is tried again'),
    });
    outbox = sender;
    opened.push(() => sender.close());
    const schedule = openSchedule({
      db,
      zone,
      now,
      jobs: createJobs(pipeline.control, zone),
      onError: (job, error) => log.error({ job, err: error }, 'A scheduled job failed; it is tried again'),
    });
    opened.push(() => schedule.close());

    // 5. API and dashboards.
    const health = createHealth(gateway, pipeline, {
      version: VERSION,
      zone,
      now,
      lowWaterBytes: config.DISK_LOW_WATER_MB * 1024 * 1024,
    });
    const metrics = createMetrics(gateway, pipeline, now);
    const renderer = createRenderer(RENDERER_IDLE_MS);
    opened.push(async () => {
      metrics.close();
      await renderer.close();
    });
    const staticFolder = join(PROJECT_FOLDER, 'dist/dashboards');
    const api = await buildApi({
      version: VERSION,
      zone,
      now,
      db,
      series: pipeline.series,
      usage: pipeline.usage,
      registryChanged,
      replayRequested: () => replay.wake(),
      renderReport: (format, figures) => renderer.render(format, figures as ReportFigures),
      health,
      metrics: () => metrics.scrape(),
      alertsChanged: () => sender.wake(),
      passwords,
      login: createLogin(db, passwords),
      ...(existsSync(staticFolder) ? { staticFolder } : {}),
      ...(config.PUBLIC_URL === undefined ? {} : { publicUrl: config.PUBLIC_URL }),
      ...(config.TRUSTED_PROXIES === undefined ? {} : { trustedProxies: config.TRUSTED_PROXIES }),
      logger: log,
    });
    opened.push(() => api.close());
    await api.listen({ host: config.HOST, port: config.PORT }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new PlatformError('port-busy', `Port ${config.PORT} (HTTP) is in use; set PORT to a free one`);
    });

    const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
    return {
      url: `http://${host}:${(api.server.address() as AddressInfo).port}`,
      mqttUrl: gateway.mqttUrl,
      mqttsUrl: gateway.mqttsUrl,
      madeAdminPassword,
      db,
      series: pipeline.series,
      zone,
      passwords,
      now,
      registryChanged,
      settle: (timeoutMs) => pipeline.control.settle(timeoutMs),
      judge: () => pipeline.control.judgeAll(),
      rebuild: () => pipeline.control.rebuild(),
      restored: async (tell) => {
        while (!(await pipeline.control.drained(RESTORE_TELLS_MS))) tell(await restoreProgress(gateway, pipeline));
        const done = await restoreProgress(gateway, pipeline);
        await pipeline.control.rebuild();
        return done;
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function restoreProgress(gateway: GatewayRole, pipeline: PipelineWorker): Promise<RestoreProgress> {
  const { position, messages, stored, holding } = await pipeline.control.status();
  return { messages, newReadings: stored, leftBytes: Math.max(0, gateway.spool.committed() - position), holding };
}

// Quarantine knows messages by their positions, also when spool and readings were lost and it was not.
async function quarantinedTo(db: Kysely<Database>): Promise<number> {
  const { newest } = await db
    .selectFrom('quarantine_message')
    .select((e) => e.fn.max('position').as('newest'))
    .executeTakeFirstOrThrow();
  return newest === null ? 0 : newest + 1;
}
