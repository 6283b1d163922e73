import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Share } from '../api/schemas/meter.ts';
import type { Period } from './dated-periods.ts';
import type { Device, MeterEvent, MeterHistory } from './meter-history.ts';

/** Reads all that the registry knows of a meter over time. Fails with `not-found`. */
export async function loadMeterHistory(db: Kysely<Database>, id: string): Promise<MeterHistory> {
  const row = await db.selectFrom('meter').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no meter ${id}`);
  const events = await db
    .selectFrom('meter_event')
    .selectAll()
    .where('meter_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const multipliers = await db
    .selectFrom('meter_multiplier')
    .selectAll()
    .where('meter_id', '=', id)
    .orderBy('valid_from')
    .execute();
  return {
    row,
    events: events.map((event) => {
      const { multiplier, ...after } = JSON.parse(event.device_after ?? '{}') as Device & { multiplier?: number };
      return {
        id: event.id,
        kind: event.kind as MeterEvent['kind'],
        atMs: event.at,
        closingRegister: event.closing_register,
        openingRegister: event.opening_register,
        note: event.note,
        createdAtMs: event.created_at,
        before: JSON.parse(event.device_before ?? '{}') as Device,
        after,
        multiplier,
      };
    }),
    multipliers: multipliers.map((period) => ({
      from: period.valid_from,
      to: period.valid_to,
      value: period.multiplier,
    })),
    shares: await loadShares(db, id),
  };
}

async function loadShares(db: Kysely<Database>, id: string): Promise<Period<Share[]>[]> {
  const rows = await db
    .selectFrom('meter_share')
    .selectAll()
    .where('meter_id', '=', id)
    .orderBy('valid_from')
    .orderBy('ordinal')
    .execute();
  const periods = new Map<string, Period<Share[]>>();
  for (const row of rows) {
    const period = periods.get(row.valid_from) ?? { from: row.valid_from, to: row.valid_to, value: [] };
    periods.set(row.valid_from, period);
    const { institution_id: institutionId, zone_id: zoneId, sub_item: subItem, share } = row;
    period.value.push({ institutionId, zoneId, subItem, share });
  }
  return [...periods.values()];
}

/** Writes what differs from how it was; call it in the transaction that read it. */
export async function saveMeterHistory(
  db: Kysely<Database>,
  before: MeterHistory,
  after: MeterHistory,
): Promise<MeterHistory> {
  const { id, ...row } = after.row;
  await db.updateTable('meter').set(row).where('id', '=', id).execute();
  const events = await saveEvents(db, id, before.events, after.events);
  if (differ(before.multipliers, after.multipliers)) {
    await db.deleteFrom('meter_multiplier').where('meter_id', '=', id).execute();
    await insertMultipliers(db, id, after.multipliers);
  }
  if (differ(before.shares, after.shares)) {
    await db.deleteFrom('meter_share').where('meter_id', '=', id).execute();
    await insertShares(db, id, after.shares);
  }
  return { ...after, events };
}

async function saveEvents(
  db: Kysely<Database>,
  meter: string,
  before: readonly MeterEvent[],
  after: readonly MeterEvent[],
): Promise<MeterEvent[]> {
  for (const { id } of before) {
    if (id === undefined || after.some((event) => event.id === id)) continue;
    await db.deleteFrom('meter_event').where('id', '=', id).execute();
  }
  const saved: MeterEvent[] = [];
  for (const event of after) {
    const columns = {
      at: event.atMs,
      closing_register: event.closingRegister,
      opening_register: event.openingRegister,
      note: event.note,
      device_before: textOf(event.before),
      device_after: textOf({ ...event.after, multiplier: event.multiplier }),
    };
    if (event.id === undefined) {
      saved.push({ ...event, id: await insertEvent(db, meter, event, columns) });
      continue;
    }
    const old = before.find(({ id }) => id === event.id);
    if (old === undefined || differ([old], [event])) {
      await db.updateTable('meter_event').set(columns).where('id', '=', event.id).execute();
    }
    saved.push(event);
  }
  return saved;
}

async function insertEvent(
  db: Kysely<Database>,
  meter: string,
  event: MeterEvent,
  columns: {
    at: number;
    closing_register: number | null;
    opening_register: number | null;
    note: string | null;
    device_before: string | null;
    device_after: string | null;
  },
): Promise<number> {
  const { id } = await db
    .insertInto('meter_event')
    .values({ meter_id: meter, kind: event.kind, created_at: event.createdAtMs, ...columns })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Writes the multipliers of a meter that has none in its table. */
export async function insertMultipliers(
  db: Kysely<Database>,
  meter: string,
  periods: readonly Period<number>[],
): Promise<void> {
  await db
    .insertInto('meter_multiplier')
    .values(
      periods.map(({ from, to, value }) => ({ meter_id: meter, multiplier: value, valid_from: from, valid_to: to })),
    )
    .execute();
}

/** Writes the shares of a meter that has none in its table. */
export async function insertShares(
  db: Kysely<Database>,
  meter: string,
  periods: readonly Period<Share[]>[],
): Promise<void> {
  const rows = periods.flatMap(({ from, to, value }) =>
    value.map(({ institutionId, zoneId, subItem, share }, ordinal) => ({
      meter_id: meter,
      valid_from: from,
      valid_to: to,
      ordinal,
      institution_id: institutionId,
      zone_id: zoneId,
      sub_item: subItem,
      share,
    })),
  );
  await db.insertInto('meter_share').values(rows).execute();
}

/** Writes an event of a meter that has none yet. */
export async function insertFirstEvent(db: Kysely<Database>, meter: string, event: MeterEvent): Promise<void> {
  await saveEvents(db, meter, [], [event]);
}

function textOf(device: Device & { multiplier?: number | undefined }): string | null {
  const text = JSON.stringify(device);
  return text === '{}' ? null : text;
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
