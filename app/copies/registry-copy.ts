import type { IntakeSnapshot, MeterSnapshot } from '../../gateway/directory.ts';
import type { UsageMeter } from '../../services/usage/meter-config.ts';
import { readCopy, type Copy, type CopyRow } from './copy-file.ts';

/** What the pipeline's thread works with of the registry. */
export interface MetersCopy {
  snapshot: MeterSnapshot;
  usage: readonly UsageMeter[];
}

/** What was read from a copy, and when it was written; or why none can be used. */
export type Restored<T> = { ok: true; savedAtMs: number; copy: T } | Extract<Copy, { ok: false }>;

/** The rows of what the way in works with. */
export function* intakeRows({ collectors, readers, bindings }: IntakeSnapshot): Generator<CopyRow> {
  for (const row of collectors) yield ['collector', row];
  for (const row of readers) yield ['reader', row];
  for (const row of bindings) yield ['binding', row];
}

/** The rows of what drain and usage work with. */
export function* meterRows({ snapshot, usage }: MetersCopy): Generator<CopyRow> {
  for (const row of snapshot.collectorIds) yield ['collector', row];
  for (const row of snapshot.meters) yield ['meter', row];
  for (const row of snapshot.bindings) yield ['binding', row];
  for (const row of usage) yield ['usage', row];
}

/** Reads what {@link intakeRows} became. */
export function readIntakeCopy(path: string): Promise<Restored<IntakeSnapshot>> {
  return restored(path, (of) => ({
    collectors: of('collector'),
    readers: of('reader'),
    bindings: of('binding'),
  }));
}

/** Reads what {@link meterRows} became. */
export function readMetersCopy(path: string): Promise<Restored<MetersCopy>> {
  return restored(path, (of) => ({
    snapshot: { collectorIds: of('collector'), meters: of('meter'), bindings: of('binding') },
    usage: of('usage'),
  }));
}

// The checksum says that it is what was written, the version that it was written as it is read here.
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller knows what it wrote
async function restored<T>(path: string, make: (of: <Row>(table: string) => Row[]) => T): Promise<Restored<T>> {
  const copy = await readCopy(path);
  if (!copy.ok) return copy;
  const byTable = new Map<string, unknown[]>();
  for (const [table, row] of copy.rows) {
    const rows = byTable.get(table);
    if (rows === undefined) byTable.set(table, [row]);
    else rows.push(row);
  }
  return {
    ok: true,
    savedAtMs: copy.savedAtMs,
    // oxlint-disable-next-line no-unnecessary-type-parameters
    copy: make(<Row>(table: string) => (byTable.get(table) ?? []) as Row[]),
  };
}
