import { PlatformError } from '../domain/errors.ts';
import type { UsageReader } from '../services/usage/usage-reader.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import type { PipelineControl, PipelineHost, PipelineSettings } from './pipeline.ts';
import { startWorker } from './rpc/start-worker.ts';
import { workerModule } from './workers/worker-module.ts';

/** The pipeline in its own thread, as the main thread sees it. */
export interface PipelineWorker {
  control: PipelineControl;
  series: SeriesStore;
  usage: UsageReader;
  /** Drains for at most `drainMs`, then closes store and thread. */
  close(drainMs: number): Promise<void>;
}

/** Starts the pipeline's thread; resolves when its store is open, rejects when it cannot be opened. */
export async function openPipelineWorker(
  settings: PipelineSettings,
  host: PipelineHost,
  onDied: (error: PlatformError) => void,
): Promise<PipelineWorker> {
  return new Promise((resolve, reject) => {
    let isReady = false;
    const worker = startWorker(
      workerModule('pipeline-worker', import.meta.url),
      settings,
      {
        host: {
          ...host,
          ready: () => {
            isReady = true;
            const control = worker.rpc.remote<PipelineControl>('pipeline');
            resolve({
              control,
              series: worker.rpc.remote<SeriesStore>('series'),
              usage: worker.rpc.remote<UsageReader>('usage'),
              close: async (drainMs) => {
                await control.close(drainMs);
                await worker.terminate();
              },
            });
          },
        },
      },
      (error) => {
        if (isReady) onDied(error);
        else reject(new PlatformError('store-unavailable', error.message, { cause: error }));
      },
    );
  });
}
