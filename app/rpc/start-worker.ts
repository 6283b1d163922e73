import { Worker, type ResourceLimits } from 'node:worker_threads';

import { PlatformError } from '../../domain/errors.ts';
import { createRpc, type Rpc, type Services } from './rpc.ts';

/** A thread and the channel to it. */
export interface RunningWorker {
  rpc: Rpc;
  terminate(): Promise<void>;
}

/**
 * Starts a worker from its source (or built) module. `onDied` is told when it ended by itself: what it did cannot be
 * done without it.
 */
export function startWorker(
  module: URL,
  workerData: unknown,
  services: Services,
  onDied: (error: PlatformError) => void,
  resourceLimits?: ResourceLimits,
): RunningWorker {
  let stopping = false;
  const fromSource = module.pathname.endsWith('.ts');
  const worker = new Worker(module, {
    workerData,
    ...(fromSource ? { execArgv: ['--import', 'tsx'] } : {}),
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
  const rpc = createRpc(worker, services);
  const died = (cause: unknown): void => {
    if (stopping) return;
    stopping = true;
    const error = new PlatformError('worker-failed', `A worker thread ended: ${String(cause)}`, { cause });
    rpc.fail(error);
    onDied(error);
  };
  worker.on('error', died);
  worker.on('exit', (code) => died(`exit code ${code}`));
  return {
    rpc,
    terminate: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
}
