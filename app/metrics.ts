import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

import { Counter, Gauge, Registry } from 'prom-client';

import type { RegistryAnswer } from './follow-registry.ts';
import type { GatewayRole } from './gateway-role.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';
import type { PipelineStatus } from './pipeline.ts';

/** The process in figures, for Prometheus. */
export interface Metrics {
  /** The text of a scrape. */
  scrape(): Promise<string>;
  close(): void;
}

/** What a scrape found. */
interface Facts {
  gateway: GatewayRole;
  pipeline: PipelineStatus | undefined;
  registry: RegistryAnswer;
  nowMs: number;
  mainLoopDelayP99Ms: number;
}

type Labelled = Record<string, number>;

/** One metric: a number, or a number for each value of its label; undefined while it is not known. */
interface Family {
  type: 'counter' | 'gauge';
  name: string;
  help: string;
  label?: string;
  read(facts: Facts): number | Labelled | undefined;
}

const FAMILIES: readonly Family[] = [
  gauge('jieneng_mqtt_connections', 'MQTT clients connected', ({ gateway }) => gateway.intake.status().connections),
  counter(
    'jieneng_mqtt_messages_received_total',
    'Messages taken from MQTT',
    ({ gateway }) => gateway.intake.status().received,
  ),
  counter(
    'jieneng_mqtt_messages_acknowledged_total',
    'Messages on disk, hence acknowledged',
    ({ gateway }) => gateway.intake.status().acknowledged,
  ),
  counter(
    'jieneng_mqtt_refused_total',
    'Connections and subscriptions refused or cut off',
    ({ gateway }) => gateway.broker?.status().refused,
    'reason',
  ),
  counter(
    'jieneng_mqtt_messages_dropped_total',
    'Messages taken but never put on disk, and never acknowledged: those of QoS 0 among them are lost',
    ({ gateway }) => gateway.broker?.status().dropped,
  ),
  counter(
    'jieneng_mqtt_throttled_seconds_total',
    'Time that users were read more slowly for sending too fast',
    ({ gateway }) => gateway.broker && gateway.broker.status().throttledMs / 1000,
  ),
  gauge(
    'jieneng_mqtt_unacknowledged_messages',
    'Messages of the external broker that were taken and not acknowledged yet',
    ({ gateway }) => gateway.subscriber?.connection().pending,
  ),
  counter(
    'jieneng_mqtt_messages_let_go_total',
    'Messages of the external broker that another gateway takes',
    ({ gateway }) => gateway.subscriber?.connection().letGo,
  ),
  gauge('jieneng_spool_committed_bytes', 'Position up to which the spool is on disk', ({ gateway }) =>
    gateway.spool.committed(),
  ),
  gauge('jieneng_spool_bytes', 'Bytes of the spool on disk, stored ones that await the archive among them', (facts) =>
    facts.pipeline?.spoolFrom === undefined ? undefined : facts.gateway.spool.committed() - facts.pipeline.spoolFrom,
  ),
  gauge('jieneng_spool_accepting', '1 while messages are acknowledged', ({ gateway }) =>
    gateway.spool.accepting() ? 1 : 0,
  ),
  gauge('jieneng_spool_pending_messages', 'Messages taken and not on disk yet', ({ gateway }) =>
    gateway.spool.pending(),
  ),
  gauge('jieneng_spool_pending_bytes', 'Their bytes', ({ gateway }) => gateway.spool.pendingBytes()),
  gauge('jieneng_disk_free_bytes', 'Free space of the disk of the spool', ({ gateway }) => gateway.spool.freeBytes()),
  gauge(
    'jieneng_spool_oldest_record_age_seconds',
    'Age of the oldest message that is read and not stored; 0 when all is stored',
    ({ pipeline, nowMs }) =>
      pipeline && (pipeline.oldestUnstoredMs === undefined ? 0 : Math.max(0, nowMs - pipeline.oldestUnstoredMs) / 1000),
  ),
  gauge('jieneng_drain_lag_bytes', 'Bytes on disk that are not stored yet', ({ gateway, pipeline }) =>
    pipeline === undefined ? undefined : Math.max(0, gateway.spool.committed() - pipeline.position),
  ),
  counter('jieneng_readings_stored_total', 'Values stored', ({ pipeline }) => pipeline?.stored),
  counter(
    'jieneng_readings_duplicate_total',
    'Values that stood there already',
    ({ pipeline }) => pipeline?.duplicates,
  ),
  counter(
    'jieneng_readings_conflict_total',
    'Values that replaced another at the same key',
    ({ pipeline }) => pipeline?.conflicts,
  ),
  counter(
    'jieneng_quarantined_total',
    'Messages or items that went to quarantine',
    ({ pipeline }) => pipeline?.quarantined,
    'reason',
  ),
  gauge('jieneng_quarantine_messages', 'Messages in quarantine', ({ pipeline }) => pipeline?.quarantine.messages),
  gauge(
    'jieneng_quarantine_bytes',
    'Bytes that they take, with their rows',
    ({ pipeline }) => pipeline?.quarantine.bytes,
  ),
  counter(
    'jieneng_quarantine_evicted_total',
    'Messages that quarantine let go',
    ({ pipeline }) => pipeline?.quarantine.evicted,
    'cause',
  ),
  gauge('jieneng_registry_up', '1 while the registry database answers', ({ registry, pipeline }) =>
    registry.failure === '' && (pipeline?.waiting.failure ?? '') === '' ? 1 : 0,
  ),
  gauge(
    'jieneng_deferred_messages',
    'Messages that wait in the spool for the registry database',
    ({ pipeline }) => pipeline?.deferred.messages,
  ),
  gauge(
    'jieneng_deferred_age_seconds',
    'How long the first of them has waited',
    ({ pipeline, nowMs }) =>
      pipeline && (pipeline.deferred.sinceMs === undefined ? 0 : Math.max(0, nowMs - pipeline.deferred.sinceMs) / 1000),
  ),
  counter(
    'jieneng_store_retries_total',
    'Steps of the drain that failed and were tried again',
    ({ pipeline }) => pipeline?.retries,
  ),
  gauge('jieneng_archive_bytes', 'Size of the raw archive', ({ pipeline }) => pipeline?.archive.bytes),
  gauge('jieneng_archive_files', 'Files of the raw archive', ({ pipeline }) => pipeline?.archive.files),
  counter(
    'jieneng_spool_damaged_bytes_total',
    'Bytes of the spool that are no record',
    ({ pipeline }) => pipeline?.damagedBytes,
  ),
  counter('jieneng_usage_runs_total', 'Recomputations of usage', ({ pipeline }) => pipeline?.usageRuns),
  gauge('jieneng_process_resident_bytes', 'Resident memory of the process', () => process.memoryUsage.rss()),
  gauge(
    'jieneng_heap_bytes',
    'JavaScript heap',
    ({ pipeline }) => byThread(getHeapStatistics().total_heap_size, pipeline?.heapBytes),
    'thread',
  ),
  gauge(
    'jieneng_event_loop_delay_p99_seconds',
    '99th percentile since the last scrape',
    ({ mainLoopDelayP99Ms, pipeline }) =>
      byThread(mainLoopDelayP99Ms / 1e3, pipeline === undefined ? undefined : pipeline.loopDelayP99Ms / 1e3),
    'thread',
  ),
];

