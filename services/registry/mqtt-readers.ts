import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { isValidId } from '../../domain/ids.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { makeToken, requireMqttNameFree, tokenColumns } from './mqtt-token.ts';
import { requireRegion } from './regions.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

/** An MQTT user that reads alerts: of one institution, of a region's, or of all where neither is given. */
export interface MqttReader {
  id: string;
  name: string;
  institutionId?: string;
  regionCode?: string;
}

/**
 * Enters a reader of alerts and gives its token, the MQTT password, which is shown this once. Fails with `conflict`
 * where the name is taken, `bad-request` where institution or region are not known.
 */
export async function createMqttReader(
  db: Kysely<Database>,
  input: MqttReader,
  change: Change,
): Promise<{ id: string; token: string }> {
  if (!isValidId(input.id)) throw new PlatformError('bad-request', `id: ${input.id} is not free; take another name`);
  const token = makeToken();
  await inTransaction(db, async (trx) => {
    await requireMqttNameFree(trx, input.id);
    if (input.regionCode !== undefined) await requireRegion(trx, 'regionCode', input.regionCode);
    const reached = await institutionsOf(trx, input);
    if (input.institutionId !== undefined && reached.length === 0) {
      throw new PlatformError('bad-request', `institutionId: there is no institution ${input.institutionId}`);
    }
    await trx
      .insertInto('mqtt_reader')
      .values({
        id: input.id,
        name: input.name,
        ...tokenColumns(token),
        institution_id: input.institutionId ?? null,
        region_code: input.regionCode ?? null,
        created_at: change.nowMs,
      })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `mqtt-reader/${input.id}`, after: input });
  });
  return { id: input.id, token };
}

/** The readers as the gateway needs them: with the institutions that are in their scope now. */
export async function mqttReaders(
  db: Kysely<Database>,
): Promise<{ id: string; tokenHash: string; institutions: 'all' | string[] }[]> {
  const rows = await db.selectFrom('mqtt_reader').selectAll().orderBy('id').execute();
  const readers = [];
  for (const { id, token_hash, institution_id, region_code } of rows) {
    const isAll = institution_id === null && region_code === null;
    const reader = { id, name: id, institutionId: institution_id ?? undefined, regionCode: region_code ?? undefined };
    readers.push({
      id,
      tokenHash: token_hash,
      institutions: isAll ? ('all' as const) : await institutionsOf(db, reader),
    });
  }
  return readers;
}

async function institutionsOf(db: Kysely<Database>, reader: MqttReader): Promise<string[]> {
  const rows = await scopedInstitutions(db, scopeOf(reader)).select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

function scopeOf({ institutionId, regionCode }: MqttReader): Scope {
  if (institutionId !== undefined) return { kind: 'institution', institutionId };
  return regionCode === undefined ? { kind: 'all' } : { kind: 'region', regionCode };
}
