import { messageOf } from '../domain/errors.ts';

/** What {@link followRegistry} works with. */
export interface FollowOptions {
  /** The registry's revision as it stands. */
  revision(): Promise<number>;
  /** Reads what is wanted of the registry and takes it into use. */
  load(): Promise<void>;
  pollMs: number;
  /** Epoch milliseconds. */
  now(): number;
  /** Told when it answers no more, with why, and when it answers again, with ''. */
  onChange?(failure: string): void;
}

/** Whether the registry answered when it was last asked. */
export interface RegistryAnswer {
  /** Why it did not; empty where it did. */
  failure: string;
  /** Since when it does not, epoch milliseconds. */
  sinceMs: number | undefined;
}

/** Keeps what was read of the registry up to what stands there. */
export interface RegistryFollower {
  /**
   * Resolves when a load that began after the call is in use, rejects where it failed. Calls that come while one is
   * under way share the next: loads never overlap.
   */
  reload(): Promise<void>;
  status(): RegistryAnswer;
  close(): Promise<void>;
}

/**
 * Asks for the registry's revision every `pollMs` and loads when it is another one than was loaded: so changes of other
 * processes are followed too. A registry that does not answer is asked on; what was loaded stays in use meanwhile.
 */
export function followRegistry(options: FollowOptions): RegistryFollower {
  let loaded: number | undefined;
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let answer: RegistryAnswer = { failure: '', sinceMs: undefined };
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> = Promise.resolve();

  function reload(): Promise<void> {
    if (next !== undefined) return next;
    const load = last.then(async () => {
      next = undefined;
      if (!closed) await loadNow();
    });
    next = load;
    last = load.catch(() => undefined);
    return load;
  }

  // The revision first: what changes while it is read is another one, and read again.
  async function loadNow(): Promise<void> {
    try {
      const revision = await options.revision();
      await options.load();
      loaded = revision;
      noteAnswer();
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  }

  function noteFailure(error: unknown): void {
    const isNew = answer.failure === '';
    answer = { failure: messageOf(error), sinceMs: answer.sinceMs ?? options.now() };
    if (isNew) options.onChange?.(answer.failure);
  }

  function noteAnswer(): void {
    const isNew = answer.failure !== '';
    answer = { failure: '', sinceMs: undefined };
    if (isNew) options.onChange?.('');
  }

  async function poll(): Promise<void> {
    try {
      // A load under way asks for itself.
      if (next === undefined && (await options.revision()) === loaded) noteAnswer();
      else await reload();
    } catch (error) {
      noteFailure(error);
    }
  }

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => {
      polling = poll().finally(schedule);
    }, options.pollMs);
  }
  schedule();

  return {
    reload,
    status: () => answer,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await polling;
      await last;
    },
  };
}
