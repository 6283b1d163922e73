import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { DuckDBInstance, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';

import { createSerialQueue } from '../serial-queue.ts';
import { createSchema } from './schema.ts';
import { duckdbError, duckdbOpenError } from './store-error.ts';

const MIB = 1024 * 1024;
/** The log is folded into the file when it has grown to this; replaying it at the next start takes about a second. */
const CHECKPOINT_WAL_BYTES = 96 * MIB;
/** A checkpoint that runs out of disk invalidates the instance, so it needs the log's size twice and some to spare. */
const CHECKPOINT_SPARE_BYTES = 128 * MIB;
/** Reads at the same time: each may sort, and they share one memory limit. */
const READERS = 3;

/** How a DuckDB file is opened. */
export interface DuckdbFileOptions {
  /** A path, or ':memory:'. */
  file: string;
  memoryLimitMb?: number;
  threads?: number;
  /** Bytes of the log at which it is folded into the file (96 MiB). */
  checkpointWalBytes?: number;
  /** Bytes that must be free for that, beside twice the log (128 MiB). */
  checkpointSpareBytes?: number;
}

/** One DuckDB file: a single writer, a few readers, checkpoints of its own. Failures are PlatformErrors. */
export interface DuckdbFile {
  /**
   * Runs in one transaction, after the writes before it; committed and synced when the promise resolves. `settled`
   * is told how it ended before the next write begins.
   */
  write<T>(task: (connection: DuckDBConnection) => Promise<T>, settled?: (committed: boolean) => void): Promise<T>;
  /** Streams a query's chunks, on a connection of its own, at the state of the last commit. */
  read(sql: string, onChunk: (chunk: DuckDBDataChunk) => void): Promise<void>;
  close(): Promise<void>;
}

/** Opens or creates a file at the newest schema. Throws `data-folder-held` when another process has it open. */
export async function openDuckdbFile(options: DuckdbFileOptions): Promise<DuckdbFile> {
  const { file, memoryLimitMb = 160, threads = 2 } = options;
  const onDisk = file !== ':memory:';
  try {
    const instance = await DuckDBInstance.create(file, {
      memory_limit: `${memoryLimitMb}MiB`,
      threads: String(threads),
      preserve_insertion_order: 'false',
      checkpoint_threshold: '1TiB',
      // Left to itself it may build a join's hash table on a whole table of usage instead of the few staged rows, which
      // stand on the right in every query here, and run out of memory.
      disabled_optimizers: 'join_order,build_side_probe_side',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...(onDisk ? { temp_directory: `${file}.tmp` } : {}),
    });
    const writer = await instance.connect();
    await createSchema(writer);
    return createDuckdbFile(instance, writer, { ...options, file: onDisk ? file : undefined });
  } catch (thrown) {
    throw duckdbOpenError(thrown, file);
  }
}

function createDuckdbFile(
  instance: DuckDBInstance,
  writer: DuckDBConnection,
  {
    file,
    checkpointWalBytes = CHECKPOINT_WAL_BYTES,
    checkpointSpareBytes = CHECKPOINT_SPARE_BYTES,
  }: Omit<DuckdbFileOptions, 'file'> & { file: string | undefined },
): DuckdbFile {
  const enqueue = createSerialQueue();
  const readers = createReaderPool(instance);

  async function checkpoint(atLeastBytes: number): Promise<void> {
    if (file === undefined) return;
    const walBytes = await sizeOf(`${file}.wal`);
    if (walBytes < atLeastBytes) return;
    const disk = await statfs(dirname(file));
    if (disk.bavail * disk.bsize < walBytes * 2 + checkpointSpareBytes) return;
    // Should it be refused, the next commit tries again.
    await writer.run('CHECKPOINT').catch(() => undefined);
  }

  return {
    write: (task, settled) =>
      enqueue(async () => {
        try {
          await writer.run('BEGIN');
          const result = await task(writer);
          await writer.run('COMMIT');
          settled?.(true);
          void enqueue(() => checkpoint(checkpointWalBytes)).catch(() => undefined);
          return result;
        } catch (thrown) {
          await writer.run('ROLLBACK').catch(() => undefined);
          settled?.(false);
          throw duckdbError(thrown);
        }
      }),
    read: (sql, onChunk) => readers.run((connection) => stream(connection, sql, onChunk)),
    async close() {
      await readers.close();
      await enqueue(async () => {
        await checkpoint(1).catch(() => undefined);
        try {
          writer.closeSync();
        } finally {
          instance.closeSync();
        }
      });
    },
  };
}

async function stream(
  connection: DuckDBConnection,
  sql: string,
  onChunk: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  try {
    const result = await connection.stream(sql);
    for await (const chunk of result) onChunk(chunk);
  } catch (thrown) {
    throw duckdbError(thrown);
  }
}

function createReaderPool(instance: DuckDBInstance) {
  const lanes = Array.from({ length: READERS }, () => ({
    enqueue: createSerialQueue(),
    waiting: 0,
    connection: undefined as DuckDBConnection | undefined,
  }));
  return {
    run<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
      const lane = lanes.reduce((best, next) => (next.waiting < best.waiting ? next : best));
      lane.waiting++;
      return lane
        .enqueue(async () => task((lane.connection ??= await instance.connect())))
        .finally(() => lane.waiting--);
    },
    async close(): Promise<void> {
      await Promise.all(lanes.map((lane) => lane.enqueue(async () => lane.connection?.closeSync())));
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
