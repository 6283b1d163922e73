import { join } from 'node:path';

import { createArchiveReader } from '../gateway/archive/archive-reader.ts';
import { createCircuit } from '../gateway/deferred/circuit.ts';
import type { Waiting } from '../gateway/deferred/deferral.ts';
import { openDeferredList } from '../gateway/deferred/open-deferred-list.ts';
import { diskIo } from '../gateway/spool/disk-io.ts';

/** What {@link openWaiting} needs. */
export interface WaitingOptions {
  spoolFolder: string;
  archiveFolder: string;
  /** Where spool and archive begin, and up to where they were dealt with. */
  log: { from: number; to: number };
  /** Asks the registry; rejects where it does not answer. */
  probe(): Promise<unknown>;
  /** The registry answers again. */
  onAnswers(): void;
  now(): number;
  tell(level: 'warn' | 'info', message: string, detail: string): void;
}

const PROBE_MS = 1000;
/** A step that takes longer holds up everybody's readings. */
const ANSWER_MS = 10_000;

/** Opens what lets messages wait for the registry: a list beside the spool, and who asks whether it is there again. */
export async function openWaiting(options: WaitingOptions): Promise<Waiting> {
  const { spoolFolder, archiveFolder } = options;
  return {
    list: await openDeferredList({
      file: join(spoolFolder, 'deferred.list'),
      io: diskIo,
      log: options.log,
      now: () => options.now(),
      onDamage: (records) =>
        options.tell(
          'warn',
          'The list of what waits was damaged: what it may have held is dealt with again',
          `${records}`,
        ),
    }),
    circuit: createCircuit({
      probe: () => options.probe(),
      probeMs: PROBE_MS,
      now: () => options.now(),
      onOpened: (failure) =>
        options.tell('warn', 'The registry does not answer: readings are stored on, what needs it waits', failure),
      onClosed: () => {
        options.tell('info', 'The registry answers again: what waited is dealt with', '');
        options.onAnswers();
      },
    }),
    reader: createArchiveReader({ spoolFolder, archiveFolder, io: diskIo }),
    answerMs: ANSWER_MS,
  };
}
