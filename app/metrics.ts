import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

import { Counter, Gauge, Registry } from 'prom-client';

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
  gauge('jieneng_mqtt_connections', 'MQTT clients connected', ({ gateway }) => gateway.broker.status().connections),
  counter(
    'jieneng_mqtt_messages_received_total',
    'Messages taken from MQTT',
    ({ gateway }) => gateway.broker.status().received,
  ),
  counter(
    'jieneng_mqtt_messages_acknowledged_total',
    'Messages on disk, hence acknowledged',
    ({ gateway }) => gateway.broker.status().acknowledged,
  ),
  counter(
    'jieneng_mqtt_connections_refused_total',
    'Connections refused',
    ({ gateway }) => gateway.broker.status().refusedConnections,
  ),
  gauge('jieneng_spool_committed_bytes', 'Position up to which the spool is on disk', ({ gateway }) =>
    gateway.spool.committed(),
  ),
  gauge('jieneng_spool_accepting', '1 while messages are acknowledged', ({ gateway }) =>
    gateway.spool.accepting() ? 1 : 0,
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
export function createMetrics(gateway: GatewayRole, pipeline: PipelineWorker): Metrics {
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();
  const registry = new Registry();
  const metrics = FAMILIES.map((family) => register(registry, family));

  return {
    scrape: async () => {
      const facts = {
        gateway,
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
      return registry.metrics();
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
