import type { Kysely } from 'kysely';

import { inParts } from '../../../domain/in-parts.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import type { AuditEntry, Change } from '../../accounts/audit.ts';
import { requestReplayOfMeters } from '../../quarantine/request-replay.ts';
import { makeToken, tokenColumns } from '../../registry/mqtt-token.ts';
import { type Draft, multipliersOf, type ObjectDraft, sharesOf } from '../plan/draft.ts';
import { columnName, factNames } from '../plan/facts.ts';
import { ATTRIBUTE_NAMES, type ObjectSheet } from '../plan/registry-state.ts';
import { auditEntries } from './audit-entries.ts';
import { bulkInsert } from './bulk-insert.ts';
import { parentsFirst } from './parents-first.ts';

/** Ids in one statement. */
const IDS = 5000;

const TABLES = {
  institutions: 'institution',
  buildings: 'building',
  zones: 'zone',
  collectors: 'collector',
  meters: 'meter',
} as const;

/** A new collector and its token, which is shown this once. */
export interface NewToken {
  id: string;
  token: string;
}

/** True where a draft changes anything. */
export function isAnythingToWrite(draft: Draft): boolean {
  const dated = [draft.figures, draft.multipliers, draft.shares, draft.events, draft.quotas];
  return (
    dated.some(({ size }) => size > 0) ||
    Object.values(draft.objects).some((objects) => [...objects.values()].some(({ changed }) => changed.size > 0))
  );
}

/** Everything that a draft writes, ready to be written: made before the transaction, so that it is short. */
export interface PreparedWrite {
  tokens: NewToken[];
  write(trx: Kysely<Database>): Promise<void>;
}

/** Makes a draft ready to be written. */
export function prepareWrite(draft: Draft, change: Change): PreparedWrite {
  const tokens = new Map<string, string>();
  for (const { id, stored } of draft.objects.collectors.values()) if (stored === undefined) tokens.set(id, makeToken());
  const steps: ((trx: Kysely<Database>) => Promise<void>)[] = [
    objectStep(draft, 'institutions', change.nowMs),
    figureStep(draft),
    objectStep(draft, 'buildings', change.nowMs),
    objectStep(draft, 'zones', change.nowMs),
    objectStep(draft, 'collectors', change.nowMs, tokens),
    objectStep(draft, 'meters', change.nowMs),
    multiplierStep(draft),
    shareStep(draft),
    eventStep(draft),
    quotaStep(draft),
    auditStep(auditEntries(draft), change),
  ];
  const heard = [...draft.objects.meters.values()].filter(
    ({ stored, changed }) => stored === undefined || changed.has('collectorId') || changed.has('address'),
  );
  const replayed = heard.map(({ id, facts }) => ({
    id,
    collectorId: String(facts['collectorId']),
    address: facts['address'] as string | null,
  }));
  return {
    tokens: [...tokens].map(([id, token]) => ({ id, token })),
    write: async (trx) => {
      for (const step of steps) await step(trx);
      if (replayed.length > 0) await requestReplayOfMeters(trx, replayed, change);
    },
  };
}

function objectStep(
  draft: Draft,
  sheet: ObjectSheet,
  nowMs: number,
  tokens?: ReadonlyMap<string, string>,
): (trx: Kysely<Database>) => Promise<void> {
  const table = TABLES[sheet];
  const facts = factNames(sheet);
  const columns = [...facts.map(columnName), 'created_at'];
  if (tokens !== undefined) columns.push('token_hash', 'mosquitto_hash');
  const rowOf = ({ id, facts: values }: ObjectDraft): unknown[] => {
    const row = [...facts.map((name) => values[name] ?? null), nowMs];
    if (tokens === undefined) return row;
    const token = tokens.get(id);
    const { token_hash, mosquitto_hash } =
      token === undefined ? { token_hash: '', mosquitto_hash: null } : tokenColumns(token);
    return [...row, token_hash, mosquitto_hash];
  };
  const touched = [...draft.objects[sheet].values()].filter(({ changed }) => changed.size > 0);
  const added = touched.filter(({ stored }) => stored === undefined);
  const inserts = (sheet === 'meters' ? parentsFirst(added) : added).map(rowOf);
  const updates = touched.filter(({ stored }) => stored !== undefined).map(rowOf);
  const kept = { replaces: 'id', keeps: ['created_at', 'token_hash', 'mosquitto_hash'] };
  return async (trx) => {
    await bulkInsert(trx, table, columns, inserts);
    await bulkInsert(trx, table, columns, updates, kept);
  };
}

