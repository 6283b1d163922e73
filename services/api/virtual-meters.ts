import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { requireInstitution } from '../registry/institutions.ts';
import {
  changeVirtualMeter,
  createVirtualMeter,
  deleteVirtualMeter,
  type VirtualMeterEdit,
} from '../registry/virtual-meter-edits.ts';
import { getVirtualMeter, listVirtualMeters } from '../registry/virtual-meters.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { idSchema, listOf } from './schemas/common.ts';
import {
  newVirtualMeterSchema,
  virtualMeterChangeSchema,
  virtualMeterSchema,
  virtualMetersQuery,
} from './schemas/virtual-meter.ts';
import type { Role } from './schemas/session.ts';

const params = z.object({ id: idSchema });
const MAY_EDIT: readonly Role[] = ['admin', 'bureau', 'agency'];
const TAGS = ['meters'];

/** Virtual meters (虚拟表), sums and differences of meters: list, one, enter, change, take out. */
export function virtualMeterRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const today = (): string => zone.date(context.now());
  const editBy = (request: FastifyRequest): VirtualMeterEdit => ({
    ...changeBy(request, context),
    scope: requestScope(request),
    date: today(),
  });
  return async (api) => {
    api.get(
      '/virtual-meters',
      {
        schema: {
          tags: TAGS,
          summary: 'The virtual meters of the institutions one may see',
          querystring: virtualMetersQuery,
          response: answers(listOf(virtualMeterSchema)),
        },
      },
      async (request) => {
        const { query } = request;
        const scope = requestScope(request);
        if (query.institution !== undefined) await requireInstitution(db, scope, query.institution);
        const filter = { ...query, ...listPageOf(query), date: today() };
        return answerPage(await listVirtualMeters(db, scope, filter, zone), query);
      },
    );

    api.get(
      '/virtual-meters/:id',
      {
        schema: {
          tags: TAGS,
          summary: 'One virtual meter; its usage is asked for as that of a meter',
          params,
          response: answers(virtualMeterSchema),
        },
      },
      async (request) => getVirtualMeter(db, requestScope(request), request.params.id, zone),
    );

    api.post(
      '/virtual-meters',
      {
        config: { access: MAY_EDIT },
        schema: {
          tags: TAGS,
          summary: 'Enter a virtual meter',
          body: newVirtualMeterSchema,
          response: answersCreated(virtualMeterSchema),
        },
      },
      async (request, reply) => {
        await createVirtualMeter(db, request.body, editBy(request));
        await context.registryChanged();
        reply.code(201);
        return getVirtualMeter(db, requestScope(request), request.body.id, zone);
      },
    );

    api.patch(
      '/virtual-meters/:id',
      {
        config: { access: MAY_EDIT },
        schema: {
          tags: TAGS,
          summary: 'Change a virtual meter, for all of its history, or end it on a day (null takes the end back)',
          params,
          body: virtualMeterChangeSchema,
          response: answers(virtualMeterSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        await changeVirtualMeter(db, id, request.body, editBy(request));
        await context.registryChanged();
        return getVirtualMeter(db, requestScope(request), id, zone);
      },
    );

    api.delete(
      '/virtual-meters/:id',
      {
        config: { access: MAY_EDIT },
        schema: {
          tags: TAGS,
          summary: 'Take out a virtual meter that no other one sums',
          params,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteVirtualMeter(db, request.params.id, editBy(request));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );
  };
}
