import { basename } from 'node:path';

import { onTestFinished } from 'vitest';

import { diskIo } from '../../gateway/spool/disk-io.ts';
import type { SpoolFile, SpoolIo } from '../../gateway/spool/spool-io.ts';

/** The operations of {@link SpoolIo} and of its files. */
export type IoOperation = keyof SpoolIo | keyof SpoolFile;

/** Calls that wait. */
export interface Gate {
  /** Resolves when a call has come to the gate. */
  readonly reached: Promise<void>;
  /** Lets through whoever waits, and all that come after. */
  release(): void;
}

/** The real disk, with a record of what was asked of it, gates and failures. */
export interface ControlledIo extends SpoolIo {
  /** `operation file-name`, in the order in which the calls came back. */
  readonly calls: string[];
  /** Holds every call of `operation` whose file name ends with `suffix`, before it touches the disk. */
  hold(operation: IoOperation, suffix?: string): Gate;
  /** Lets the next `times` calls of `operation` fail; a failing write leaves half of its bytes behind. */
  fail(operation: IoOperation, code: string, times?: number): void;
  /** Makes the disk say that it has so much room; undefined: what it really has. */
  setFreeBytes(bytes: number | undefined): void;
  /** How many calls of `operation` have failed. */
  failed(operation: IoOperation): number;
  /** Calls that the disk is working on: begun, and neither come back nor held. */
  busy(): number;
  /** Files open now. */
  openFiles(): number;
}

/** Wraps the real disk. */
export function createControlledIo(inner: SpoolIo = diskIo): ControlledIo {
  const calls: string[] = [];
  const gates: { operation: IoOperation; suffix: string; opened: Promise<void>; reach: () => void }[] = [];
  const failures = new Map<IoOperation, { code: string; times: number }>();
  const failed = new Map<IoOperation, number>();
  let openFiles = 0;
  let busy = 0;
  let freeBytes: number | undefined;

  async function run<T>(operation: IoOperation, path: string, act: () => Promise<T>, onFail?: () => Promise<void>) {
    const name = basename(path);
    for (const gate of gates) {
      if (gate.operation !== operation || !name.endsWith(gate.suffix)) continue;
      gate.reach();
      await gate.opened;
    }
    const failure = failures.get(operation);
    if (failure !== undefined && failure.times > 0) {
      failure.times--;
      failed.set(operation, (failed.get(operation) ?? 0) + 1);
      await onFail?.();
      throw Object.assign(new Error(`${failure.code}: ${operation}`), { code: failure.code });
    }
    busy++;
    const result = await act().finally(() => busy--);
    calls.push(`${operation} ${name}`);
    return result;
  }

  async function fileOf(path: string, opened: Promise<SpoolFile>): Promise<SpoolFile> {
    const file = await opened;
    openFiles++;
    return {
      write: (bytes) =>
        run(
          'write',
          path,
          () => file.write(bytes),
          () => file.write(bytes.subarray(0, bytes.length >>> 1)),
        ),
      datasync: () => run('datasync', path, () => file.datasync()),
      truncate: (bytes) => run('truncate', path, () => file.truncate(bytes)),
      close: () =>
        run('close', path, async () => {
          await file.close();
          openFiles--;
        }),
    };
  }

  return {
    calls,
    hold: (operation, suffix = '') => {
      let reach: () => void = () => undefined;
      let release: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const opened = new Promise<void>((resolve) => (release = resolve));
      gates.push({ operation, suffix, opened, reach });
      // A test that failed must not leave its spool hanging.
      onTestFinished(() => release());
      return { reached, release };
    },
    fail: (operation, code, times = 1) => void failures.set(operation, { code, times }),
    setFreeBytes: (bytes) => void (freeBytes = bytes),
    failed: (operation) => failed.get(operation) ?? 0,
    busy: () => busy,
    openFiles: () => openFiles,
    makeFolder: (folder) => run('makeFolder', folder, () => inner.makeFolder(folder)),
    list: (folder) => run('list', folder, () => inner.list(folder)),
    read: (path) => run('read', path, () => inner.read(path)),
    create: (path) => run('create', path, () => fileOf(path, inner.create(path))),
    open: (path) => run('open', path, () => fileOf(path, inner.open(path))),
    rename: (from, to) => run('rename', to, () => inner.rename(from, to)),
    unlink: (path) => run('unlink', path, () => inner.unlink(path)),
    syncFolder: (folder) => run('syncFolder', folder, () => inner.syncFolder(folder)),
    freeBytes: (folder) => run('freeBytes', folder, async () => freeBytes ?? inner.freeBytes(folder)),
  };
}
