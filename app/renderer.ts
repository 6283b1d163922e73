import type { ReportFigures } from '../services/api/schemas/report.ts';
import { startWorker, type RunningWorker } from './rpc/start-worker.ts';
import { workerModule } from './workers/worker-module.ts';

/** Renders report files in a thread that exists only while it is wanted. */
export interface Renderer {
  render(format: 'docx' | 'xlsx', figures: ReportFigures): Promise<Uint8Array>;
  close(): Promise<void>;
}

type Render = Record<'docx' | 'xlsx', (figures: ReportFigures) => Promise<Uint8Array>>;

/** A renderer whose thread ends after `idleMs` without work: its libraries weigh tens of megabytes. */
export function createRenderer(idleMs: number): Renderer {
  let worker: RunningWorker | undefined;
  let busy = 0;
  let timer: NodeJS.Timeout | undefined;

  async function stop(): Promise<void> {
    const idle = worker;
    worker = undefined;
    await idle?.terminate();
  }

  return {
    render: async (format, figures) => {
      clearTimeout(timer);
      busy++;
      try {
        worker ??= startWorker(
          workerModule('render-worker', import.meta.url),
          undefined,
          {},
          () => (worker = undefined),
        );
        return await worker.rpc.remote<Render>('render')[format](figures);
      } finally {
        busy--;
        if (busy === 0) timer = setTimeout(() => void stop(), idleMs).unref();
      }
    },
    close: async () => {
      clearTimeout(timer);
      await stop();
    },
  };
}
