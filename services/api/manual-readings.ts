import { randomUUID } from 'node:crypto';

import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import {
  enterManualReading,
  getManualReading,
  listManualReadings,
  type ManualInput,
  manualPhoto,
  withdrawManualReading,
} from '../decisions/manual-readings.ts';
import { photoType } from '../decisions/photo-type.ts';
import { getMeter, type RegisteredMeter } from '../registry/meters.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersFile } from './answers.ts';
import { attachment } from './attachment.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import {
  enteredManualReadingSchema,
  manualReadingListSchema,
  manualReadingQuery,
  manualReadingSchema,
  newManualReadingSchema,
  type NewManualReading,
} from './schemas/manual-reading.ts';
import type { Role } from './schemas/session.ts';

const ofMeter = z.object({ id: z.string() });
const ofReading = ofMeter.extend({ rid: z.string().max(64) });
const READING_ROLES = ['admin', 'bureau', 'agency', 'institution'] as const satisfies readonly Role[];
const DEFAULT_BOUNDS = { photoMaxBytes: 5 * 1024 * 1024, retentionMs: 3650 * 86_400_000 };
/** What a body has beside its photograph. */
const ROOM_BYTES = 64 * 1024;
const EXTENSION = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;

/** Readings of a meter taken by hand (抄表): by a visit, by phone, from a photograph. */
export function manualReadingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const { photoMaxBytes, retentionMs } = context.manualReadings ?? DEFAULT_BOUNDS;

  const meterOf = (request: FastifyRequest, id: string): Promise<RegisteredMeter> =>
    getMeter(db, requestScope(request), id, zone.date(context.now()));

  return async (api) => {
    api.post(
      '/meters/:id/manual-readings',
      {
        // Base64 takes four bytes for three.
        bodyLimit: Math.ceil(photoMaxBytes / 3) * 4 + ROOM_BYTES,
        config: { access: READING_ROLES },
        schema: {
          tags: ['meters'],
          summary: 'Enter what somebody read off a meter that sent nothing then; it counts at once',
          params: ofMeter,
          body: newManualReadingSchema,
          response: answersCreated(enteredManualReadingSchema),
        },
      },
      async (request, reply) => {
        const meter = await meterOf(request, request.params.id);
        if (meter.medium === 'temperature') {
          throw new PlatformError('bad-request', 'total: a temperature point has no register to be read');
        }
        const id = randomUUID();
        const input = inputOf(request.body, photoMaxBytes);
        const bounds = { zone, retentionMs };
        const warning = await enterManualReading(context, id, meter.id, input, changeBy(request, context), bounds);
        await context.registryChanged();
        reply.code(201).header('location', `/api/meters/${meter.id}/manual-readings`);
        return { ...(await getManualReading(db, meter.id, id, zone)), warning };
      },
    );

    api.get(
      '/meters/:id/manual-readings',
      {
        schema: {
          tags: ['meters'],
          summary: 'What was read off a meter by hand, newest first',
          params: ofMeter,
          querystring: manualReadingQuery,
          response: answers(manualReadingListSchema),
        },
      },
      async (request) => {
        const { cursor, limit, withdrawn } = request.query;
        const meter = await meterOf(request, request.params.id);
        const filter = { withdrawn, after: decodeCursor(cursor, isPlace), limit: limit + 1 };
        return pageOf(
          await listManualReadings(db, meter.id, filter, zone),
          limit,
          ({ key }) => key,
          ({ reading }) => reading,
        );
      },
    );

    api.get(
      '/meters/:id/manual-readings/:rid/photo',
      {
        schema: {
          tags: ['meters'],
          summary: 'The photograph of a reading taken by hand',
          params: ofReading,
          response: answersFile('image/*'),
        },
      },
      async (request, reply) => {
        const meter = await meterOf(request, request.params.id);
        const { bytes, type } = await manualPhoto(db, meter.id, request.params.rid);
        const name = `${meter.id}-${request.params.rid}.${EXTENSION[type]}`;
        reply
          .header('content-disposition', attachment(name, name))
          .header('x-content-type-options', 'nosniff')
          .header('cache-control', 'private, no-store');
        return reply.type(type).send(Buffer.from(bytes));
      },
    );

    api.post(
      '/meters/:id/manual-readings/:rid/withdraw',
      {
        config: { access: READING_ROLES },
        schema: {
          tags: ['meters'],
          summary: 'Take back a reading entered in error; it stays to be seen and counts no more',
          params: ofReading,
          response: answers(manualReadingSchema),
        },
      },
      async (request) => {
        const meter = await meterOf(request, request.params.id);
        const { rid } = request.params;
        await withdrawManualReading(db, meter.id, rid, changeBy(request, context));
        await context.registryChanged();
        return getManualReading(db, meter.id, rid, zone);
      },
    );
  };
}

function inputOf({ ts, total, unit, source, note, photo }: NewManualReading, photoMaxBytes: number): ManualInput {
  const input = { atMs: ts, total, unit, source, note };
  if (photo === undefined) return input;
  const bytes = Buffer.from(photo, 'base64');
  // Node leaves out what is no base64 instead of failing.
  if (bytes.length === 0 || bytes.length !== Math.floor((lengthWithoutPadding(photo) * 3) / 4)) {
    throw new PlatformError('bad-request', 'photo: give the image in base64, without anything in front');
  }
  if (bytes.length > photoMaxBytes) {
    const most = Math.round(photoMaxBytes / 1024 / 1024);
    throw new PlatformError('bad-request', `photo: is larger than ${most} MB (PHOTO_MAX_MB); give a smaller one`);
  }
  const type = photoType(bytes);
  if (type === undefined) {
    throw new PlatformError('bad-request', 'photo: is no JPEG, PNG or WebP image; give one of these');
  }
  return { ...input, photo: { bytes, type } };
}

function lengthWithoutPadding(base64: string): number {
  if (base64.endsWith('==')) return base64.length - 2;
  return base64.endsWith('=') ? base64.length - 1 : base64.length;
}

/** The place of a reading in the list: its time and id. */
function isPlace(key: unknown): key is [number, string] {
  return Array.isArray(key) && key.length === 2 && typeof key[0] === 'number' && typeof key[1] === 'string';
}
