import { randomBytes } from 'node:crypto';

import { PlatformError } from '../../../domain/errors.ts';
import type { TouchedPage, TouchedRange } from '../port.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { unavailable } from './influx-error.ts';

/** InfluxDB takes string fields of up to 64 KiB. */
const ENTRY_CHARACTERS = 60_000;
/** How far behind its clock a gateway's entry may become visible: longer than a write may take, and clocks differ. */
const OVERLAP_MS = 120_000;

/**
 * Which ranges were written: points of the measurement `touched`, each a list of ranges, numbered by the writing
 * gateway's clock. Several gateways write at once, so entries may appear late; a page looks back over the overlap and
 * leaves out what earlier pages have brought to this process already.
 */
export interface TouchLog {
  add(ranges: readonly TouchedRange[]): Promise<void>;
  since(sequence: number): Promise<TouchedPage>;
  forget(sequence: number): Promise<void>;
}

/** Makes the log of one store. */
export function createTouchLog(connection: InfluxConnection, now: () => number): TouchLog {
  // Two processes never write one point.
  const writer = randomBytes(3).toString('hex');
  let lastMs = 0;
  /** Entries handed out, by the sequence of the page that brought them. */
  const broughtBy = new Map<string, { atMs: number; page: number }>();

  return {
    async add(ranges) {
      const lines = entriesOf(ranges).map((entry) => {
        lastMs = Math.max(now(), lastMs + 1);
        return `touched,writer=${writer} ranges="${entry}" ${lastMs}`;
      });
      try {
        await connection.write(lines);
      } catch (thrown) {
        if (!(thrown instanceof PlatformError) || thrown.code !== 'store-rejected') throw thrown;
        // No reading is at fault that the log of them is refused.
        throw unavailable(`The log of what was written is refused: ${thrown.message}`, thrown);
      }
    },
    async since(sequence) {
      const fresh: { id: string; atMs: number; entry: string }[] = [];
      const fromMs = Math.max(0, sequence - OVERLAP_MS);
      const sql = `SELECT ranges FROM touched WHERE time > ${fromMs}ms GROUP BY writer`;
      await connection.query([sql], ({ tags, rows }) => {
        for (const [at, entry] of rows) {
          const id = `${tags['writer'] ?? ''} ${at}`;
          const brought = broughtBy.get(id);
          // What a page with this number or a lower one brought has been dealt with: the caller asks beyond it.
          if (brought === undefined || brought.page > sequence)
            fresh.push({ id, atMs: Number(at), entry: String(entry) });
        }
      });
      if (fresh.length === 0) return { sequence, ranges: [] };
      // Above the number asked for even when only late entries came, so that asking again tells them apart.
      const page = fresh.reduce((highest, { atMs }) => Math.max(highest, atMs), sequence + 1);
      for (const [id, { atMs }] of broughtBy) if (atMs < fromMs - OVERLAP_MS) broughtBy.delete(id);
      for (const { id, atMs } of fresh) broughtBy.set(id, { atMs, page });
      return { sequence: page, ranges: fresh.flatMap(({ entry }) => rangesOf(entry)) };
    },
    async forget(sequence) {
      // The overlap stays, for what may still appear behind it; it goes with a later call.
      if (sequence > OVERLAP_MS)
        await connection.query([`DELETE FROM touched WHERE time <= ${sequence - OVERLAP_MS}ms`], () => undefined);
    },
  };
}

function entriesOf(ranges: readonly TouchedRange[]): string[] {
  const entries: string[] = [];
  for (const { meter, fromMs, toMs } of ranges) {
    const range = `${meter},${fromMs},${toMs}`;
    const last = entries.at(-1);
    if (last === undefined || last.length + range.length >= ENTRY_CHARACTERS) entries.push(range);
    else entries[entries.length - 1] = `${last};${range}`;
  }
  return entries;
}

function rangesOf(entry: string): TouchedRange[] {
  return entry.split(';').map((range) => {
    const [meter, fromMs, toMs] = range.split(',');
    return { meter: meter!, fromMs: Number(fromMs), toMs: Number(toMs) };
  });
}
