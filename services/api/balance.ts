import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import { CANONICAL_UNIT } from '../../domain/quantity.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { getMeter } from '../registry/meters.ts';
import { listZones } from '../registry/zones.ts';
import { meterBalance, type TreeSources } from '../trees/meter-balance.ts';
import { meterTree } from '../trees/meter-tree.ts';
import { zoneUsage } from '../trees/zone-usage.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { balanceQuery, balanceSchema, meterTreeQuery, meterTreeSchema, zoneUsageSchema } from './schemas/balance.ts';
import { listOf, usageMediumSchema } from './schemas/common.ts';
import { checkRange } from './step-range.ts';

const params = z.object({ id: z.string() });
const LEVEL_OF = { '1h': 'hour', '1d': 'day', '1mo': 'month' } as const;
const DAY_MS = 86_400_000;
/** By zone so many days are told at once: their hours are summed for it. */
const MOST_DAYS_BY_ZONE = 400;

/** Main meters against those below them, the tree of an institution's meters, and its usage by zone. */
export function balanceRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const sources: TreeSources = { db, series: context.series, zone };
  const today = (): string => zone.date(context.now());
  return async (api) => {
    api.get(
      '/meters/:id/balance',
      {
        schema: {
          tags: ['usage'],
          summary: 'A main meter against the meters right below it, and what none of them counted',
          params,
          querystring: balanceQuery,
          response: answers(balanceSchema),
        },
      },
      async (request) => {
        const { from, to, step } = request.query;
        const scope = requestScope(request);
        const date = today();
        const { id, name, medium } = await getMeter(db, scope, request.params.id, date);
        if (medium === 'temperature') {
          throw new PlatformError('bad-request', `${id} is a temperature point: nothing is summed below it`);
        }
        checkRange(zone, from, to, step);
        const meter = { id, name, medium };
        return meterBalance(sources, { meter, scope, date, fromMs: from, toMs: to, step: LEVEL_OF[step] });
      },
    );

    api.get(
      '/institutions/:id/meter-tree',
      {
        schema: {
          tags: ['usage'],
          summary: 'The meters of an institution and those below them, with what each counted over whole days',
          params,
          querystring: meterTreeQuery,
          response: answers(meterTreeSchema),
        },
      },
      async (request) => {
        const { from, to, medium } = request.query;
        const scope = requestScope(request);
        const { id } = request.params;
        await requireInstitution(db, scope, id);
        checkRange(zone, from, to, '1d');
        const query = { institutionId: id, medium, scope, date: today(), fromMs: from, toMs: to };
        return { items: await meterTree(sources, query), next: null };
      },
    );

    api.get(
      '/institutions/:id/zone-usage',
      {
        schema: {
          tags: ['usage'],
          summary: 'The usage of an institution by zone, housing among them, as the shares of its meters name them',
          params,
          querystring: balanceQuery.extend({ medium: usageMediumSchema.optional() }),
          response: answers(listOf(zoneUsageSchema)),
        },
      },
      async (request) => {
        const { from, to, step, medium } = request.query;
        const scope = requestScope(request);
        const { id } = request.params;
        await requireInstitution(db, scope, id);
        checkRange(zone, from, to, step);
        if (to - from > MOST_DAYS_BY_ZONE * DAY_MS) {
          throw new PlatformError('bad-request', `to: by zone at most ${MOST_DAYS_BY_ZONE} days are told at once`);
        }
        const zones = await listZones(db, scope, { institution: id, date: today() });
        const byId = new Map(zones.map((each) => [each.id, each]));
        const query = { institutionId: id, medium, fromMs: from, toMs: to, step: LEVEL_OF[step] };
        const items = (await zoneUsage(sources, query)).map((interval) => {
          const place = byId.get(interval.zoneId ?? '');
          return {
            start: zone.iso(interval.startMs),
            end: zone.iso(interval.endMs),
            zoneId: interval.zoneId,
            zoneName: place?.name ?? null,
            zoneKind: place?.kind ?? null,
            medium: interval.medium,
            value: interval.micro === null ? null : fromMicro(interval.micro),
            unit: CANONICAL_UNIT[interval.medium],
            quality: interval.quality,
          };
        });
        return { items, next: null };
      },
    );
  };
}
