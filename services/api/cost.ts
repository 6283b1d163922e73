import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { decimalText } from '../../domain/decimal-text.ts';
import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import { premisesKey } from '../../domain/premises.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import { CHECK_LIMIT } from '../cost/compare-registers.ts';
import { costCheck } from '../cost/cost-check.ts';
import { institutionCost } from '../cost/institution-cost.ts';
import { meterCost, type CostedMeter } from '../cost/meter-cost.ts';
import type { PeriodCost } from '../cost/period-cost.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { getMeter } from '../registry/meters.ts';
import { findVirtualMeter } from '../registry/virtual-meters.ts';
import type { Scope } from '../scope.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import {
  costCheckQuery,
  costCheckSchema,
  institutionCostQuery,
  institutionCostAnswerSchema,
  meterCostAnswerSchema,
  type CostTotal,
} from './schemas/cost.ts';
import { usageQuery } from './schemas/usage.ts';
import { checkRange } from './step-range.ts';

const params = z.object({ id: z.string() });

/** What usage costs, by the tariffs of its time, with kgce and CO₂; ranges are [from, to) on boundaries of the step. */
export function costRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { zone } = context;
  return async (api) => {
    api.get(
      '/meters/:id/cost',
      {
        schema: {
          tags: ['cost'],
          summary: 'The cost of a meter, or a virtual one: what is missing or has no tariff costs null, never 0',
          params,
          querystring: usageQuery,
          response: answers(meterCostAnswerSchema),
        },
      },
      async (request) => {
        const { from, to, step } = request.query;
        const costed = await costedMeter(requestScope(request), request.params.id);
        const { medium } = costed;
        checkRange(zone, from, to, step);
        const cost = await meterCost(context, costed, { fromMs: from, toMs: to, step });
        return {
          items: cost.rows.map(({ cost: one, quality }) => ({ ...times(one), ...costFields(one, medium), quality })),
          totals: [totalOf(medium, cost.total, null)],
          assumedYears: cost.assumedYears,
          next: null,
        };
      },
    );

    api.get(
      '/meters/:id/cost-check',
      {
        schema: {
          tags: ['cost'],
          summary:
            'The registers t1…t4 (尖峰平谷) of a meter against its intervals by period: a check that feeds no cost',
          params,
          querystring: costCheckQuery,
          response: answers(costCheckSchema),
        },
      },
      async (request) => {
        const { from, to } = request.query;
        const meter = await getMeter(context.db, requestScope(request), request.params.id, zone.date(context.now()));
        if (meter.medium !== 'electricity') {
          throw new PlatformError('bad-request', `${meter.id} counts ${meter.medium}: only electricity has t1 to t4`);
        }
        checkRange(zone, from, to, '1h');
        const { id, medium, direction } = meter;
        const costed = { id, medium, isBought: direction === 'import' };
        const { items, ...check } = await costCheck(context, costed, { fromMs: from, toMs: to });
        return {
          meter: id,
          from: zone.iso(from),
          to: zone.iso(to),
          unit: meter.unit,
          limit: CHECK_LIMIT,
          ...check,
          items: items.map(({ registerMicro, intervalMicro, ...item }) => ({
            ...item,
            registerValue: registerMicro === null ? null : fromMicro(registerMicro),
            intervalValue: intervalMicro === null ? null : fromMicro(intervalMicro),
          })),
        };
      },
    );

    api.get(
      '/institutions/:id/cost',
      {
        schema: {
          tags: ['cost'],
          summary: 'The cost of an institution by medium and sub-item (分项), of its own premises or of its housing',
          params,
          querystring: institutionCostQuery,
          response: answers(institutionCostAnswerSchema),
        },
      },
      async (request) => {
        const { from, to, step, medium, premises } = request.query;
        const { id } = request.params;
        await requireInstitution(context.db, requestScope(request), id);
        checkRange(zone, from, to, step);
        const range = { fromMs: from, toMs: to, step };
        const cost = await institutionCost(context, premisesKey(id, premises === 'housing'), range, medium);
        return {
          items: cost.rows.map((row) => ({
            ...times(row.cost),
            medium: row.medium,
            subItem: row.subItem === '' ? null : row.subItem,
            ...costFields(row.cost, row.medium),
            quality: row.quality,
          })),
          totals: cost.totals.map((total) => totalOf(total.medium, total.cost, total.fixedPico)),
          assumedYears: cost.assumedYears,
          next: null,
        };
      },
    );
  };

  async function costedMeter(scope: Scope, id: string): Promise<CostedMeter> {
    const virtual = await findVirtualMeter(context.db, scope, id, zone);
    if (virtual !== undefined) {
      return { id, medium: virtual.medium, isBought: true, institutionId: virtual.institutionId };
    }
    const { medium, direction } = await getMeter(context.db, scope, id, zone.date(context.now()));
    if (medium !== 'temperature') return { id, medium, isBought: direction === 'import' };
    throw new PlatformError('bad-request', `${id} is a temperature point: there is nothing to pay for`);
  }

  function times({ startMs, endMs }: PeriodCost): { start: string; end: string } {
    return { start: zone.iso(startMs), end: zone.iso(endMs) };
  }
}

function costFields(cost: PeriodCost, medium: UsageMedium): Omit<CostTotal, 'medium' | 'fixed'> {
  const { micro, picoYuan, reason, pricedMs, wholeMs, byPeriod, kgce, co2Kg } = cost;
  return {
    value: micro === null ? null : fromMicro(micro),
    unit: CANONICAL_UNIT[medium],
    cost: picoYuan === null ? null : yuan(picoYuan),
    reason,
    coverage: Math.min(1, pricedMs / wholeMs),
    byPeriod:
      byPeriod?.map((part) => ({ period: part.period, value: fromMicro(part.micro), cost: yuan(part.picoYuan) })) ??
      null,
    kgce,
    co2Kg,
    tariffs: [...cost.tariffs],
    coefficientSets: [...cost.coefficientSets],
  };
}

function totalOf(medium: UsageMedium, cost: PeriodCost, fixedPico: bigint | null): CostTotal {
  return { medium, ...costFields(cost, medium), fixed: fixedPico === null ? null : yuan(fixedPico) };
}

function yuan(picoYuan: bigint): string {
  return decimalText(picoYuan, 12);
}
