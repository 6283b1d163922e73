import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

import { Gauge, Registry } from 'prom-client';

import { messageOf } from '../domain/errors.ts';
import type { Zone } from '../domain/zone.ts';
import type { Health } from '../services/api/schemas/health.ts';
import type { GatewayRole } from './gateway-role.ts';
import type { PipelineStatus } from './pipeline.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';

/** The state of the process, for people (health) and for Prometheus. */
export interface Observer {
  health(): Promise<Health>;
  metrics(): Promise<string>;
  close(): void;
}

/** Watches gateway and pipeline; asks them when it is asked. */
export function createObserver(
  gateway: GatewayRole,
  pipeline: PipelineWorker,
  options: { version: string; zone: Zone; now(): number },
): Observer {
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();

  function set(name: string, help: string, value: number, labels: Record<string, string> = {}): void {
    let gauge = gauges.get(name);
    if (gauge === undefined) {
      gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
      gauges.set(name, gauge);
    }
    gauge.set(labels, value);
  }

  async function health(): Promise<Health> {
    const status = await pipeline.control.status().catch((error: unknown) => messageOf(error));
    const series = await pipeline.series.health().catch((error: unknown) => ({ ok: false, detail: messageOf(error) }));
    const parts: Health['parts'] = {
      broker: { ok: true, ...gateway.broker.status() },
      spool: {
        ok: gateway.spool.accepting(),
        ...(gateway.spool.accepting()
          ? {}
          : { detail: 'The disk is full: nothing is acknowledged until there is room' }),
        committed: gateway.spool.committed(),
        pending: gateway.spool.pending(),
        tornBytes: gateway.spool.tornBytes,
      },
      series: { ...series },
      drain: typeof status === 'string' ? { ok: false, detail: status } : drainPart(status, gateway.spool.committed()),
      usage:
        typeof status === 'string'
          ? { ok: false, detail: status }
          : { ok: status.usageFailure === '', detail: status.usageFailure || undefined, runs: status.usageRuns },
    };
    const ok = Object.values(parts).every((part) => part.ok);
    return { status: ok ? 'ok' : 'degraded', version: options.version, now: options.zone.iso(options.now()), parts };
  }

  async function metrics(): Promise<string> {
    const broker = gateway.broker.status();
    set('jieneng_mqtt_connections', 'MQTT clients connected', broker.connections);
    set('jieneng_mqtt_messages_received_total', 'Messages taken from MQTT clients', broker.received);
    set('jieneng_mqtt_messages_acknowledged_total', 'Messages on disk, hence acknowledged', broker.acknowledged);
    set('jieneng_mqtt_connections_refused_total', 'Connections refused', broker.refusedConnections);
    set('jieneng_spool_committed_bytes', 'Position up to which the spool is on disk', gateway.spool.committed());
    set('jieneng_spool_accepting', '1 while messages are acknowledged', gateway.spool.accepting() ? 1 : 0);
    set('jieneng_process_resident_bytes', 'Resident memory of the process', process.memoryUsage.rss());
    set('jieneng_heap_bytes', 'JavaScript heap', getHeapStatistics().total_heap_size, { thread: 'main' });
    set('jieneng_event_loop_delay_p99_seconds', '99th percentile', loopDelay.percentile(99) / 1e9, { thread: 'main' });
    // Since the last scrape: over the life of the process a bad hour would not show.
    loopDelay.reset();
    const status = await pipeline.control.status().catch(() => undefined);
    if (status !== undefined) {
      const lag = Math.max(0, gateway.spool.committed() - status.position);
      set('jieneng_drain_lag_bytes', 'Bytes on disk that are not stored yet', lag);
      set('jieneng_readings_stored_total', 'Values stored', status.stored);
      set('jieneng_readings_duplicate_total', 'Values that stood there already', status.duplicates);
      set('jieneng_readings_conflict_total', 'Values that replaced another at the same key', status.conflicts);
      set('jieneng_spool_damaged_bytes_total', 'Bytes of the spool that are no record', status.damagedBytes);
      set('jieneng_heap_bytes', 'JavaScript heap', status.heapBytes, { thread: 'pipeline' });
      set('jieneng_usage_runs_total', 'Recomputations of usage', status.usageRuns);
      for (const [reason, count] of Object.entries(status.quarantined)) {
        set('jieneng_quarantined_total', 'Messages or items in quarantine', count, { reason });
      }
      set('jieneng_event_loop_delay_p99_seconds', '99th percentile', status.loopDelayP99Ms / 1e3, {
        thread: 'pipeline',
      });
    }
    return registry.metrics();
  }

  return { health, metrics, close: () => loopDelay.disable() };
}

function drainPart(status: PipelineStatus, committed: number): Health['parts'][string] {
  const { position, stored, duplicates, conflicts, quarantined, damagedBytes, holding } = status;
  const problems = [
    holding === '' ? '' : `Waiting for the store: ${holding}`,
    damagedBytes === 0 ? '' : `${damagedBytes} bytes of the spool could not be read; see docs/operations.md`,
  ].filter((problem) => problem !== '');
  return {
    ok: problems.length === 0,
    ...(problems.length === 0 ? {} : { detail: problems.join('. ') }),
    lagBytes: Math.max(0, committed - position),
    stored,
    duplicates,
    conflicts,
    quarantined,
    damagedBytes,
  };
}
