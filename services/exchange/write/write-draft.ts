import type { Kysely } from 'kysely';

import { inParts } from '../../../domain/in-parts.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import type { Change } from '../../accounts/audit.ts';
import { requestReplayOfMeters } from '../../quarantine/request-replay.ts';
import { makeToken, tokenColumns } from '../../registry/mqtt-token.ts';
import type { Draft, ObjectDraft } from '../plan/draft.ts';
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

const TOKEN_COLUMNS = ['token_hash', 'mosquitto_hash'];
const AUDIT_COLUMNS = ['at', 'user_id', 'action', 'object', 'before', 'after'];

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

/** Everything that a draft writes, ready to be written. */
export interface PreparedWrite {
  tokens: NewToken[];
  write(trx: Kysely<Database>): Promise<void>;
}

type TokenColumns = ReturnType<typeof tokenColumns>;

/** Makes a draft ready to be written: what takes time and not much memory is done before the transaction begins. */
export function prepareWrite(draft: Draft, change: Change): PreparedWrite {
  const tokens: NewToken[] = [];
  const hashes = new Map<string, TokenColumns>();
  for (const { id, stored, facts } of draft.objects.collectors.values()) {
    // One that has ended has no token; taking its end back it gets another.
    const hadOne = stored !== undefined && stored['endedOn'] === null;
    if (hadOne || facts['endedOn'] !== null) continue;
    const token = makeToken();
    tokens.push({ id, token });
    hashes.set(id, tokenColumns(token));
  }
  return {
    tokens,
    write: async (trx) => {
      await writeObjects(trx, draft, 'institutions', change);
      await writeFigures(trx, draft);
      await writeObjects(trx, draft, 'buildings', change);
      await writeObjects(trx, draft, 'zones', change);
      await writeObjects(trx, draft, 'collectors', change, hashes);
      await renewTokens(trx, draft, hashes);
      await writeObjects(trx, draft, 'meters', change);
      await followZones(trx, draft);
      await writeMultipliers(trx, draft);
      await writeShares(trx, draft);
      await writeEvents(trx, draft);
      await writeQuotas(trx, draft);
      await bulkInsert(trx, 'audit', AUDIT_COLUMNS, auditRows(draft, change));
      await replay(trx, draft, change);
    },
  };
}

async function writeObjects(
  trx: Kysely<Database>,
  draft: Draft,
  sheet: ObjectSheet,
  { nowMs }: Change,
  hashes?: ReadonlyMap<string, TokenColumns>,
): Promise<void> {
  const facts = factNames(sheet);
  const columns = [...facts.map(columnName), 'created_at', ...(hashes === undefined ? [] : TOKEN_COLUMNS)];
  function* rowsOf(objects: Iterable<ObjectDraft>): Generator<unknown[]> {
    for (const { id, facts: values } of objects) {
      const row: unknown[] = facts.map((name) => values[name] ?? null);
      row.push(nowMs);
      // One that is there keeps its token.
      if (hashes !== undefined) row.push(hashes.get(id)?.token_hash ?? '', hashes.get(id)?.mosquitto_hash ?? null);
      yield row;
    }
  }
  const touched = [...draft.objects[sheet].values()].filter(({ changed }) => changed.size > 0);
  const added = touched.filter(({ stored }) => stored === undefined);
  await bulkInsert(trx, TABLES[sheet], columns, rowsOf(sheet === 'meters' ? parentsFirst(added) : added));
  const kept = touched.filter(({ stored }) => stored !== undefined);
  await bulkInsert(trx, TABLES[sheet], columns, rowsOf(kept), {
    replaces: 'id',
    keeps: ['created_at', ...TOKEN_COLUMNS],
  });
}

/** A collector's token stops with its end; one whose end is taken back has a new one. */
async function renewTokens(
  trx: Kysely<Database>,
  draft: Draft,
  hashes: ReadonlyMap<string, TokenColumns>,
): Promise<void> {
  for (const { id, stored, changed } of draft.objects.collectors.values()) {
    if (stored === undefined || !changed.has('endedOn')) continue;
    const columns = hashes.get(id) ?? { token_hash: '', mosquitto_hash: null };
    await trx.updateTable('collector').set(columns).where('id', '=', id).execute();
  }
}

/** Meters that stand in a zone are of its kind and in its building. */
async function followZones(trx: Kysely<Database>, draft: Draft): Promise<void> {
  for (const { id, stored, facts, changed } of draft.objects.zones.values()) {
    if (stored === undefined || !(changed.has('kind') || changed.has('buildingId'))) continue;
    const columns = { zone_kind: facts['kind'] as string, building_id: facts['buildingId'] as string | null };
    await trx.updateTable('meter').set(columns).where('zone_id', '=', id).execute();
  }
}

