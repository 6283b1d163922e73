import { PlatformError, type ErrorCode } from '../domain/errors.ts';
import type { EffectReader } from '../services/decisions/effect-reader.ts';
import type { ProvenanceReader } from '../services/provenance/provenance-reader.ts';
import type { RawMessages } from '../services/provenance/raw-messages.ts';
import type { UsageReader } from '../services/usage/usage-reader.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import { createPositionNotice } from './position-notice.ts';
import type { PipelineControl, PipelineHost, PipelineSettings } from './pipeline.ts';
import { startWorker } from './rpc/start-worker.ts';
import { workerModule } from './workers/worker-module.ts';

const NOTICE_EVERY_MS = 20;

/** The pipeline in its own thread, as the main thread sees it. */
export interface PipelineWorker {
  control: PipelineControl;
  series: SeriesStore;
  usage: UsageReader;
  messages: RawMessages;
  provenance: ProvenanceReader;
  effects: EffectReader;
  /** Drains for at most `drainMs`, then closes store and thread. */
  close(drainMs: number): Promise<void>;
}

/** How the thread tells that it is open, or that it cannot be: one of the two, once. */
export interface PipelineOpening {
  ready(): Promise<void>;
  refused(code: ErrorCode, message: string): Promise<void>;
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
          refused: async (code: ErrorCode, message: string) => {
            await worker.terminate();
            reject(new PlatformError(code, message));
          },
          ready: () => {
            isReady = true;
            const control = withNotice(worker.rpc.remote<PipelineControl>('pipeline'));
            resolve({
              control,
              series: worker.rpc.remote<SeriesStore>('series'),
              usage: worker.rpc.remote<UsageReader>('usage'),
              messages: worker.rpc.remote<RawMessages>('messages'),
              provenance: worker.rpc.remote<ProvenanceReader>('provenance'),
              effects: worker.rpc.remote<EffectReader>('effects'),
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

// The spool commits hundreds of times a second. Every other call finds the last position told.
function withNotice(control: PipelineControl): PipelineControl {
  const notice = createPositionNotice((position) => control.committed(position), NOTICE_EVERY_MS);
  return new Proxy(control, {
    get: (target, name, receiver) => {
      if (name === 'committed') return (position: number) => notice.rose(position);
      notice.flush();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
