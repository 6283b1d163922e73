import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { loadComparison } from '../comparison/load-comparison.ts';
import { getInstitution } from '../registry/institutions.ts';
import { getMeter } from '../registry/meters.ts';
import { findVirtualMeter } from '../registry/virtual-meters.ts';
import type { Scope } from '../scope.ts';
import { DEFAULT_BASES } from '../weather/degree-days.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { comparisonSchema, institutionComparisonQuery, meterComparisonQuery } from './schemas/comparison.ts';
import { checkRange } from './step-range.ts';

const params = z.object({ id: z.string() });

/** Use against an earlier period, like for like (同比、环比): by days, working days or degree-days. */
export function comparisonRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { zone } = context;
  const deps = { ...context, now: () => context.now(), bases: context.degreeDayBases ?? DEFAULT_BASES };
  const today = (): string => zone.date(context.now());

  async function institutionOf(scope: Scope, id: string): Promise<{ type: string; regionCode: string }> {
    return getInstitution(context.db, scope, id, today());
  }

  return async (api) => {
    api.get(
      '/institutions/:id/comparison',
      {
        schema: {
          tags: ['usage'],
          summary: 'The use of a medium against an earlier period, over what both periods know',
          params,
          querystring: institutionComparisonQuery,
          response: answers(comparisonSchema),
        },
      },
      async (request) => {
        const { from, to, ...question } = request.query;
        const { id } = request.params;
        const { type, regionCode } = await institutionOf(requestScope(request), id);
        checkRange(zone, from, to, '1d');
        return loadComparison(deps, { institutionId: id, type, regionCode }, { ...question, fromMs: from, toMs: to });
      },
    );

    api.get(
      '/meters/:id/comparison',
      {
        schema: {
          tags: ['usage'],
          summary:
            'The use of a meter, or a virtual one, against an earlier period, by the calendar and weather of whose it is',
          params,
          querystring: meterComparisonQuery,
          response: answers(comparisonSchema),
        },
      },
      async (request) => {
        const { from, to, ...question } = request.query;
        const scope = requestScope(request);
        const { id } = request.params;
        const virtual = await findVirtualMeter(context.db, scope, id, zone);
        const meter = virtual ?? (await getMeter(context.db, scope, id, today()));
        const { medium } = meter;
        if (medium === 'temperature') {
          throw new PlatformError('bad-request', `${meter.id} is a temperature point without a register`);
        }
        checkRange(zone, from, to, '1d');
        const { type, regionCode } = await institutionOf(scope, meter.institutionId);
        const subItem = 'subItem' in meter ? meter.subItem : null;
        return loadComparison(
          deps,
          {
            institutionId: meter.institutionId,
            type,
            regionCode,
            meter: { id, subItem, isVirtual: virtual !== undefined },
          },
          { ...question, medium, fromMs: from, toMs: to },
        );
      },
    );
  };
}
