import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { DEFAULT_BASES, degreeDaysOf } from '../weather/degree-days.ts';
import { findWeatherRegion, importWeather, removeWeather } from '../weather/import-weather.ts';
import { outdoorTemperatures } from '../weather/outdoor-temperatures.ts';
import { changeBy } from './access.ts';
import { answers, answersFile, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import {
  type Weather,
  weatherImportQuery,
  weatherImportSchema,
  weatherParams,
  weatherQuery,
  weatherRefusedSchema,
  weatherRemovalQuery,
  weatherSchema,
} from './schemas/weather.ts';
import { checkRange } from './step-range.ts';

const ROLES = ['admin', 'bureau'] as const;
/** A file may come bare, as one of these. None of them is sent by another site's form. */
const BARE = ['text/csv', 'application/octet-stream'];
/** A century of days is half of it. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Outdoor temperatures by region: what the meter points say, and what is imported where none does. */
export function weatherRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const bases = context.degreeDayBases ?? DEFAULT_BASES;

  async function weatherOf(regionCode: string, fromMs: number, toMs: number): Promise<Weather> {
    const known = await outdoorTemperatures({ ...context, now: () => context.now() }, { regionCode }, fromMs, toMs);
    const items: Weather['items'] = [];
    for (let at = fromMs; at < toMs; at = zone.nextDay(at)) {
      const date = zone.date(at);
      const day = known.get(date);
      items.push({
        date,
        meanC: day?.meanC ?? null,
        heatingDegreeDays: day === undefined ? null : degreeDaysOf('heating', day.meanC, bases),
        coolingDegreeDays: day === undefined ? null : degreeDaysOf('cooling', day.meanC, bases),
        source: day?.source ?? null,
      });
    }
    const sumOf = (kind: 'heatingDegreeDays' | 'coolingDegreeDays'): number =>
      items.reduce((sum, item) => sum + (item[kind] ?? 0), 0);
    return {
      items,
      next: null,
      regionCode,
      heatingBaseC: bases.heatingC,
      coolingBaseC: bases.coolingC,
      heatingDegreeDays: sumOf('heatingDegreeDays'),
      coolingDegreeDays: sumOf('coolingDegreeDays'),
      knownDays: known.size,
      days: items.length,
    };
  }

  return async (api) => {
    await api.register(multipart, { limits: { files: 1, fields: 10, fieldSize: 1000, fileSize: MAX_BYTES } });
    api.addContentTypeParser(BARE, { parseAs: 'buffer', bodyLimit: MAX_BYTES }, (_request, body, done) =>
      done(null, body),
    );

    api.get(
      '/weather/:region',
      {
        schema: {
          tags: ['weather'],
          summary: 'Daily mean outdoor temperatures of a region with their source, and degree-days',
          params: weatherParams,
          querystring: weatherQuery,
          response: answers(weatherSchema),
        },
      },
      async (request) => {
        const { from, to } = request.query;
        await findWeatherRegion(db, request.params.region);
        checkRange(zone, from, to, '1d');
        return weatherOf(request.params.region, from, to);
      },
    );

    api.put(
      '/weather/:region',
      {
        config: { access: ROLES, accepts: BARE },
        schema: {
          tags: ['weather'],
          summary: 'Import daily mean outdoor temperatures from CSV (date, °C): all of it, or nothing',
          description:
            'The file as multipart (the first file of the form) or bare, as text/csv. Days that it does not name stay. Problems are answered with 422 and the code import-refused, and nothing is changed; with dryRun=1 they are answered with 200.',
          consumes: ['multipart/form-data', ...BARE],
          body: z.any().meta({ type: 'string', format: 'binary' }),
          params: weatherParams,
          querystring: weatherImportQuery,
          response: documented,
        },
      },
      async (request, reply) => {
        const { dryRun = false, source = 'csv' } = request.query;
        const bytes = await fileOf(request);
        const upload = { regionCode: request.params.region, bytes, source, dryRun, today: zone.date(context.now()) };
        const result = await importWeather(db, upload, changeBy(request, context));
        if (dryRun || result.problems.length === 0) return reply.serializer(JSON.stringify).send(result);
        const problem = {
          type: 'about:blank',
          title: 'The file is not as it must be',
          status: 422,
          code: 'import-refused',
          detail: `${result.problems.length} problems; nothing was imported`,
        };
        reply.code(422).type('application/problem+json').serializer(JSON.stringify);
        return reply.send({ ...problem, ...result });
      },
    );

    api.delete(
      '/weather/:region',
      {
        config: { access: ROLES },
        schema: {
          tags: ['weather'],
          summary: 'Take out imported temperatures between two dates, both included',
          params: weatherParams,
          querystring: weatherRemovalQuery,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        const { from, to } = request.query;
        if (from > to) throw new PlatformError('bad-request', 'to: must not lie before from; both dates are included');
        await removeWeather(db, { regionCode: request.params.region, from, to }, changeBy(request, context));
        reply.code(204);
        return null;
      },
    );
  };
}

/** The file of a request: the first of its form, or its body. */
async function fileOf(request: FastifyRequest): Promise<Buffer> {
  if (!request.isMultipart()) {
    if (Buffer.isBuffer(request.body)) return request.body;
    throw new PlatformError('bad-request', 'Send the file as multipart/form-data, or as the body of type text/csv');
  }
  const part = await request.file();
  if (part === undefined) throw new PlatformError('bad-request', 'The form holds no file');
  return part.toBuffer();
}

const documented = {
  ...answersFile('application/json'),
  200: { description: 'What was done', content: { 'application/json': { schema: weatherImportSchema } } },
  422: { description: 'What is wrong', content: { 'application/problem+json': { schema: weatherRefusedSchema } } },
};
