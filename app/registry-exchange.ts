import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { PlatformError } from '../domain/errors.ts';
import type { ImportJob } from '../services/exchange/answer-import.ts';
import type { ExchangeFile } from '../services/exchange/export-registry.ts';
import type { ImportAnswer, RegistryExchange } from '../services/exchange/registry-exchange.ts';
import { saveUpload } from '../services/exchange/save-upload.ts';
import type { RegistryPlace } from './open-registry.ts';
import { startWorker, type RunningWorker } from './rpc/start-worker.ts';
import { workerModule } from './workers/worker-module.ts';

/** Where files stand meanwhile, what they may have, and the clock. */
export interface ExchangeSettings {
  place: RegistryPlace;
  /** A folder of its own: what a crash left there is removed. */
  folder: string;
  /** Of an upload, and of what it unpacks to. */
  maxMb: number;
  zone: string;
  now(): number;
  /** Milliseconds without work after which the thread ends, and gives its memory back. */
  idleMs: number;
}

interface ExchangeWorker {
  import(job: ImportJob): Promise<ImportAnswer>;
  export(file: string, what: ExchangeFile): Promise<void>;
  template(file: string, what: ExchangeFile): Promise<void>;
  close(): Promise<void>;
}

/** Files that wait for their turn; each takes up to the limit on disk. */
const MOST_WAITING = 8;
/** A city of 60,000 meters needs a third; a file made to need more ends the thread, not the process. */
const HEAP_MB = 768;

/**
 * Takes the registry in and gives it out in a thread that exists only while it is wanted, one file after the other.
 * Uploads go to the disk as they come.
 */
export async function openRegistryExchange(settings: ExchangeSettings): Promise<RegistryExchange> {
  const { folder, maxMb, idleMs } = settings;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let worker: RunningWorker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosing = false;

  async function stop(): Promise<void> {
    const idle = worker;
    worker = undefined;
    if (idle === undefined) return;
    await idle.rpc
      .remote<ExchangeWorker>('exchange')
      .close()
      .catch(() => undefined);
    await idle.terminate();
  }

  /** One after the other: two at once would need twice the memory, and the second be checked again. */
  async function inTurn<T>(work: (remote: ExchangeWorker) => Promise<T>): Promise<T> {
    if (isClosing || waiting >= MOST_WAITING) {
      throw new PlatformError('not-ready', 'Other imports and exports are under way; try again in a minute', {
        retryable: true,
      });
    }
    waiting += 1;
    const before = last;
    let done = (): void => undefined;
    last = new Promise<void>((resolve) => (done = resolve));
    await before;
    clearTimeout(timer);
    try {
      worker ??= startWorker(
        workerModule('import-worker', import.meta.url),
        settings.place,
        {},
        () => (worker = undefined),
        { maxOldGenerationSizeMb: HEAP_MB },
      );
      return await work(worker.rpc.remote<ExchangeWorker>('exchange'));
    } finally {
      waiting -= 1;
      if (waiting === 0 && !isClosing) timer = setTimeout(() => void inTurnStop(), idleMs).unref();
      done();
    }
  }

  async function inTurnStop(): Promise<void> {
    if (waiting === 0) await stop();
  }

  const newFile = (): string => join(folder, randomUUID());

  return {
    import: async ({ content, name, sheet }, { dryRun, language, userId }) => {
      const file = newFile();
      try {
        if (!(await saveUpload(content, file, maxMb * 1024 * 1024))) return { is: 'too-large', maxMb };
        const { zone } = settings;
        return await inTurn((remote) =>
          remote.import({ file, name, sheet, maxMb, dryRun, language, zone, userId, nowMs: settings.now() }),
        );
      } finally {
        await rm(file, { force: true });
      }
    },
    give: async ({ template, ...what }) => {
      const file = newFile();
      try {
        await inTurn((remote) => (template ? remote.template(file, what) : remote.export(file, what)));
        const { size } = await stat(file);
        const content = createReadStream(file);
        content.once('close', () => void rm(file, { force: true }));
        return { content, bytes: size };
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await last;
      await stop();
    },
  };
}
