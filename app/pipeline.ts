import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

import { Histogram, Registry } from 'prom-client';

import { messageOf } from '../domain/errors.ts';
import { createZone } from '../domain/zone.ts';
import { createArchiveReader } from '../gateway/archive/archive-reader.ts';
import { listArchive } from '../gateway/archive/list-archive.ts';
import { openArchive, type ArchiveStatus } from '../gateway/archive/open-archive.ts';
import { createDirectory } from '../gateway/directory.ts';
import { answeredWithin } from '../gateway/deferred/answered-within.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';
import { openDrainCursor } from '../gateway/drain-cursor.ts';
import { createSparkplugSessions } from '../gateway/decode/sparkplug-b/sessions.ts';
import { openDrain, type DrainStatus } from '../gateway/drain.ts';
import { openRelationalQuarantine, type QuarantineStatus } from '../gateway/quarantine/relational-quarantine.ts';
import { withReach } from '../gateway/quarantine/with-reach.ts';
import { openCursor } from '../gateway/spool/cursor.ts';
import { diskIo } from '../gateway/spool/disk-io.ts';
import { segmentBases } from '../gateway/spool/segment.ts';
import { setAsideAmong, type SetAside } from '../gateway/spool/set-aside.ts';
import { createEffectReader, type EffectReader } from '../services/decisions/effect-reader.ts';
import { createProvenanceReader } from '../services/provenance/create-provenance-reader.ts';
import type { ProvenanceReader } from '../services/provenance/provenance-reader.ts';
import type { RawMessages } from '../services/provenance/raw-messages.ts';
import { registryRevision } from '../services/registry/in-transaction.ts';
import { createMeterReader } from '../services/registry/read-meters.ts';
import { createUsageSettings } from '../services/usage/create-usage-settings.ts';
import { createMaterialiser, type UsageChange } from '../services/usage/materialise.ts';
import type { UsageMeter } from '../services/usage/meter-config.ts';
import { createUsageReader } from '../services/usage/read-usage.ts';
import type { UsageReader } from '../services/usage/usage-reader.ts';
import { noteUsageChange } from '../services/usage/usage-changes.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import { createCopyWriter } from './copies/copy-writer.ts';
import { meterRows, readMetersCopy, type MetersCopy } from './copies/registry-copy.ts';
import { createFollowUp } from './follow-up.ts';
import { followRegistry } from './follow-registry.ts';
import { giveUpAfter } from './give-up-after.ts';
import { openRegistry, type RegistryPlace } from './open-registry.ts';
import { openSeriesStore, type SeriesSettings } from './open-series-store.ts';
import { openWaiting } from './open-waiting.ts';
import { createRawMessages } from './raw-messages.ts';
import { createRedeliveryStore } from './redelivery-store.ts';
import { createUsageRuns } from './usage-runs.ts';
import { createSparkplugStore } from './sparkplug-store.ts';

/** Plain data: it crosses to the worker. */
export interface PipelineSettings {
  registry: RegistryPlace;
  /** The copy of what is worked with of the registry. */
  metersCopyFile: string;
  /** What quarantine is known to reach, where its database may be away. */
  reachFile: string | undefined;
  spoolFolder: string;
  cursorFile: string;
  archive: { folder: string; days: number };
  series: SeriesSettings;
  baseTopic: string;
  zone: string;
  maxAheadMs: number;
  retentionMs: number;
  /** How far behind the clock inside a meter may be. */
  frameClockMs: number;
  quarantine: { retentionMs: number; maxBytes: number; heardMaximum: number };
  /** How often it is looked whether another process has changed the registry. */
  registryPollMs: number;
  usagePeriodMs: number;
  /** What the making of usage depends on; the design's numbers where left out. */
  usage?: { likeDayWeeks?: number; stuckDays?: number };
  followUpPeriodMs: number;
  /** Added to the machine's clock to get the platform's. */
  clockOffsetMs: number;
  /** Everything that archive and spool hold is stored again; usage waits until it is made anew. */
  restores?: boolean;
}

/** What the pipeline tells the main thread. */
export interface PipelineHost {
  /** Alerts may have changed: their messages can go out. */
  alertsChanged(): Promise<void>;
  log(level: 'info' | 'warn' | 'error', message: string, detail: string): Promise<void>;
}

