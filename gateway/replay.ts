import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { messageOf, PlatformError } from '../domain/errors.ts';
import type { Database } from '../storage/relational/schema.ts';
import { forgetHeard } from './heard/forget-heard.ts';
import { ordersOf } from './replay-orders.ts';
import {
  beginRequests,
  endRequests,
  nextMessages,
  noteFailure,
  openRequests,
  takeOut,
  type OpenRequest,
} from './replay-requests.ts';
import type { Spool } from './spool/open-spool.ts';

/** What {@link openReplay} needs. */
export interface ReplayOptions {
  db: Kysely<Database>;
  spool: Pick<Spool, 'append' | 'committed' | 'accepting'>;
  /** Resolves when the drain works with the registry as it now stands. */
  useRegistry(): Promise<void>;
  /** Up to where the spool was dealt with: what stands before it is a reading, or in quarantine. */
  drained(): Promise<number>;
  now(): number;
  /** How often it is looked for requests that nobody told of. */
  pollMs: number;
  /** How often it is looked whether the spool takes more, and whether the drain has caught up. */
  waitMs: number;
  /** Bytes that the drain may be behind before a replay waits for it, so that what meters send comes first. */
  maxLagBytes: number;
  /** Told of each failure; a request is tried again, and given up when it failed a few times in a row. */
  onError(error: unknown): void;
}

/** Serves requests to replay what stands in quarantine. */
export interface Replay {
  /** There is a request: looks at once. */
  wake(): void;
  /** Leaves what is under way to the next start. */
  close(): Promise<void>;
}

/** How often a request may fail in a row. */
const TRIES = 5;

/**
 * Opens the runner of replays; what an earlier process left unfinished goes on. A message is put into the spool again
 * with its own receipt time, topic and sender, and only when that is on disk taken out of quarantine. A crash in
 * between puts it there twice, which changes nothing: its readings have their keys.
 */
export function openReplay(options: ReplayOptions): Replay {
  const { db, spool } = options;
  const failures = new Map<number, number>();
  let closed = false;
  let isDue = true;
  let endWait: () => void = () => undefined;
  let abandon: () => void = () => undefined;
  const abandoned = new Promise<'closed'>((resolve) => (abandon = () => resolve('closed')));

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!closed && !(await holds())) await wait(options.waitMs);
  }

  async function serveAll(): Promise<void> {
    const requests = await openRequests(db);
    if (requests.length === 0) return;
    // Whatever is drained from here on meets the registry as it was when the requests were made; what was drained
    // before stands in quarantine once the drain is past it. Hence nothing slips through between the two.
    await options.useRegistry();
    const end = spool.committed();
    await until(async () => (await options.drained()) >= end);
    if (closed) return;
    await beginRequests(db, requests);
    const empty: OpenRequest[] = [];
    let left = requests.length;
    for (const request of requests) {
      const outcome = await serve(request);
      if (outcome === 'replayed') await endRequests(db, [request], options.now());
      if (outcome === 'empty') empty.push(request);
      if (outcome !== 'unfinished') left--;
    }
    // A city's meters entered at once ask for as many replays, and almost all of them find nothing.
    if (empty.length > 0) await endRequests(db, empty, options.now());
    // More may have been made meanwhile; what failed waits its time.
    if (left === 0) isDue = true;
  }

  async function serve(request: OpenRequest): Promise<'replayed' | 'empty' | 'unfinished'> {
    const { id, order } = request;
    if (order === undefined) {
      await noteFailure(db, id, { error: 'The request cannot be read', isOver: true, nowMs: options.now() });
      return 'unfinished';
    }
    let outcome: 'replayed' | 'empty' = 'empty';
    try {
      const orders = await ordersOf(db, order);
      for (let behind = 0, at = 0; ;) {
        await until(canTakeMore);
        if (closed) return 'unfinished';
        const part = orders[at];
        if (part === undefined) break;
        const page = await nextMessages(db, part, behind);
        if (page.messages.length === 0 && page.behind === behind) {
          at++;
          behind = 0;
          continue;
        }
        const appended = Promise.all(page.messages.map((message) => spool.append(message)));
        if ((await Promise.race([appended, abandoned])) === 'closed') {
          // It is settled by the spool's own end; what it still put on disk is replayed once more.
          appended.catch(() => undefined);
          return 'unfinished';
        }
        const positions = page.messages.map(({ position }) => position);
        if (positions.length > 0) await takeOut(db, id, positions);
        outcome = 'replayed';
        failures.delete(id);
        behind = page.behind;
        await setImmediate();
      }
      if (order.meters !== undefined) await forgetHeard(db, order.meters);
      return outcome;
    } catch (error) {
      await onFailure(id, error);
      return 'unfinished';
    }
  }

  async function canTakeMore(): Promise<boolean> {
    return spool.accepting() && spool.committed() - (await options.drained()) <= options.maxLagBytes;
  }

  async function onFailure(id: number, error: unknown): Promise<void> {
    if (closed) return;
    // A database that is down or busy is no fault of the request's.
    const isItsOwn = !(error instanceof PlatformError && error.retryable);
    const count = (failures.get(id) ?? 0) + (isItsOwn ? 1 : 0);
    failures.set(id, count);
    options.onError(error);
    await noteFailure(db, id, { error: messageOf(error), isOver: count >= TRIES, nowMs: options.now() });
  }

  async function run(): Promise<void> {
    while (!closed) {
      isDue = false;
      await serveAll().catch((error: unknown) => {
        if (!closed) options.onError(error);
      });
      // Woken meanwhile, it looks again at once.
      if (!isDue && !closed) await wait(options.pollMs);
    }
  }
  const running = run();

  return {
    wake: () => {
      isDue = true;
      endWait();
    },
    close: async () => {
      closed = true;
      abandon();
      endWait();
      await running;
    },
  };
}
