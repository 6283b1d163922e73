import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { acknowledgeAlert } from '../alerts/acknowledge.ts';
import { alertToApi, type NamedAlert } from '../alerts/alert-message.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';
import { accountOf, requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { acknowledgeSchema, type Alert, alertQuery, alertSchema } from './schemas/alert.ts';
import { listOf, pageQuery } from './schemas/common.ts';

const params = z.object({ id: z.string() });
const isAlertKey = (key: unknown): key is [number, string] =>
  Array.isArray(key) && key.length === 2 && typeof key[0] === 'number' && typeof key[1] === 'string';

/** Alerts: list, one, take note of one. */
export function alertRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const answerOf = (row: NamedAlert): Alert => alertToApi(row, zone);
  return async (api) => {
    api.get(
      '/alerts',
      {
        schema: {
          tags: ['alerts'],
          summary: 'Alerts, the newest first',
          querystring: alertQuery.extend(pageQuery),
          response: answers(listOf(alertSchema)),
        },
      },
      async (request) => {
        const { state, rule, institution, cursor, limit } = request.query;
        const scope = requestScope(request);
        if (institution !== undefined) await requireInstitution(db, scope, institution);
        const before = decodeCursor(cursor, isAlertKey);
        let query = alertsInScope(db, scope)
          .orderBy('alert.active_since', 'desc')
          .orderBy('alert.id', 'desc')
          .limit(limit + 1);
        if (state !== undefined) query = query.where('alert.state', '=', state);
        if (rule !== undefined) query = query.where('alert.rule', '=', rule);
        if (institution !== undefined) query = query.where('alert.institution_id', '=', institution);
        if (before !== undefined) {
          const [since, id] = before;
          query = query.where((eb) =>
            eb.or([
              eb('alert.active_since', '<', since),
              eb.and([eb('alert.active_since', '=', since), eb('alert.id', '<', id)]),
            ]),
          );
        }
        return pageOf(await query.execute(), limit, (row) => [row.active_since, row.id], answerOf);
      },
    );

    api.get(
      '/alerts/:id',
      { schema: { tags: ['alerts'], summary: 'One alert', params, response: answers(alertSchema) } },
      async (request) => answerOf(await getAlert(db, requestScope(request), request.params.id)),
    );

    api.post(
      '/alerts/:id/acknowledge',
      {
        schema: {
          tags: ['alerts'],
          summary: 'Take note of an alert (open → acknowledged)',
          params,
          body: acknowledgeSchema.nullish(),
          response: answers(alertSchema),
        },
      },
      async (request) => {
        const scope = requestScope(request);
        const { id } = await getAlert(db, scope, request.params.id);
        const { username } = accountOf(request);
        await acknowledgeAlert(db, { id, username, note: request.body?.note, nowMs: context.now() });
        context.alertsChanged();
        return answerOf(await getAlert(db, scope, id));
      },
    );
  };
}

function alertsInScope(
  db: Kysely<Database>,
  scope: Scope,
): SelectQueryBuilder<Database, 'institution' | 'alert', NamedAlert> {
  return scopedInstitutions(db, scope)
    .innerJoin('alert', 'alert.institution_id', 'institution.id')
    .leftJoin('meter as point', 'point.id', 'alert.subject')
    .selectAll('alert')
    .select(['institution.name as institution_name', 'point.name as subject_name']);
}

async function getAlert(db: Kysely<Database>, scope: Scope, id: string): Promise<NamedAlert> {
  const row = await alertsInScope(db, scope).where('alert.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no alert ${id}`);
  return row;
}