/** What health and metrics show of the pipeline. */
export interface PipelineStatus extends DrainStatus {
  /** The usage's last failure; empty while it goes well. */
  usageFailure: string;
  /** 99th percentile of the worker's event-loop delay, milliseconds. */
  loopDelayP99Ms: number;
  usageRuns: number;
  heapBytes: number;
  quarantine: QuarantineStatus;
  /** Why what needs the registry waits, and since when; empty while it answers. */
  waiting: { failure: string; sinceMs: number | undefined };
  archive: ArchiveStatus;
  /** Position at which the oldest segment of the spool begins. */
  spoolFrom: number | undefined;
  /** Stretches of the spool that could not be used, as long as their files lie there. */
  setAside: SetAside[];
}

/** Since when a copy stands that is worked with; or why none is. */
export type CopyUsed = { ok: true; savedAtMs: number } | { ok: false; missing: boolean; problem: string };

/** What the main thread asks of the pipeline. */
export interface PipelineControl {
  /** Behind it no position was used: not by what is dealt with, nor by what is archived. */
  position(): Promise<number>;
  committed(position: number): void;
  /** Reads meters and bindings anew; resolves when drain and usage work with them, rejects where they cannot be read. */
  loadRegistry(): Promise<void>;
  /** Works with the copy on disk, if there is one that can be used, until the registry answers. */
  useMetersCopy(): Promise<CopyUsed>;
  status(): Promise<PipelineStatus>;
  /** Prometheus text of what is measured here and not counted in the status. */
  metrics(): Promise<string>;
  /** Resolves true when all that is committed is stored, counted in usage, judged and reported. */
  settle(timeoutMs: number): Promise<boolean>;
  /** Resolves true when all that is committed is stored; usage, alerts and reports are left as they are. */
  drained(timeoutMs: number): Promise<boolean>;
  /** Judges every institution up to the last complete hour. */
  judgeAll(): Promise<void>;
  /** Makes last year's drafts where they are missing, and anew where late data made them stale. */
  draftReports(): Promise<void>;
  /** Drops everything derived from readings, alerts and reports too, and makes it anew. */
  rebuild(): Promise<void>;
  close(drainMs: number): Promise<void>;
}

/** The pipeline's faces, each served to the main thread. */
export interface Pipeline {
  control: PipelineControl;
  series: SeriesStore;
  usage: UsageReader;
  messages: RawMessages;
  provenance: ProvenanceReader;
  /** What decisions would change. */
  effects: EffectReader;
}

/** Registry tables whose rows all follow from readings. */
const DERIVED = ['alert_event', 'outbox', 'alert', 'rule_state', 'usage_change', 'usage_finding', 'report'] as const;
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_AGE_MS = 200;
const QUARANTINE_SWEEP_MS = 10_000;
/** What a registry that hangs may take of the time in which the process is to end. */
const REGISTRY_ENDS_MS = 3000;
/** A server that hangs does not answer. */
const REVISION_MS = 10_000;
const ARCHIVE_PRUNE_MS = 3_600_000;
const STORE_WRITE_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RETRY_MS = { first: 200, longest: 5000 };

