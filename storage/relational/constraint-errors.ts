import { PlatformError } from '../../domain/errors.ts';

/** What a second row of a key is: services look before they write, so another did it at the same moment. */
export function keyTaken(cause: unknown): PlatformError {
  return new PlatformError('conflict', 'Somebody else entered the same at the same moment', { cause });
}

/** What a row is that refers to one that is gone, or the removal of one that is referred to. */
export function referenceBroken(cause: unknown): PlatformError {
  return new PlatformError('conflict', 'Somebody else changed what this depends on at the same moment', { cause });
}
