import { createHash } from 'node:crypto';

import type { Kysely } from 'kysely';

import type { ManualSource } from '../../domain/decision.ts';
import { PlatformError } from '../../domain/errors.ts';
import { unitFactor, type Metric } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { ManualReading, PhotoType } from '../api/schemas/manual-reading.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import { subjectOf } from './decide.ts';
import { inRegisterUnits, problemOfManual, warningOfManual, type RegisterPoint } from './manual-rules.ts';
import { userNames } from './read-decisions.ts';

/** What a person read off a meter. */
export interface ManualInput {
  atMs: number;
  total: number;
  /** The meter's register unit where left out. */
  unit?: string | undefined;
  source: ManualSource;
  note?: string | undefined;
  photo?: { bytes: Uint8Array; type: PhotoType } | undefined;
}

/** What is asked of the series store. */
export type ManualSeries = Pick<SeriesStore, 'readings' | 'registerBeforeEach' | 'registerFromEach'>;

/** How long readings are kept, and how days are told. */
export interface ManualBounds {
  zone: Zone;
  retentionMs: number;
}

/** Quantities that enter usage: where a meter sends one of them, it has telemetry. */
const TELEMETRY: ReadonlySet<Metric> = new Set(['total', 'delta', 'rate']);
/** More rows than a meter sends in four expected intervals, whatever they are. */
const ROWS_AT_MOST = 20_000;

/**
 * Enters a reading taken by hand (抄表); it counts at once, with the quality manual. Gives what somebody should look at,
 * or null. Fails with `not-found`, with `bad-request` naming field and remedy, and with `conflict` where the meter sent
 * something around that instant: what is measured is overridden by a decision alone.
 */
export async function enterManualReading(
  { db, series }: { db: Kysely<Database>; series: ManualSeries },
  id: string,
  meterId: string,
  input: ManualInput,
  change: Change,
  { zone, retentionMs }: ManualBounds,
): Promise<string | null> {
  const { meter: known } = await subjectOf(db, meterId);
  const { atMs } = input;
  const register = registerOf(known, input);
  const keptFromMs = change.nowMs - retentionMs;
  const check = async (trx: Kysely<Database>): Promise<UsageMeter> => {
    const { meter, endedOn } = await subjectOf(trx, meterId);
    const problem = problemOfManual({ atMs, register }, meter, { endedOn, keptFromMs, zone, nowMs: change.nowMs });
    if (problem !== undefined) throw new PlatformError(problem.code, problem.message);
    return meter;
  };
  // Before the store is asked: a transaction holds SQLite's only connection, and the store may be slow.
  await check(db);
  await requireSilence(series, known, atMs, zone);
  const stored = await storedNeighbours(series, known, atMs);
  return inTransaction(db, async (trx) => {
    const meter = await check(trx);
    const { photo, note = '' } = input;
    const row = {
      id,
      meter_id: meterId,
      at: atMs,
      register,
      source: input.source,
      note: note === '' ? null : note,
      entered_by: change.userId,
      entered_at: change.nowMs,
      withdrawn_by: null,
      withdrawn_at: null,
    };
    const withPhoto = { ...row, photo: photo?.bytes ?? null, photo_type: photo?.type ?? null };
    await trx.insertInto('manual_reading').values(withPhoto).execute();
    const after = photo === undefined ? row : { ...row, photo: describe(photo) };
    await writeAudit(trx, change, { action: 'manual-reading-enter', object: `meter/${meterId}`, after });
    return warningOfManual({ atMs, register }, neighbours(meter, stored, atMs), meter, zone);
  });
}

function registerOf(meter: UsageMeter, { total, unit }: ManualInput): number {
  const converted = inRegisterUnits(meter, total, unit);
  if (!converted.ok) throw new PlatformError(converted.problem.code, converted.problem.message);
  return converted.register;
}