/** Opens store, drain and usage over the committed spool. Does nothing until it is told the registry. */
export async function openPipeline(settings: PipelineSettings, host: PipelineHost): Promise<Pipeline> {
  const zone = createZone(settings.zone);
  const now = (): number => Date.now() + settings.clockOffsetMs;
  const db = await openRegistry(settings.registry);
  const series = await openSeriesStore(settings.series);
  const directory = createDirectory();
  const usageSettings = createUsageSettings(zone, settings.usage);
  const materialiser = createMaterialiser(series, zone, now, usageSettings);
  // The spool itself is opened after this.
  await diskIo.makeFolder(settings.spoolFolder);
  const oldest = segmentBases(await diskIo.list(settings.spoolFolder))[0];
  const archived = await listArchive(settings.archive.folder, diskIo);
  const cursor = await openDrainCursor(series, settings.cursorFile, diskIo, oldest);
  const usedTo = archived.reduce((to, file) => Math.max(to, file.to), cursor.position());
  const redeliveries = createRedeliveryStore(db);
  const sparkplugStore = createSparkplugStore(db);
  const sessions = createSparkplugSessions();
  let areSessionsLoaded = false;
  if (settings.restores) {
    // What came first when it came first: what is remembered of it by now would tell it from itself.
    const receivedMs = archived.reduce((ms, { oldestMs }) => Math.min(ms, oldestMs), Number.POSITIVE_INFINITY);
    if (archived.length > 0) await redeliveries.forgetFrom(receivedMs);
    await cursor.goBack(Math.min(archived[0]?.from ?? usedTo, oldest ?? usedTo));
  }
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();
  let meters = new Map<string, UsageMeter>();

  // That the registry is away is told once, by who asks whether it is there again.
  const tellFailure = (message: string, error: unknown): void => {
    if (!isOutage(error)) void host.log('error', message, messageOf(error));
  };
  const quarantine = await openRelationalQuarantine({
    db,
    now,
    ...settings.quarantine,
    sweepMs: QUARANTINE_SWEEP_MS,
    onError: (error) => tellFailure('Quarantine could not let go what is too much; it is tried again', error),
  });
  const measured = new Registry();
  const storeWrites = new Histogram({
    name: 'jieneng_store_write_seconds',
    help: 'Time until the store had confirmed a batch',
    buckets: STORE_WRITE_BUCKETS_S,
    registers: [measured],
  });
  const waiting = await openWaiting({
    spoolFolder: settings.spoolFolder,
    archiveFolder: settings.archive.folder,
    log: { from: Math.min(archived[0]?.from ?? usedTo, oldest ?? usedTo), to: cursor.position() },
    probe: () => follower.reload(),
    onAnswers: () => drain.resume(),
    now,
    tell: (level, message, detail) => void host.log(level, message, detail),
  });
  const archive = await openArchive({
    spoolFolder: settings.spoolFolder,
    ...settings.archive,
    io: diskIo,
    now,
    heldFrom: () => waiting.list.first(),
  });
  const drain = openDrain({
    // Readings that fell back behind a lost disk or into a backup have fallen behind the spool too.
    reader: createArchiveReader({
      spoolFolder: settings.spoolFolder,
      archiveFolder: settings.archive.folder,
      io: diskIo,
    }),
    cursor,
    directory,
    store: series,
    quarantine:
      settings.reachFile === undefined
        ? quarantine
        : withReach(quarantine, await openCursor(settings.reachFile, diskIo)),
    redeliveries,
    waiting,
    sparkplug: { sessions, save: (rows) => sparkplugStore.save(rows) },
    baseTopic: settings.baseTopic,
    zone,
    limits: {
      maxAheadMs: settings.maxAheadMs,
      retentionMs: settings.retentionMs,
      frameClockMs: settings.frameClockMs,
    },
    batchBytes: BATCH_BYTES,
    batchAgeMs: BATCH_AGE_MS,
    retryMs: RETRY_MS,
    now,
    // In the background: neither a slow nor a full archive holds up the drain.
    onAdvanced: (position) => {
      void archive.keep(position);
      return Promise.resolve();
    },
    onStored: ({ ms }) => storeWrites.observe(ms / 1000),
    onDamage: async (damages) => {
      const stretches = damages.map(({ position, bytes }) => `${bytes} bytes at ${position}`).join(', ');
      await host.log('warn', 'Spool: bytes that could not be read were passed over', stretches);
    },
  });

  const followUp = createFollowUp({
    db,
    series,
    zone,
    now,
    periodMs: settings.followUpPeriodMs,
    alertsChanged: () => void host.alertsChanged(),
    onSkipped: (institution, reason) =>
      void host.log('error', 'Rules: settings that cannot be used', `${institution}: ${reason}`),
    onError: (error) => tellFailure('Rules or reports failed; they are tried again', error),
  });
  const onChange = async (change: UsageChange): Promise<void> => {
    await noteUsageChange(db, zone, now(), change);
    followUp.wake();
  };

  /** What is worked with; what was read of the registry last, and of that what the copy holds, or soon will. */
  let used: MetersCopy | undefined;
  let read: MetersCopy | undefined;
  let kept: MetersCopy | undefined;
  const usageRuns = createUsageRuns({
    make: async () => {
      const loaded = read;
      await materialiser.logOutdated();
      // Not before what it makes wrong is logged: a process that ends in between finds the older copy, and logs it.
      if (loaded !== kept) {
        kept = loaded;
        copy.soon();
      }
      return materialiser.run(onChange);
    },
    leftOver: () => materialiser.failure(),
    periodMs: settings.usagePeriodMs,
  });

  // Segments that an earlier run has left behind do not wait for traffic.
  void archive.keep(cursor.position());
  const pruning = setInterval(() => {
    archive.prune().catch((error: unknown) => void host.log('error', 'The archive: old files stay', messageOf(error)));
  }, ARCHIVE_PRUNE_MS);

  const copy = createCopyWriter({
    path: settings.metersCopyFile,
    rows: () => (kept === undefined ? [] : meterRows(kept)),
    now,
    onError: (error) => void host.log('warn', 'The copy of the registry could not be written', messageOf(error)),
  });
  // What usage was made of when the last process ended: what the registry changed since then is made good.
  const madeOf = await readMetersCopy(settings.metersCopyFile);
  if (madeOf.ok) materialiser.useMeters(madeOf.copy.usage, true);
  const readMeters = createMeterReader(db, zone);
  const follower = followRegistry({
    revision: () => answeredWithin(REVISION_MS, () => registryRevision(db)),
    load: async () => {
      if (!areSessionsLoaded) sessions.load(await sparkplugStore.load());
      areSessionsLoaded = true;
      const given = await readMeters();
      useMeters(given);
      read = given;
      // Not all that it changes changes usage: drafts that became stale, rules that have to look again.
      if (!settings.restores) followUp.wake();
    },
    pollMs: settings.registryPollMs,
    now,
  });

  function useMeters(given: MetersCopy): void {
    used = given;
    directory.replace(given.snapshot);
    meters = new Map(given.usage.map((meter) => [meter.id, meter]));
    materialiser.useMeters(given.usage);
    if (!settings.restores) usageRuns.start();
  }

  return {
    series,
    usage: createUsageReader(series, zone, () => meters),
    effects: createEffectReader({ db, series, zone, now, meters: () => meters, settings: usageSettings }),
    provenance: createProvenanceReader(series, zone, () => meters, usageSettings),
    messages: createRawMessages({ ...settings, limits: settings, archive, directory, sessions, zone }),
    control: {
      position: () => Promise.resolve(Math.max(usedTo, cursor.position())),
      committed: (position) => drain.committed(position),
      loadRegistry: () => follower.reload(),
      useMetersCopy: async () => {
        const restored = await readMetersCopy(settings.metersCopyFile);
        if (!restored.ok) return restored;
        if (used === undefined) useMeters(restored.copy);
        return { ok: true, savedAtMs: restored.savedAtMs };
      },
      status: async () => {
        const spoolFiles = await diskIo.list(settings.spoolFolder);
        return {
          ...drain.status(),
          usageFailure: usageRuns.failure(),
          usageRuns: usageRuns.count(),
          loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
          heapBytes: getHeapStatistics().total_heap_size,
          quarantine: quarantine.status(),
          waiting: waiting.circuit.status(),
          archive: archive.status(),
          spoolFrom: segmentBases(spoolFiles)[0],
          setAside: setAsideAmong(spoolFiles),
        };
      },
      metrics: () => measured.metrics(),
      settle: async (timeoutMs) => {
        const drained = await drain.settle(timeoutMs);
        await usageRuns.run();
        const isFollowed = await followUp.settle().then(
          () => true,
          (error: unknown) => {
            if (!isOutage(error)) throw error;
            return false;
          },
        );
        usageRuns.giveBackIfDue();
        return drained && isFollowed && usageRuns.failure() === '';
      },
      drained: (timeoutMs) => drain.settle(timeoutMs),
      judgeAll: () => followUp.judgeAll().finally(() => usageRuns.giveBackIfDue()),
      draftReports: () => followUp.draftReports(),
      rebuild: async () => {
        for (const table of DERIVED) await db.deleteFrom(table).execute();
        await series.dropUsage();
        await materialiser.logGiven();
        await usageRuns.run();
        await followUp.judgeAll();
        await followUp.draftReports();
      },
      close: async (drainMs) => {
        await drain.settle(drainMs);
        waiting.circuit.close();
        const usageEnds = usageRuns.close();
        clearInterval(pruning);
        await drain.close();
        // A disk without room for that changes nothing: the store has it.
        await cursor.close().catch(() => undefined);
        await archive.close();
        await giveUpAfter(REGISTRY_ENDS_MS, Promise.all([follower.close(), quarantine.close(), followUp.close()]));
        await giveUpAfter(REGISTRY_ENDS_MS, usageEnds);
        await copy.settled();
        await series.close();
        await giveUpAfter(REGISTRY_ENDS_MS, db.destroy());
      },
    },
  };
}
