import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { premisesKey } from '../../domain/premises.ts';
import { exampleTariffs } from '../cost/example-tariffs.ts';
import { deleteAssignment, listAssignments, putAssignment } from '../cost/tariff-assignments.ts';
import { CITY } from '../cost/tariff-book.ts';
import {
  changeTariff,
  createTariff,
  deleteTariff,
  deleteTariffVersion,
  getTariff,
  listTariffs,
  putTariffVersion,
} from '../cost/tariffs.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { listOf } from './schemas/common.ts';
import {
  newTariffAssignmentSchema,
  newTariffSchema,
  tariffAssignmentParams,
  tariffAssignmentSchema,
  tariffAssignmentsQuery,
  tariffChangeSchema,
  tariffOwnerQuery,
  tariffParams,
  tariffPricesSchema,
  tariffSchema,
  tariffsQuery,
  tariffVersionParams,
} from './schemas/tariff.ts';

const EDITORS = ['admin', 'bureau'] as const;

/** Tariffs: what a unit costs from which day on, and who pays by which. Everybody may read the price lists. */
export function tariffRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db } = context;

  async function ownerOf(
    request: FastifyRequest,
    { institution, premises }: z.output<typeof tariffOwnerQuery>,
  ): Promise<string> {
    if (institution === undefined) {
      if (premises === 'own') return CITY;
      throw new PlatformError('bad-request', 'institution: whose housing? Name it, or leave out premises');
    }
    await requireInstitution(db, requestScope(request), institution);
    return premisesKey(institution, premises === 'housing');
  }

  return async (api) => {
    api.get(
      '/tariffs',
      {
        schema: {
          tags: ['tariffs'],
          summary: 'Tariffs by id, each with its prices by the day from which they hold',
          querystring: tariffsQuery,
          response: answers(listOf(tariffSchema)),
        },
      },
      async (request) => ({ items: await listTariffs(db, request.query), next: null }),
    );

    api.get(
      '/tariffs/:id',
      { schema: { tags: ['tariffs'], summary: 'One tariff', params: tariffParams, response: answers(tariffSchema) } },
      async (request) => getTariff(db, request.params.id),
    );

    api.get(
      '/tariff-examples',
      {
        schema: {
          tags: ['tariffs'],
          summary: 'Tariffs to begin with: examples of the form, not prices in force',
          response: answers(listOf(tariffSchema)),
        },
      },
      async () => ({ items: [...exampleTariffs], next: null }),
    );

    api.post(
      '/tariffs',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Enter a tariff: flat, time-of-use (尖峰平谷) or tiered (阶梯)',
          body: newTariffSchema,
          response: answersCreated(tariffSchema),
        },
      },
      async (request, reply) => {
        const made = await createTariff(db, request.body, changeBy(request, context));
        reply.code(201);
        return made;
      },
    );

    api.put(
      '/tariffs/:id',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Rename a tariff or its source',
          params: tariffParams,
          body: tariffChangeSchema,
          response: answers(tariffSchema),
        },
      },
      async (request) => changeTariff(db, request.params.id, request.body, changeBy(request, context)),
    );

    api.delete(
      '/tariffs/:id',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Take out a tariff that nobody pays or has paid by',
          params: tariffParams,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteTariff(db, request.params.id, changeBy(request, context));
        reply.code(204);
        return null;
      },
    );

    api.put(
      '/tariffs/:id/versions/:validFrom',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Enter or correct the prices that hold from a day on; the cost of past days follows',
          params: tariffVersionParams,
          body: tariffPricesSchema,
          response: answers(tariffSchema),
        },
      },
      async (request) => putTariffVersion(db, request.params, request.body, changeBy(request, context)),
    );

    api.delete(
      '/tariffs/:id/versions/:validFrom',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Take out the prices of a day: those before go on',
          params: tariffVersionParams,
          response: answers(tariffSchema),
        },
      },
      async (request) => deleteTariffVersion(db, request.params, changeBy(request, context)),
    );

    api.get(
      '/tariff-assignments',
      {
        schema: {
          tags: ['tariffs'],
          summary: "Who pays by which tariff: the city's, and those of institutions in scope",
          querystring: tariffAssignmentsQuery,
          response: answers(listOf(tariffAssignmentSchema)),
        },
      },
      async (request) => {
        const { institution, medium } = request.query;
        if (institution !== undefined) await requireInstitution(db, requestScope(request), institution);
        return { items: await listAssignments(db, requestScope(request), { institution, medium }), next: null };
      },
    );

    api.put(
      '/tariff-assignments/:medium/:validFrom',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: 'Let an institution, or the whole city, pay by a tariff from a day on',
          params: tariffAssignmentParams,
          querystring: tariffOwnerQuery,
          body: newTariffAssignmentSchema,
          response: answers(tariffAssignmentSchema),
        },
      },
      async (request) => {
        const key = { premises: await ownerOf(request, request.query), ...request.params };
        return putAssignment(db, key, request.body.tariffId, changeBy(request, context));
      },
    );

    api.delete(
      '/tariff-assignments/:medium/:validFrom',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['tariffs'],
          summary: "Take an assignment back: the one before it goes on, else the city's holds",
          params: tariffAssignmentParams,
          querystring: tariffOwnerQuery,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        const key = { premises: await ownerOf(request, request.query), ...request.params };
        await deleteAssignment(db, key, changeBy(request, context));
        reply.code(204);
        return null;
      },
    );
  };
}