// The trail names the photograph without holding it.
function describe({ bytes, type }: { bytes: Uint8Array; type: PhotoType }): object {
  return { type, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Throws `conflict` where a reading is stored at the instant, or telemetry within two expected intervals around it. */
async function requireSilence(series: ManualSeries, meter: UsageMeter, atMs: number, zone: Zone): Promise<void> {
  const aroundMs = 2 * meter.expectedIntervalS * 1000;
  const rows = await series.readings(meter.id, Math.max(0, atMs - aroundMs), atMs + aroundMs + 1, ROWS_AT_MOST);
  const telemetry = rows.filter(({ metric }) => TELEMETRY.has(metric));
  if (telemetry.length === 0 && rows.length < ROWS_AT_MOST) return;
  const remedy = 'to override what is measured, propose a decision of the kind value (POST /api/decisions)';
  if (telemetry.some(({ metric, observedAtMs }) => metric === 'total' && observedAtMs === atMs)) {
    throw new PlatformError('conflict', `ts: ${meter.id} itself sent its register at ${zone.iso(atMs)}; ${remedy}`);
  }
  const nearest = telemetry.toSorted((a, b) => Math.abs(a.observedAtMs - atMs) - Math.abs(b.observedAtMs - atMs))[0];
  const when = nearest === undefined ? '' : `, at ${zone.iso(nearest.observedAtMs)}`;
  throw new PlatformError(
    'conflict',
    `ts: ${meter.id} sent readings within two expected intervals of ${zone.iso(atMs)}${when}; ${remedy}`,
  );
}

interface Neighbours {
  before: RegisterPoint | undefined;
  after: RegisterPoint | undefined;
}

async function storedNeighbours(series: ManualSeries, meter: UsageMeter, atMs: number): Promise<Neighbours> {
  const factor = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  const instant = [{ meter: meter.id, atMs }];
  const [before, after] = await Promise.all([series.registerBeforeEach(instant), series.registerFromEach(instant)]);
  const pointOf = (found: { observedAtMs: number; value: number } | undefined): RegisterPoint | undefined =>
    found && { atMs: found.observedAtMs, register: Number((found.value / factor).toPrecision(12)) };
  return { before: pointOf(before.get(meter.id)), after: pointOf(after.get(meter.id)) };
}

/** The registers nearest in time, of those stored and those taken by hand. */
function neighbours({ manual = [] }: UsageMeter, stored: Neighbours, atMs: number): Neighbours {
  const before = manual.findLast((point) => point.atMs < atMs);
  const after = manual.find((point) => point.atMs > atMs);
  const latest = (a: RegisterPoint | undefined, b: RegisterPoint | undefined): RegisterPoint | undefined =>
    a === undefined || (b !== undefined && b.atMs > a.atMs) ? b : a;
  const earliest = (a: RegisterPoint | undefined, b: RegisterPoint | undefined): RegisterPoint | undefined =>
    a === undefined || (b !== undefined && b.atMs < a.atMs) ? b : a;
  return { before: latest(stored.before, before), after: earliest(stored.after, after) };
}

/**
 * Takes back a reading entered in error: it does not count any more and stays to be seen. Fails with `not-found`, and
 * with `conflict` where it was taken back already.
 */
export async function withdrawManualReading(
  db: Kysely<Database>,
  meterId: string,
  id: string,
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const [before] = await rowsOf(trx, meterId).where('manual_reading.id', '=', id).execute();
    if (before === undefined) throw notFound(meterId, id);
    if (before.withdrawn_at !== null) throw new PlatformError('conflict', 'The reading was taken back already');
    const columns = { withdrawn_by: change.userId, withdrawn_at: change.nowMs };
    await trx.updateTable('manual_reading').set(columns).where('id', '=', id).execute();
    const after = { ...before, ...columns };
    await writeAudit(trx, change, { action: 'manual-reading-withdraw', object: `meter/${meterId}`, before, after });
  });
}

/** Readings taken by hand of a meter, newest first; `after` is where the page before ended: [time, id]. */
export async function listManualReadings(
  db: Kysely<Database>,
  meterId: string,
  filter: { withdrawn: boolean; after: [number, string] | undefined; limit: number },
  zone: Zone,
): Promise<{ key: [number, string]; reading: ManualReading }[]> {
  let query = rowsOf(db, meterId).orderBy('at', 'desc').orderBy('manual_reading.id', 'desc').limit(filter.limit);
  if (!filter.withdrawn) query = query.where('withdrawn_at', 'is', null);
  if (filter.after !== undefined) {
    const [atMs, id] = filter.after;
    query = query.where((eb) =>
      eb.or([eb('at', '<', atMs), eb.and([eb('at', '=', atMs), eb('manual_reading.id', '<', id)])]),
    );
  }
  const rows = await query.execute();
  const names = await userNames(db);
  return rows.map((row) => ({ key: [row.at, row.id], reading: readingOf(row, names, zone) }));
}

/** One of them. Throws `not-found`. */
export async function getManualReading(
  db: Kysely<Database>,
  meterId: string,
  id: string,
  zone: Zone,
): Promise<ManualReading> {
  const [row] = await rowsOf(db, meterId).where('manual_reading.id', '=', id).execute();
  if (row === undefined) throw notFound(meterId, id);
  return readingOf(row, await userNames(db), zone);
}

/** The photograph of one. Throws `not-found` where there is none. */
export async function manualPhoto(
  db: Kysely<Database>,
  meterId: string,
  id: string,
): Promise<{ bytes: Uint8Array; type: PhotoType }> {
  const row = await db
    .selectFrom('manual_reading')
    .select(['photo', 'photo_type'])
    .where('meter_id', '=', meterId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw notFound(meterId, id);
  if (row.photo === null) throw new PlatformError('not-found', `The reading ${id} has no photograph`);
  return { bytes: row.photo, type: row.photo_type as PhotoType };
}

// Without the photograph: a list of them would be megabytes.
// oxlint-disable-next-line typescript/explicit-function-return-type -- the row's type is the query's
function rowsOf(db: Kysely<Database>, meterId: string) {
  return db
    .selectFrom('manual_reading')
    .innerJoin('meter', 'meter.id', 'manual_reading.meter_id')
    .select(['manual_reading.id', 'manual_reading.meter_id', 'at', 'register', 'source', 'note', 'photo_type'])
    .select(['entered_by', 'entered_at', 'withdrawn_by', 'withdrawn_at', 'meter.register_unit'])
    .where('manual_reading.meter_id', '=', meterId);
}

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number];

function readingOf(row: Row, names: ReadonlyMap<string, string>, zone: Zone): ManualReading {
  const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null));
  return {
    id: row.id,
    meterId: row.meter_id,
    ts: zone.iso(row.at),
    total: row.register,
    unit: row.register_unit,
    source: row.source as ManualSource,
    note: row.note,
    photo: row.photo_type as PhotoType | null,
    enteredBy: nameOf(row.entered_by),
    enteredAt: zone.iso(row.entered_at),
    withdrawnBy: nameOf(row.withdrawn_by),
    withdrawnAt: row.withdrawn_at === null ? null : zone.iso(row.withdrawn_at),
  };
}

function notFound(meterId: string, id: string): PlatformError {
  return new PlatformError('not-found', `There is no reading ${id} taken by hand of the meter ${meterId}`);
}
