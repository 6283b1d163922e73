import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { sql, type Kysely } from 'kysely';
import type { Logger } from 'pino';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { createZone, type Zone } from '../domain/zone.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';
import { openStrangerLog } from '../gateway/heard/open-stranger-log.ts';
import { ensureAdmin } from '../services/accounts/ensure-admin.ts';
import { createLogin } from '../services/accounts/login.ts';
import { createPasswords, type Passwords } from '../services/accounts/passwords.ts';
import { buildApi } from '../services/api/build-api.ts';
import type { ReportFigures } from '../services/api/schemas/report.ts';
import { seedRegions } from '../services/registry/regions.ts';
import { migrate } from '../storage/relational/migrate.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import { createClientOwners } from './client-owners.ts';
import type { Config } from './config.ts';
import { createCopyWriter } from './copies/copy-writer.ts';
import { clientRows, openCopies } from './copies/open-copies.ts';
import { holdDataFolder } from './data-folder.ts';
import { followIntake } from './follow-intake.ts';
import { openGatewayRole, type GatewayRole } from './gateway-role.ts';
import { giveUpAfter } from './give-up-after.ts';
import { createHealth } from './health.ts';
import { holdRegistry } from './hold-registry.ts';
import { knownRegistry, withoutCopy } from './known-registry.ts';
import { createMetrics } from './metrics.ts';
import { openPipelineWorker, type PipelineWorker } from './open-pipeline-worker.ts';
import { openRegistry } from './open-registry.ts';
import { pipelineSettings } from './pipeline-settings.ts';
import { registryPlace } from './registry-place.ts';
import { openRegistryExchange } from './registry-exchange.ts';
import { createRenderer } from './renderer.ts';
import { openServicesRole, type ServicesRole } from './services-role.ts';
import { startRegistry } from './start-registry.ts';
import { createTryDecode } from './try-decode.ts';
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

/** What a command wants of the platform. */
export interface ComposeOptions {
  /** Everything that archive and spool hold is stored again. */
  restores?: boolean;
  /** A copy of the registry will not do. */
  needsRegistry?: boolean;
  /** The registry answered late and was empty: the administrator's password was made up after the start. */
  onAdminMade?(password: string): void;
}

const DAY_MS = 86_400_000;
const RESTORE_TELLS_MS = 2000;
const DRAIN_AT_CLOSE_MS = 5000;
const STRANGERS_EVERY_MS = 2000;
const RENDERER_IDLE_MS = 30_000;
const EXCHANGE_IDLE_MS = 10_000;
/** How long a registry that does not answer is waited for, where there is a copy of it, and where there is none. */
const COPY_PATIENCE_MS = 1000;
const PATIENCE_MS = 5000;
/** What a registry that hangs may take of the time in which the process is to end. */
const REGISTRY_ENDS_MS = 3000;

/**
 * Opens every part in the order in which they need each other and wires them. `onFatal` is told when a part failed so
 * that nothing more can be promised. A registry that does not answer is waited for in the background where there is a
 * copy of it. Throws PlatformError `data-folder-held`, `database-held`, `port-busy`, `store-unavailable`.
 */
