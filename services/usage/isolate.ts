import { isRetryable } from '../../domain/errors.ts';

/** After so many failures of a store that may recover, and no success, it is the store that fails and not an item. */
const FAILURES_OF_A_STORE = 8;

/** What {@link isolate} needs: work that may be repeated, whom to tell of an item that fails, and the store's word. */
export interface Isolation<T> {
  work(items: readonly T[]): Promise<void>;
  onFailure(item: T, error: unknown): void;
  isStoreWell(): Promise<boolean>;
}

/**
 * Does the work for all items at once; where that fails, in halves, down to the items that fail on their own, so that
 * all others are done. A store that cannot be reached, or takes nothing at all, fails the whole: its error is thrown.
 */
export async function isolate<T>(items: readonly T[], isolation: Isolation<T>): Promise<void> {
  const failures: { item: T; error: unknown }[] = [];
  let isAnyDone = false;

  async function attempt(part: readonly T[]): Promise<void> {
    try {
      await isolation.work(part);
      isAnyDone = true;
    } catch (error) {
      if (part.length === items.length && isRetryable(error) && !(await isolation.isStoreWell())) throw error;
      if (part.length > 1) {
        await attempt(part.slice(0, part.length >> 1));
        await attempt(part.slice(part.length >> 1));
        return;
      }
      failures.push({ item: part[0]!, error });
      if (isRetryable(error) && !isAnyDone && failures.length === FAILURES_OF_A_STORE) throw error;
    }
  }

  if (items.length === 0) return;
  await attempt(items);
  const first = failures[0];
  if (first !== undefined && !isAnyDone && items.length > 1 && isRetryable(first.error)) throw first.error;
  for (const { item, error } of failures) isolation.onFailure(item, error);
}
