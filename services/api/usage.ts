import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import { CANONICAL_UNIT } from '../../domain/quantity.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { getMeter } from '../registry/meters.ts';
import { findVirtualMeter } from '../registry/virtual-meters.ts';
import { premisesUsage } from '../trees/premises-usage.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { premisesSchema } from './schemas/balance.ts';
import { listOf, usageMediumSchema } from './schemas/common.ts';
import { institutionUsageSchema, meterUsageSchema, usageQuery } from './schemas/usage.ts';
import { checkRange } from './step-range.ts';

const params = z.object({ id: z.string() });

/** Usage of meters and institutions; ranges are [from, to) on boundaries of the step. */
export function usageRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { zone } = context;
  const changedAt = (ms: number | undefined): { changedAt?: string } =>
    ms === undefined ? {} : { changedAt: zone.iso(ms) };
  return async (api) => {
    api.get(
      '/meters/:id/usage',
      {
        schema: {
          tags: ['usage'],
          summary: 'The usage of a meter, or a virtual one, without holes: what is missing is an item with value null',
          params,
          querystring: usageQuery,
          response: answers(listOf(meterUsageSchema)),
        },
      },
      async (request) => {
        const { from, to, step } = request.query;
        const { id } = request.params;
        const scope = requestScope(request);
        const virtual = await findVirtualMeter(context.db, scope, id, zone);
        const meter = virtual ?? (await getMeter(context.db, scope, id, zone.date(context.now())));
        if (meter.medium === 'temperature') {
          throw new PlatformError(
            'bad-request',
            `${meter.id} is a temperature point without a register; ask for /readings`,
          );
        }
        checkRange(zone, from, to, step);
        const intervals = await context.usage.meterUsage(meter.id, from, to, step, { changes: true });
        const items = intervals.map((interval) => ({
          start: zone.iso(interval.startMs),
          end: zone.iso(interval.endMs),
          value: interval.micro === null ? null : fromMicro(interval.micro),
          unit: meter.unit,
          quality: interval.quality,
          ...changedAt(interval.changedAtMs),
        }));
        return { items, next: null };
      },
    );

    api.get(
      '/institutions/:id/usage',
      {
        schema: {
          tags: ['usage'],
          summary: 'The usage of an institution by medium and sub-item (分项), of its own premises or of its housing',
          params,
          querystring: usageQuery.extend({ medium: usageMediumSchema.optional(), premises: premisesSchema }),
          response: answers(listOf(institutionUsageSchema)),
        },
      },
      async (request) => {
        const { from, to, step, medium, premises } = request.query;
        const { id } = request.params;
        await requireInstitution(context.db, requestScope(request), id);
        checkRange(zone, from, to, step);
        const query = { institutionId: id, premises, fromMs: from, toMs: to, step, medium };
        const intervals = await premisesUsage(context.usage, query);
        const items = intervals.map((interval) => ({
          start: zone.iso(interval.startMs),
          end: zone.iso(interval.endMs),
          medium: interval.medium,
          subItem: interval.subItem === '' ? null : interval.subItem,
          value: interval.micro === null ? null : fromMicro(interval.micro),
          unit: CANONICAL_UNIT[interval.medium],
          quality: interval.quality,
          ...changedAt(interval.changedAtMs),
        }));
        return { items, next: null };
      },
    );
  };
}
