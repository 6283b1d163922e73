import type { Readable } from 'node:stream';

import type { ExchangeFile } from './export-registry.ts';
import type { Language, SheetId } from './sheets/column-spec.ts';

/** A file that somebody sends to be imported. */
export interface Upload {
  content: Readable;
  /** What the sender calls it. */
  name: string;
  /** Which sheet a CSV is, where its headings are not to tell. */
  sheet?: SheetId | undefined;
}

/** Who imports, and how. */
export interface ImportOrder {
  dryRun: boolean;
  language: Language;
  userId: string | null;
}

/** What came of an import; `body` is JSON (services/api/schemas/registry-exchange.ts), made off the main thread. */
export type ImportAnswer =
  | { is: 'done' | 'refused'; changed: boolean; body: string }
  /** The upload has more bytes than may be imported. */
  | { is: 'too-large'; maxMb: number };

/** Takes the registry in and gives it out, off the main thread. */
export interface RegistryExchange {
  /** Fails with `not-ready` where too many imports wait already. */
  import(upload: Upload, order: ImportOrder): Promise<ImportAnswer>;
  /** Writes the registry, or an empty template; the stream's end removes what it was read from. */
  give(what: ExchangeFile & { template: boolean }): Promise<{ content: Readable; bytes: number }>;
  close(): Promise<void>;
}