/** Reads gateway and pipeline at each scrape. */
export function createMetrics(
  gateway: GatewayRole,
  pipeline: PipelineWorker,
  follower: { status(): RegistryAnswer },
  now: () => number,
): Metrics {
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();
  const registry = new Registry();
  const metrics = FAMILIES.map((family) => register(registry, family));

  return {
    scrape: async () => {
      const facts = {
        gateway,
        registry: follower.status(),
        nowMs: now(),
        pipeline: await pipeline.control.status().catch(() => undefined),
        mainLoopDelayP99Ms: loopDelay.percentile(99) / 1e6,
      };
      // Since the last scrape: over the life of the process a bad hour would not show.
      loopDelay.reset();
      for (const [index, family] of FAMILIES.entries()) {
        const metric = metrics[index]!;
        const value = family.read(facts);
        metric.reset();
        if (typeof value === 'number') metric.inc(value);
        else if (family.label !== undefined && value !== undefined) {
          for (const [name, count] of Object.entries(value)) metric.inc({ [family.label]: name }, count);
        }
      }
      const ofPipeline = await pipeline.control.metrics().catch(() => '');
      return `${await registry.metrics()}${ofPipeline}`;
    },
    close: () => loopDelay.disable(),
  };
}

function register(registry: Registry, { type, name, help, label }: Family): Counter | Gauge {
  const options = { name, help, labelNames: label === undefined ? [] : [label], registers: [registry] };
  return type === 'counter' ? new Counter(options) : new Gauge(options);
}

function counter(name: string, help: string, read: Family['read'], label?: string): Family {
  return { type: 'counter', name, help, read, ...(label === undefined ? {} : { label }) };
}

function gauge(name: string, help: string, read: Family['read'], label?: string): Family {
  return { type: 'gauge', name, help, read, ...(label === undefined ? {} : { label }) };
}

function byThread(main: number, pipeline: number | undefined): Labelled {
  return { main, ...(pipeline === undefined ? {} : { pipeline }) };
}