async function writeFigures(trx: Kysely<Database>, { figures, state }: Draft): Promise<void> {
  function* rows(): Generator<unknown[]> {
    for (const [institution, { figures: own }] of figures) {
      for (const name of ATTRIBUTE_NAMES) {
        for (const { from, to, value } of own[name] ?? []) yield [institution, name, value, from, to];
      }
    }
  }
  for (const ids of inParts(known(figures, state.figures), IDS)) {
    await trx.deleteFrom('institution_attribute').where('institution_id', 'in', ids).execute();
  }
  const columns = ['institution_id', 'name', 'value', 'valid_from', 'valid_to'];
  await bulkInsert(trx, 'institution_attribute', columns, rows());
}

async function writeMultipliers(trx: Kysely<Database>, { multipliers, state }: Draft): Promise<void> {
  function* rows(): Generator<unknown[]> {
    for (const [meter, { periods }] of multipliers) {
      for (const { from, to, value } of periods) yield [meter, value, from, to];
    }
  }
  for (const ids of inParts(known(multipliers, state.multipliers), IDS)) {
    await trx.deleteFrom('meter_multiplier').where('meter_id', 'in', ids).execute();
  }
  await bulkInsert(trx, 'meter_multiplier', ['meter_id', 'multiplier', 'valid_from', 'valid_to'], rows());
}

async function writeShares(trx: Kysely<Database>, { shares, state }: Draft): Promise<void> {
  function* rows(): Generator<unknown[]> {
    for (const [meter, { periods }] of shares) {
      for (const { from, to, value } of periods) {
        for (const [ordinal, { institutionId, zoneId, subItem, share }] of value.entries()) {
          yield [meter, from, to, ordinal, institutionId, zoneId, subItem, share];
        }
      }
    }
  }
  for (const ids of inParts(known(shares, state.shares), IDS)) {
    await trx.deleteFrom('meter_share').where('meter_id', 'in', ids).execute();
  }
  const columns = ['meter_id', 'valid_from', 'valid_to', 'ordinal', 'institution_id', 'zone_id', 'sub_item', 'share'];
  await bulkInsert(trx, 'meter_share', columns, rows());
}

/** Only a meter's device or its end changes its events: few do. */
async function writeEvents(trx: Kysely<Database>, draft: Draft): Promise<void> {
  for (const [meter, events] of draft.events) {
    for (const { id, kind, atMs, before, after, multiplier, createdAtMs } of events) {
      const told = { device_before: textOf(before), device_after: textOf({ ...after, multiplier }) };
      if (id !== undefined) {
        await trx.updateTable('meter_event').set(told).where('id', '=', id).execute();
        continue;
      }
      const registers = { closing_register: null, opening_register: null, note: null };
      await trx
        .insertInto('meter_event')
        .values({ meter_id: meter, kind, at: atMs, ...registers, created_at: createdAtMs, ...told })
        .execute();
    }
  }
}

async function writeQuotas(trx: Kysely<Database>, { quotas }: Draft): Promise<void> {
  function* rows(): Generator<unknown[]> {
    for (const [key, { quota }] of quotas) {
      const [institution, year, medium] = partsOfKey(key);
      yield [institution, year, medium, quota.annualLimit, JSON.stringify(quota.monthLimits)];
    }
  }
  for (const [key, { stored }] of quotas) {
    if (stored === undefined) continue;
    const [institution, year, medium] = partsOfKey(key);
    await trx
      .deleteFrom('quota')
      .where('institution_id', '=', institution)
      .where('year', '=', year)
      .where('medium', '=', medium)
      .execute();
  }
  await bulkInsert(trx, 'quota', ['institution_id', 'year', 'medium', 'annual_limit', 'month_limits'], rows());
}

function* auditRows(draft: Draft, { nowMs, userId }: Change): Generator<unknown[]> {
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  for (const { action, object, before, after } of auditEntries(draft)) {
    yield [nowMs, userId, action, object, text(before), text(after)];
  }
}

/** What came from meters that are new, or heard otherwise now, is tried again. */
async function replay(trx: Kysely<Database>, draft: Draft, change: Change): Promise<void> {
  const heard = [...draft.objects.meters.values()].filter(
    ({ stored, changed }) => stored === undefined || changed.has('collectorId') || changed.has('address'),
  );
  if (heard.length === 0) return;
  const meters = heard.map(({ id, facts }) => ({
    id,
    collectorId: String(facts['collectorId']),
    address: facts['address'] as string | null,
  }));
  await requestReplayOfMeters(trx, meters, change);
}

function known(changed: ReadonlyMap<string, unknown>, stored: ReadonlyMap<string, unknown>): string[] {
  return [...changed.keys()].filter((id) => stored.has(id));
}

function partsOfKey(key: string): [institution: string, year: number, medium: string] {
  const [institution = '', year, medium = ''] = key.split('/');
  return [institution, Number(year), medium];
}

function textOf(device: object): string | null {
  const text = JSON.stringify(device);
  return text === '{}' ? null : text;
}
