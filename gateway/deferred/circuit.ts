import { messageOf, PlatformError } from '../../domain/errors.ts';

/** Whether a store is worth asking: while it does not answer it is asked by one, and not with each batch. */
export interface Circuit {
  /** The store did not answer, and is being asked whether it does again. */
  isOpen(): boolean;
  /** It did not answer: from now on it is asked every so often, until it does. */
  open(error: unknown): void;
  status(): { failure: string; sinceMs: number | undefined };
  /** Asks no more; does not wait for an answer that may never come. */
  close(): void;
}

/** What {@link createCircuit} needs. */
export interface CircuitOptions {
  /** Asks the store; rejects where it does not answer. */
  probe(): Promise<unknown>;
  probeMs: number;
  now(): number;
  onOpened(failure: string): void;
  onClosed(): void;
}

/** A circuit that is closed: the store is asked. */
export function createCircuit(options: CircuitOptions): Circuit {
  let state = { failure: '', sinceMs: undefined as number | undefined };
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function probe(): Promise<void> {
    try {
      await options.probe();
    } catch (error) {
      state = { ...state, failure: messageOf(error) };
      return schedule();
    }
    if (closed) return;
    state = { failure: '', sinceMs: undefined };
    options.onClosed();
  }

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => void probe(), options.probeMs);
  }

  return {
    isOpen: () => state.sinceMs !== undefined,
    open: (error) => {
      if (state.sinceMs !== undefined || closed) return;
      state = { failure: messageOf(error), sinceMs: options.now() };
      options.onOpened(state.failure);
      schedule();
    },
    status: () => state,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** True for what says that a store does not answer now, and may later. */
export function isOutage(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'store-unavailable' && error.retryable;
}
