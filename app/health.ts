import { messageOf } from '../domain/errors.ts';
import type { Zone } from '../domain/zone.ts';
import type { SpoolState } from '../gateway/spool/open-spool.ts';
import type { Health } from '../services/api/schemas/health.ts';
import type { RegistryAnswer } from './follow-registry.ts';
import type { GatewayRole } from './gateway-role.ts';
import type { PipelineStatus } from './pipeline.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';

type Part = Health['parts'][string];

const ANSWER_WITHIN_MS = 3000;
const MIB = 1024 * 1024;

/** Gives the state of gateway and pipeline in words, asking them when it is asked. */
export function createHealth(
  gateway: GatewayRole,
  pipeline: PipelineWorker,
  options: {
    version: string;
    zone: Zone;
    now(): number;
    lowWaterBytes: number;
    /** Whether the registry answers the main thread. */
    registry(): RegistryAnswer;
  },
): () => Promise<Health> {
  return async () => {
    const nowMs = options.now();
    const [status, series] = await Promise.all([
      answered(pipeline.control.status()).catch((error: unknown) => messageOf(error)),
      answered(pipeline.series.health()).catch((error: unknown) => ({ ok: false, detail: messageOf(error) })),
    ]);
    const parts: Health['parts'] = {
      broker: brokerPart(gateway),
      spool: spoolPart(gateway, options.lowWaterBytes),
      series: { ...series },
      registry: registryPart(options.registry(), typeof status === 'string' ? undefined : status, nowMs),
      ...(typeof status === 'string'
        ? { drain: { ok: false, detail: status } }
        : pipelineParts(status, gateway.spool.committed(), nowMs)),
    };
    const ok = Object.values(parts).every((part) => part.ok);
    return { status: ok ? 'ok' : 'degraded', version: options.version, now: options.zone.iso(nowMs), parts };
  };
}

// A part that hangs is not well, and must not make the question hang.
function answered<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function brokerPart({ intake, subscriber }: GatewayRole): Part {
  if (subscriber === undefined) return { ok: true, ...intake.status() };
  const connection = subscriber.connection();
  const refused = Object.entries(connection.refusedSubscriptions).map(([filter, why]) => `${filter} ${why}`);
  return partOf(
    [
      connection.connected ? '' : `No connection to ${connection.url}: ${connection.lastError || 'not yet'}`,
      refused.length === 0 ? '' : `Subscriptions: ${refused.slice(0, 5).join(', ')}`,
    ],
    { ...intake.status(), ...connection },
  );
}

function spoolPart({ spool }: GatewayRole, lowWaterBytes: number): Part {
  const why: Record<SpoolState, string> = {
    accepting: '',
    'disk-full': 'The disk is full: nothing is acknowledged until there is room',
    'low-water':
      `Less than ${Math.round(lowWaterBytes / MIB)} MiB of the disk are free (DISK_LOW_WATER_MB): ` +
      'nothing is acknowledged until there is room',
    failed: 'The spool could not be written: the process ends',
  };
  return partOf([why[spool.state()]], {
    state: spool.state(),
    committed: spool.committed(),
    pending: spool.pending(),
    pendingBytes: spool.pendingBytes(),
    tornBytes: spool.tornBytes,
    freeBytes: spool.freeBytes(),
  });
}

// Main thread and pipeline ask it each for itself: either may be the first to know.
function registryPart(answer: RegistryAnswer, pipeline: PipelineStatus | undefined, nowMs: number): Part {
  const failure = answer.failure || (pipeline?.waiting.failure ?? '');
  const sinceMs = answer.sinceMs ?? pipeline?.waiting.sinceMs;
  return partOf(
    [
      failure === ''
        ? ''
        : `${failure}. Readings are taken and stored on; what needs the registry waits, and goes on by itself when it answers`,
    ],
    { downS: secondsSince(sinceMs, nowMs) },
  );
}

function secondsSince(sinceMs: number | undefined, nowMs: number): number {
  return sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs) / 1000;
}

function pipelineParts(status: PipelineStatus, committed: number, nowMs: number): Record<string, Part> {
  const { stored, duplicates, conflicts, quarantined, retries, holding, holdingSinceMs, oldestUnstoredMs } = status;
  const lost = status.setAside.filter(({ kind }) => kind !== 'torn');
  const lostBytes = lost.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    drain: partOf(
      [
        holding === '' ? '' : `Waiting: ${holding}`,
        lost.length === 0
          ? ''
          : `${lostBytes} bytes of the spool could not be read, the first at position ${lost[0]!.position}; ` +
            'see docs/operations.md',
      ],
      {
        lagBytes: Math.max(0, committed - status.position),
        oldestAgeS: secondsSince(oldestUnstoredMs, nowMs),
        holdingS: secondsSince(holdingSinceMs, nowMs),
        stored,
        duplicates,
        conflicts,
        quarantined,
        retries,
        damages: lost,
      },
    ),
    archive: partOf([status.archive.failure], { ...status.archive }),
    quarantine: partOf(
      [
        status.deferred.messages === 0 || status.waiting.sinceMs === undefined
          ? ''
          : `${status.deferred.messages} messages wait in the spool for the registry database: ${status.waiting.failure}`,
      ],
      {
        ...status.quarantine,
        deferred: status.deferred.messages,
        deferredS: secondsSince(status.deferred.sinceMs, nowMs),
      },
    ),
    usage: partOf([status.usageFailure], { runs: status.usageRuns }),
  };
}

/** A part that is well where there is nothing to say. */
function partOf(problems: readonly string[], figures: Record<string, unknown>): Part {
  const detail = problems.filter((problem) => problem !== '').join('. ');
  return { ok: detail === '', ...(detail === '' ? {} : { detail }), ...figures };
}
