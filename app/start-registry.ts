import { messageOf } from '../domain/errors.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';

/** What has to be done with the registry before anything else, done as soon as it answers. */
export interface RegistryStart {
  /** Resolves when it is done; rejects where trying again would change nothing. */
  ready: Promise<void>;
  /** Resolves true when it is done, false when the registry has not answered for `patienceMs`. Rejects as `ready` does. */
  within(patienceMs: number): Promise<boolean>;
  /** Why it is not done yet; empty where nothing failed. */
  failure(): string;
  /** Tries no more. */
  close(): void;
}

const RETRY_MS = 1000;
/** However it goes on: a server may hang without a failure. */
const LONGEST_MS = 30_000;

/** Does the steps, again from the first where the registry does not answer, until all are done. */
export function startRegistry(steps: () => Promise<void>, retryMs = RETRY_MS): RegistryStart {
  let failure = '';
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let tellFailed: () => void = () => undefined;
  const failed = new Promise<void>((resolve) => (tellFailed = resolve));

  async function run(): Promise<void> {
    while (!closed) {
      try {
        await steps();
        failure = '';
        return;
      } catch (error) {
        if (!isOutage(error)) throw error;
        failure = messageOf(error);
        tellFailed();
      }
      await pause(retryMs);
    }
    await new Promise(() => undefined);
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timer = setTimeout(resolve, ms).unref();
    });

  const ready = run();
  // Whoever waits hears of it; nobody may be waiting yet.
  ready.catch(() => undefined);
  return {
    ready,
    failure: () => failure,
    within: async (patienceMs) => {
      const timers: NodeJS.Timeout[] = [];
      const after = (ms: number): Promise<false> =>
        new Promise((resolve) => timers.push(setTimeout(() => resolve(false), ms)));
      const late = Promise.race([failed.then(() => after(patienceMs)), after(Math.max(LONGEST_MS, patienceMs))]);
      return Promise.race([ready.then(() => true), late]).finally(() => timers.forEach(clearTimeout));
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
