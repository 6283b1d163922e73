import { parentPort, workerData } from 'node:worker_threads';

import { bug } from '../../domain/errors.ts';
import { openPipeline, type PipelineHost, type PipelineSettings } from '../pipeline.ts';
import { createRpc } from '../rpc/rpc.ts';

// The thread that owns the readings: it drains the spool, keeps the store and makes the usage, so that the broker's
// thread never waits for any of it.
const port = parentPort ?? bug('the pipeline runs in a worker thread');
const services: Record<string, object> = {};
const rpc = createRpc(port, services);
const pipeline = await openPipeline(workerData as PipelineSettings, rpc.remote<PipelineHost>('host'));
services['pipeline'] = pipeline.control;
services['series'] = pipeline.series;
services['usage'] = pipeline.usage;
await rpc.remote<{ ready(): Promise<void> }>('host').ready();
