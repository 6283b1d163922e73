import type { SpoolPage, SpoolReader } from '../spool/read-spool.ts';
import type { Tries } from '../try-until-done.ts';
import { answeredWithin } from './answered-within.ts';
import { isOutage, type Circuit } from './circuit.ts';
import type { DeferredRange } from './deferred-ranges.ts';
import type { DeferredList } from './open-deferred-list.ts';

/** What lets messages wait while the store that they need does not answer. */
export interface Waiting {
  list: DeferredList;
  circuit: Circuit;
  /** Reads what waits; of its own, beside the one that goes on. */
  reader: SpoolReader;
  /** A store that has not done a step within this does not answer, milliseconds. */
  answerMs: number;
}

/** What of a page has to wait. */
export interface Deferral {
  /**
   * Does a step that needs the relational store, for the messages at these positions, as often as it takes. Where the
   * store does not answer they wait instead: then it resolves false. What depends on the order of messages waits too as
   * long as others do.
   */
  attempt(positions: Iterable<number>, step: () => Promise<void>, needsOrder?: boolean): Promise<boolean>;
  /** Lists what waits. Nothing may be forgotten of the page before it resolves. */
  note(page: SpoolPage): Promise<void>;
}

/** So many of a page wait each for itself. Of more, those with few between them are joined, which are dealt with twice. */
const SINGLES_OF_A_PAGE = 256;

/** Makes one, for a page or a part of it. Without `waiting` every step is tried until it succeeds. */
export function createDeferral(tries: Tries, waiting: Waiting | undefined, now: () => number): Deferral {
  const positions = new Set<number>();
  const defer = (more: Iterable<number>): false => {
    for (const position of more) positions.add(position);
    return false;
  };
  return {
    attempt: async (of, step, needsOrder = false) => {
      if (waiting === undefined) {
        await tries.untilDone(step);
        return true;
      }
      const { circuit, list } = waiting;
      if (circuit.isOpen() || (needsOrder && list.first() !== undefined)) return defer(of);
      try {
        await tries.untilDone(() => answeredWithin(waiting.answerMs, step), isOutage);
        return true;
      } catch (error) {
        if (!isOutage(error)) throw error;
        circuit.open(error);
        return defer(of);
      }
    },
    note: async (page) => {
      if (positions.size === 0 || waiting === undefined) return;
      const ranges = rangesOf(page, positions, now());
      positions.clear();
      await tries.untilDone(() => waiting.list.add(ranges));
    },
  };
}

/** For messages that waited: what needs the relational store throws where it does not answer, and nothing is listed. */
export function withoutDeferral(tries: Tries, { answerMs }: Waiting): Deferral {
  return {
    attempt: async (_, step) => {
      await tries.untilDone(() => answeredWithin(answerMs, step), isOutage);
      return true;
    },
    note: () => Promise.resolve(),
  };
}

function rangesOf({ messages, next }: SpoolPage, waiting: ReadonlySet<number>, atMs: number): DeferredRange[] {
  const together = Math.ceil(waiting.size / SINGLES_OF_A_PAGE);
  const ranges: DeferredRange[] = [];
  let skipped = Number.POSITIVE_INFINITY;
  for (const [index, { position }] of messages.entries()) {
    skipped++;
    if (!waiting.has(position)) continue;
    const to = messages[index + 1]?.position ?? next;
    const last = ranges.at(-1);
    // `skipped` counts from the last one that waits: 1 is its neighbour.
    if (last !== undefined && skipped <= together) {
      last.to = to;
      last.messages += skipped;
    } else ranges.push({ from: position, to, messages: 1, atMs });
    skipped = 0;
  }
  return ranges;
}
