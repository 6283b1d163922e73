/** An open segment file. */
export interface SpoolFile {
  write(bytes: Uint8Array): Promise<void>;
  /** fdatasync: what was written is on disk when it resolves. */
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Every touch of the disk that the spool's promise rests on; injected so that tests can hold, fail or lose it. */
export interface SpoolIo {
  makeFolder(folder: string): Promise<void>;
  /** File names in a folder, unsorted. */
  list(folder: string): Promise<string[]>;
  read(path: string): Promise<Buffer>;
  /** Creates a file for appending; fails where it exists. */
  create(path: string): Promise<SpoolFile>;
  /** Opens an existing file to append. */
  open(path: string): Promise<SpoolFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** fsync of a folder: its entries are on disk when it resolves. */
  syncFolder(folder: string): Promise<void>;
  /** Bytes that may still be written to the disk that holds a folder. */
  freeBytes(folder: string): Promise<number>;
}