export async function compose(
  config: Config,
  log: Logger,
  onFatal: (error: PlatformError) => void,
  options: ComposeOptions = {},
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
    // 1. Registry and accounts, as soon as the database answers.
    const place = registryPlace(config, folder.path);
    const db = await openRegistry(place);
    opened.push(() => giveUpAfter(REGISTRY_ENDS_MS, db.destroy()));
    const hold = await holdRegistry(place, log, onFatal);
    opened.push(() => giveUpAfter(REGISTRY_ENDS_MS, hold.release()));
    const passwords = createPasswords();
    let madeAdminPassword: string | undefined;
    const start = startRegistry(async () => {
      await sql`select 1`.execute(db);
      await hold.held;
      await migrate(db);
      await seedRegions(db);
      madeAdminPassword ??= await ensureAdmin(db, passwords, { nowMs: now(), password: config.ADMIN_PASSWORD });
    });
    opened.push(() => Promise.resolve(start.close()));
    const copies = await openCopies(folder.inside('gateway'));
    const canWait = copies.intake.ok && options.restores !== true && options.needsRegistry !== true;
    const isReady = await start.within(canWait ? COPY_PATIENCE_MS : PATIENCE_MS);
    if (!isReady && !canWait) {
      throw withoutCopy(
        start.failure(),
        copies.intake.ok ? 'this command works on the registry itself' : copies.intake.problem,
      );
    }
    if (!copies.intake.ok && !copies.intake.missing) log.warn(copies.intake.problem);

    // 2. The pipeline: spool → store → usage → rules and reports, in a thread of its own.
    let services: ServicesRole | undefined;
    const pipeline = await openPipelineWorker(
      pipelineSettings(config, { folder, place, copies, clockOffsetMs, restores: options.restores === true }),
      {
        alertsChanged: () => Promise.resolve(services?.alertsChanged()),
        log: (level, message, detail) => Promise.resolve(log[level]({ detail }, message)),
      },
      onFatal,
    );
    let isGatewayClosed = false;
    opened.push(async () => {
      if (!isGatewayClosed) await pipeline.close(0);
    });

    // 3. The gateway. The pipeline must know the registry before it sees the first message.
    const known = await knownRegistry({ db, isReady, copies, pipeline, failure: () => start.failure() });
    if (known.savedAtMs !== undefined) {
      const detail = { failure: start.failure(), copyOf: zone.iso(known.savedAtMs) };
      log.warn(detail, 'The registry does not answer: the gateway works with its copy');
    }
    const strangers = openStrangerLog({
      db,
      maximum: config.HEARD_MAX,
      everyMs: STRANGERS_EVERY_MS,
      onError: (error) =>
        log[isOutage(error) ? 'debug' : 'warn']({ err: error }, 'Users that nobody registered could not be noted'),
    });
    opened.push(() => giveUpAfter(REGISTRY_ENDS_MS, strangers.close()));
    const clientsCopy = createCopyWriter({
      path: copies.clientsFile,
      rows: () => clientRows(owners.clients()),
      now,
      onError: (error) => log.warn({ err: error }, 'The copy of client ids could not be written'),
    });
    const owners = createClientOwners(db, now, {
      copied: copies.clients,
      onChanged: () => clientsCopy.soon(),
      onLost: (client, owner) =>
        log.warn({ ...client, owner }, 'A client id that was taken while the registry was down is another user’s'),
    });
    opened.push(async () => {
      owners.close();
      await clientsCopy.settled();
    });
    const gateway = await openGatewayRole(config, {
      spoolFolder: folder.inside('spool'),
      usedTo: Math.max(await pipeline.control.position(), known.quarantinedTo),
      directory: known.intake,
      owners,
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

    const follower = followIntake({ db, pollMs: config.REGISTRY_POLL_MS, now, gateway, file: copies.intakeFile, log });
    opened.push(() => follower.close());
    // So that there is a copy from the first second on.
    if (isReady) void follower.reload().catch(() => undefined);
    const registryChanged = async (): Promise<void> => {
      await Promise.all([follower.reload(), pipeline.control.loadRegistry()]);
    };

    // 4. What works through rows of the registry: alerts go out, replays, what the clock drives.
    const openServices = (): void => {
      const baseTopic = config.MQTT_BASE_TOPIC;
      services = openServicesRole({ db, zone, now, log, baseTopic, gateway, pipeline, registryChanged });
    };
    let isClosing = false;
    opened.push(async () => {
      isClosing = true;
      await services?.close();
    });
    if (isReady) openServices();
    else {
      start.ready
        .then(() => {
          if (isClosing) return;
          if (madeAdminPassword !== undefined) options.onAdminMade?.(madeAdminPassword);
          openServices();
        })
        .catch((error: unknown) => onFatal(asPlatformError(error)));
    }

    // 5. API and dashboards.
    const health = createHealth(gateway, pipeline, {
      registry: () => follower.status(),
      version: VERSION,
      zone,
      now,
      lowWaterBytes: config.DISK_LOW_WATER_MB * 1024 * 1024,
    });
    const metrics = createMetrics(gateway, pipeline, follower, now);
    const renderer = createRenderer(RENDERER_IDLE_MS);
    const exchange = await openRegistryExchange({
      place,
      folder: folder.inside('exchange'),
      maxMb: config.IMPORT_MAX_MB,
      zone: config.TIME_ZONE,
      now,
      idleMs: EXCHANGE_IDLE_MS,
    });
    opened.push(async () => {
      metrics.close();
      await renderer.close();
      await exchange.close();
    });
    const staticFolder = join(PROJECT_FOLDER, 'dist/dashboards');
    const api = await buildApi({
      version: VERSION,
      zone,
      now,
      db,
      series: pipeline.series,
      usage: pipeline.usage,
      messages: pipeline.messages,
      provenance: pipeline.provenance,
      effects: pipeline.effects,
      degreeDayBases: { heatingC: config.HEATING_BASE_C, coolingC: config.COOLING_BASE_C },
      manualReadings: {
        photoMaxBytes: config.PHOTO_MAX_MB * 1024 * 1024,
        retentionMs: config.RETENTION_DAYS * DAY_MS,
      },
      registryChanged,
      replayRequested: () => services?.replayRequested(),
      exchange,
      baseTopic: config.MQTT_BASE_TOPIC,
      tryDecode: createTryDecode(zone, now),
      renderReport: (format, figures) => renderer.render(format, figures as ReportFigures),
      health,
      metrics: () => metrics.scrape(),
      alertsChanged: () => services?.alertsChanged(),
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

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  return new PlatformError('store-unavailable', `The registry cannot be used: ${messageOf(error)}`, { cause: error });
}
