import { onTestFinished } from 'vitest';

import type { PlatformError } from '../../domain/errors.ts';
import { diskIo } from '../../gateway/spool/disk-io.ts';
import { openSpool, type Spool, type SpoolOptions } from '../../gateway/spool/open-spool.ts';

/** A spool with what it told, closed when the test has finished. */
export interface TestSpool extends Spool {
  commits: number[];
  fatal: PlatformError[];
}

/** Opens a spool on `folder`; a full disk is tried again after a millisecond. */
export async function openTestSpool(folder: string, options: Partial<SpoolOptions> = {}): Promise<TestSpool> {
  const commits: number[] = [];
  const fatal: PlatformError[] = [];
  const spool = await openSpool({
    folder,
    io: diskIo,
    segmentBytes: 1024 * 1024,
    commitBytes: 1024 * 1024,
    retryFullMs: 1,
    onCommitted: (position) => commits.push(position),
    onFatal: (error) => fatal.push(error),
    ...options,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= spool.close());
  onTestFinished(close);
  return { ...spool, close, commits, fatal };
}
