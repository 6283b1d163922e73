import { randomUUID } from 'node:crypto';

import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { actOnDecision, type Deciding, proposeDecision } from '../decisions/decide.ts';
import { effectOfDecision, effectOfProposal } from '../decisions/effect-of-decision.ts';
import { DECIDING_ROLES, type DecisionAct } from '../decisions/may-decide.ts';
import { type DecisionView, getDecision, listDecisions } from '../decisions/read-decisions.ts';
import { accountOf, changeBy, requestScope } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { listOf } from './schemas/common.ts';
import {
  approvalSchema,
  decisionQuery,
  decisionSchema,
  effectSchema,
  newDecisionSchema,
  refusalSchema,
  type Decision,
} from './schemas/decision.ts';
import type { Role } from './schemas/session.ts';

const ofDecision = z.object({ id: z.string().max(64) });
const PROPOSING_ROLES = ['admin', 'bureau', 'agency', 'institution'] as const satisfies readonly Role[];

/** Decisions on readings: proposed by one person, approved by another, reversible. */
export function decisionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;

  function viewOf(request: FastifyRequest): DecisionView {
    const { id: userId, role } = accountOf(request);
    return { scope: requestScope(request), decider: { userId, role }, zone, nowMs: context.now() };
  }

  function decidingOf(request: FastifyRequest): Deciding {
    const { scope, decider } = viewOf(request);
    return { scope, decider, change: changeBy(request, context), zone };
  }

  async function act(
    request: FastifyRequest,
    id: string,
    what: DecisionAct,
    note: string | undefined,
  ): Promise<Decision> {
    await actOnDecision(db, id, what, note === undefined || note === '' ? null : note, decidingOf(request));
    // What is approved, or reversed, counts at once.
    if (what === 'approve' || what === 'reverse') await context.registryChanged();
    return getDecision(db, viewOf(request), id);
  }

  return async (api) => {
    api.get(
      '/decisions',
      {
        schema: {
          tags: ['decisions'],
          summary: 'Decisions on readings, newest proposal first',
          querystring: decisionQuery,
          response: answers(listOf(decisionSchema)),
        },
      },
      async (request) => {
        const { cursor, limit, state, meter, institution } = request.query;
        const after = decodeCursor(cursor, isPlace);
        const filter = { state, meter, institution, after, limit: limit + 1 };
        const rows = await listDecisions(db, viewOf(request), filter);
        return pageOf(
          rows,
          limit,
          ({ row }) => [row.proposed_at, row.id],
          ({ decision }) => decision,
        );
      },
    );

    api.post(
      '/decisions',
      {
        config: { access: PROPOSING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'Propose a decision on readings of a meter; it counts once a second person approves it',
          body: newDecisionSchema,
          response: answersCreated(decisionSchema),
        },
      },
      async (request, reply) => {
        const id = randomUUID();
        await proposeDecision(db, id, request.body, decidingOf(request));
        reply.code(201).header('location', `/api/decisions/${id}`);
        return getDecision(db, viewOf(request), id);
      },
    );

    api.get(
      '/decisions/:id',
      {
        schema: {
          tags: ['decisions'],
          summary: 'One decision, and what the one who asks may do with it',
          params: ofDecision,
          response: answers(decisionSchema),
        },
      },
      async (request) => getDecision(db, viewOf(request), request.params.id),
    );

    api.post(
      '/decisions/effect',
      {
        config: { access: PROPOSING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'What a decision would change if it were approved; nothing is stored',
          body: newDecisionSchema,
          response: answers(effectSchema),
        },
      },
      async (request) => effectOfProposal(context, request.body, viewOf(request)),
    );

    api.get(
      '/decisions/:id/effect',
      {
        schema: {
          tags: ['decisions'],
          summary: 'What the approval of a proposal, or the reversal of an approved decision, would change',
          params: ofDecision,
          response: answers(effectSchema),
        },
      },
      async (request) => effectOfDecision(context, request.params.id, viewOf(request)),
    );

    api.post(
      '/decisions/:id/approve',
      {
        config: { access: DECIDING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'Approve what another person proposed: usage follows from there',
          params: ofDecision,
          body: approvalSchema.optional(),
          response: answers(decisionSchema),
        },
      },
      async (request) => act(request, request.params.id, 'approve', request.body?.note),
    );

    api.post(
      '/decisions/:id/reject',
      {
        config: { access: DECIDING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'Reject what another person proposed, saying why',
          params: ofDecision,
          body: refusalSchema,
          response: answers(decisionSchema),
        },
      },
      async (request) => act(request, request.params.id, 'reject', request.body.note),
    );

    api.post(
      '/decisions/:id/withdraw',
      {
        config: { access: PROPOSING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'Take back a proposal of one’s own',
          params: ofDecision,
          body: approvalSchema.optional(),
          response: answers(decisionSchema),
        },
      },
      async (request) => act(request, request.params.id, 'withdraw', request.body?.note),
    );

    api.post(
      '/decisions/:id/reverse',
      {
        config: { access: DECIDING_ROLES },
        schema: {
          tags: ['decisions'],
          summary: 'Take an approved decision out of the accounting again, saying why: what the readings say counts',
          params: ofDecision,
          body: refusalSchema,
          response: answers(decisionSchema),
        },
      },
      async (request) => act(request, request.params.id, 'reverse', request.body.note),
    );
  };
}

/** The place of a decision in the list: when it was proposed, and its id. */
function isPlace(key: unknown): key is [number, string] {
  return Array.isArray(key) && key.length === 2 && typeof key[0] === 'number' && typeof key[1] === 'string';
}
