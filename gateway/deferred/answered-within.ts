import { PlatformError } from '../../domain/errors.ts';

/**
 * Does a step of the registry database; one that takes longer than `ms` does not answer, and throws PlatformError
 * `store-unavailable` (retryable). It may still be done: steps are such that doing them again changes nothing.
 */
export async function answeredWithin<T>(ms: number, step: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `The registry database has not answered within ${ms} ms`;
    timer = setTimeout(() => reject(new PlatformError('store-unavailable', message, { retryable: true })), ms);
  });
  const done = step();
  done.catch(() => undefined);
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
