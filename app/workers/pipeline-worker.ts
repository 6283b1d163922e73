import { parentPort, workerData } from 'node:worker_threads';

import { bug, PlatformError } from '../../domain/errors.ts';
import type { PipelineOpening } from '../open-pipeline-worker.ts';
import { openPipeline, type PipelineHost, type PipelineSettings } from '../pipeline.ts';
import { createRpc } from '../rpc/rpc.ts';

// The thread that owns the readings: it drains the spool, keeps the store and makes the usage, so that the broker's
// thread never waits for any of it.
const port = parentPort ?? bug('the pipeline runs in a worker thread');
const services: Record<string, object> = {};
const rpc = createRpc(port, services);
const host = rpc.remote<PipelineHost & PipelineOpening>('host');
try {
  const pipeline = await openPipeline(workerData as PipelineSettings, host);
  services['pipeline'] = pipeline.control;
  services['series'] = pipeline.series;
  services['usage'] = pipeline.usage;
  services['messages'] = pipeline.messages;
  services['provenance'] = pipeline.provenance;
  services['effects'] = pipeline.effects;
  await host.ready();
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  await host.refused(error.code, error.message);
}
