import { randomBytes } from 'node:crypto';

import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import session from '@fastify/session';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

import { addAccessHook } from './access.ts';
import { alertRoutes } from './alerts.ts';
import { balanceRoutes } from './balance.ts';
import { bindingRoutes } from './bindings.ts';
import { buildingRoutes } from './buildings.ts';
import { calendarRoutes } from './calendar.ts';
import { coefficientRoutes } from './coefficients.ts';
import { collectorRoutes } from './collectors.ts';
import { comparisonRoutes } from './comparison.ts';
import type { ApiContext } from './context.ts';
import { costRoutes } from './cost.ts';
import { dayChangeRoutes } from './day-changes.ts';
import { decisionRoutes } from './decisions.ts';
import { discoveryRoutes } from './discovery.ts';
import { findingRoutes } from './findings.ts';
import { healthRoutes } from './health.ts';
import { institutionAttributeRoutes } from './institution-attributes.ts';
import { institutionRoutes } from './institutions.ts';
import { manualReadingRoutes } from './manual-readings.ts';
import { messageRoutes } from './messages.ts';
import { meterLifeRoutes } from './meter-life.ts';
import { meterRoutes } from './meters.ts';
import { overviewRoutes } from './overview.ts';
import { answerError, sendProblem } from './problem.ts';
import { provenanceRoutes } from './provenance.ts';
import { quarantineRoutes } from './quarantine.ts';
import { quotaRoutes } from './quotas.ts';
import { readingRoutes } from './readings.ts';
import { registryExchangeRoutes } from './registry-exchange.ts';
import { regionRoutes } from './regions.ts';
import { replayRoutes } from './replays.ts';
import { reportRoutes } from './reports.ts';
import { addSameOriginHook } from './same-origin.ts';
import { createSessionStore, SESSION_MS } from './session-store.ts';
import { SESSION_COOKIE, SESSION_COOKIE_PATH, sessionRoutes } from './session.ts';
import { standbyRoutes } from './standby.ts';
import { addStaticFiles } from './static-files.ts';
import { tariffRoutes } from './tariffs.ts';
import { usageRoutes } from './usage.ts';
import { userRoutes } from './users.ts';
import { virtualMeterRoutes } from './virtual-meters.ts';
import { weatherRoutes } from './weather.ts';
import { zoneRoutes } from './zones.ts';

const RESOURCES = [
  sessionRoutes,
  regionRoutes,
  registryExchangeRoutes,
  institutionRoutes,
  institutionAttributeRoutes,
  buildingRoutes,
  zoneRoutes,
  calendarRoutes,
  quotaRoutes,
  standbyRoutes,
  meterRoutes,
  meterLifeRoutes,
  virtualMeterRoutes,
  readingRoutes,
  manualReadingRoutes,
  decisionRoutes,
  findingRoutes,
  messageRoutes,
  provenanceRoutes,
  dayChangeRoutes,
  usageRoutes,
  tariffRoutes,
  costRoutes,
  coefficientRoutes,
  balanceRoutes,
  comparisonRoutes,
  weatherRoutes,
  alertRoutes,
  reportRoutes,
  overviewRoutes,
  quarantineRoutes,
  replayRoutes,
  collectorRoutes,
  discoveryRoutes,
  bindingRoutes,
  userRoutes,
];

/** The HTTP side: the API below /api with its documentation, /metrics, and the dashboards. Listening is the caller's. */
export async function buildApi(context: ApiContext): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    ...(context.logger === undefined ? { logger: false } : { loggerInstance: context.logger }),
    trustProxy: context.trustedProxies ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 128 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  acceptJsonOnly(app);

  await app.register(helmet, {
    contentSecurityPolicy: {
      // Without TLS there is nothing to upgrade to: within a network the platform is often reached by plain HTTP.
      directives: {
        'upgrade-insecure-requests': null,
        'script-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
      },
    },
  });
  await app.register(compress, { threshold: 1024 });
  await app.register(rateLimit, { max: context.rateLimits?.requests ?? 6000, timeWindow: '1 minute' });
  await addDocumentation(app, context);
  await addStaticFiles(app, context.staticFolder);

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    return context.metrics();
  });
  // Apart from sessions: how the parts are must be told also where the registry, and with it who asks, is out of reach.
  await app.register(healthRoutes(context), { prefix: '/api' });
  await app.register(async (api) => addResources(api, context), { prefix: '/api' });
  return app;
}

async function addResources(api: FastifyInstance, context: ApiContext): Promise<void> {
  await api.register(cookie);
  await api.register(session, {
    cookieName: SESSION_COOKIE,
    cookie: { path: SESSION_COOKIE_PATH, httpOnly: true, sameSite: 'strict', secure: false, maxAge: SESSION_MS },
    // An id of 256 random bits that is looked up by its hash gains nothing from a signature.
    secret: { sign: (id) => id, unsign: (id) => ({ valid: true, renew: false, value: id }) },
    idGenerator: () => randomBytes(32).toString('base64url'),
    saveUninitialized: false,
    store: createSessionStore(context.db, () => context.now()),
  });
  addSameOriginHook(api, context.publicUrl);
  addAccessHook(api, context);
  api.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, 'not-found', `There is no ${request.method} ${request.url.split('?', 1)[0]}`),
  );
  for (const resource of RESOURCES) await api.register(resource(context));
}

/** JSON alone; an empty body counts as none, whatever type it is said to have. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, done);
  });
}

async function addDocumentation(app: FastifyInstance, context: ApiContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jieneng 节能',
        version: context.version,
        description:
          'Energy monitoring of public institutions. Times are RFC 3339 with offset, ranges [from, to), lists {items, next}, errors RFC 9457 problem+json with a stable code. Log in with POST /api/session.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    // No call to the validator of swagger.io: the platform runs without the internet.
    uiConfig: { validatorUrl: null, docExpansion: 'list' },
  });
}
