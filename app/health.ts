import { messageOf } from '../domain/errors.ts';
import type { Zone } from '../domain/zone.ts';
import type { Health } from '../services/api/schemas/health.ts';
import type { GatewayRole } from './gateway-role.ts';
import type { PipelineStatus } from './pipeline.ts';
import type { PipelineWorker } from './open-pipeline-worker.ts';

const ANSWER_WITHIN_MS = 3000;

/** Gives the state of gateway and pipeline in words, asking them when it is asked. */
export function createHealth(
  gateway: GatewayRole,
  pipeline: PipelineWorker,
  options: { version: string; zone: Zone; now(): number },
): () => Promise<Health> {
  return async () => {
    const [status, series] = await Promise.all([
      answered(pipeline.control.status()).catch((error: unknown) => messageOf(error)),
      answered(pipeline.series.health()).catch((error: unknown) => ({ ok: false, detail: messageOf(error) })),
    ]);
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