function figureStep(draft: Draft): (trx: Kysely<Database>) => Promise<void> {
  const columns = ['institution_id', 'name', 'value', 'valid_from', 'valid_to'];
  const rows = [...draft.figures].flatMap(([institution, { figures }]) =>
    ATTRIBUTE_NAMES.flatMap((name) =>
      (figures[name] ?? []).map(({ from, to, value }) => [institution, name, value, from, to]),
    ),
  );
  const old = [...draft.figures.keys()].filter((id) => draft.state.figures.has(id));
  return async (trx) => {
    for (const ids of inParts(old, IDS)) {
      await trx.deleteFrom('institution_attribute').where('institution_id', 'in', ids).execute();
    }
    await bulkInsert(trx, 'institution_attribute', columns, rows);
  };
}

function multiplierStep(draft: Draft): (trx: Kysely<Database>) => Promise<void> {
  const columns = ['meter_id', 'multiplier', 'valid_from', 'valid_to'];
  const rows = [...draft.multipliers.keys()].flatMap((meter) =>
    multipliersOf(draft, meter).map(({ from, to, value }) => [meter, value, from, to]),
  );
  const old = [...draft.multipliers.keys()].filter((id) => draft.state.multipliers.has(id));
  return async (trx) => {
    for (const ids of inParts(old, IDS))
      await trx.deleteFrom('meter_multiplier').where('meter_id', 'in', ids).execute();
    await bulkInsert(trx, 'meter_multiplier', columns, rows);
  };
}

function shareStep(draft: Draft): (trx: Kysely<Database>) => Promise<void> {
  const columns = ['meter_id', 'valid_from', 'valid_to', 'ordinal', 'institution_id', 'zone_id', 'sub_item', 'share'];
  const rows = [...draft.shares.keys()].flatMap((meter) =>
    sharesOf(draft, meter).flatMap(({ from, to, value }) =>
      value.map(({ institutionId, zoneId, subItem, share }, ordinal) => [
        meter,
        from,
        to,
        ordinal,
        institutionId,
        zoneId,
        subItem,
        share,
      ]),
    ),
  );
  const old = [...draft.shares.keys()].filter((id) => draft.state.shares.has(id));
  return async (trx) => {
    for (const ids of inParts(old, IDS)) await trx.deleteFrom('meter_share').where('meter_id', 'in', ids).execute();
    await bulkInsert(trx, 'meter_share', columns, rows);
  };
}

/** Only a meter's device or its end changes its events: few do. */
function eventStep(draft: Draft): (trx: Kysely<Database>) => Promise<void> {
  return async (trx) => {
    for (const [meter, events] of draft.events) {
      for (const { id, kind, atMs, before, after, multiplier, createdAtMs } of events) {
        const told = { device_before: textOf(before), device_after: textOf({ ...after, multiplier }) };
        if (id !== undefined) await trx.updateTable('meter_event').set(told).where('id', '=', id).execute();
        else {
          await trx
            .insertInto('meter_event')
            .values({
              meter_id: meter,
              kind,
              at: atMs,
              closing_register: null,
              opening_register: null,
              note: null,
              created_at: createdAtMs,
              ...told,
            })
            .execute();
        }
      }
    }
  };
}

function textOf(device: object): string | null {
  const text = JSON.stringify(device);
  return text === '{}' ? null : text;
}

function quotaStep(draft: Draft): (trx: Kysely<Database>) => Promise<void> {
  const columns = ['institution_id', 'year', 'medium', 'annual_limit', 'month_limits'];
  const rows = [...draft.quotas].map(([key, { quota }]) => {
    const [institution, year, medium] = key.split('/');
    return { key: [institution!, Number(year), medium!] as const, quota, key_: key };
  });
  return async (trx) => {
    for (const { key, key_ } of rows) {
      if (!draft.state.quotas.has(key_)) continue;
      await trx
        .deleteFrom('quota')
        .where('institution_id', '=', key[0])
        .where('year', '=', key[1])
        .where('medium', '=', key[2])
        .execute();
    }
    const values = rows.map(({ key, quota }) => [...key, quota.annualLimit, JSON.stringify(quota.monthLimits)]);
    await bulkInsert(trx, 'quota', columns, values);
  };
}

function auditStep(entries: readonly AuditEntry[], change: Change): (trx: Kysely<Database>) => Promise<void> {
  const columns = ['at', 'user_id', 'action', 'object', 'before', 'after'];
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  const rows = entries.map(({ action, object, before, after }) => [
    change.nowMs,
    change.userId,
    action,
    object,
    text(before),
    text(after),
  ]);
  return (trx) => bulkInsert(trx, 'audit', columns, rows);
}
