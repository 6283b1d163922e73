import type { Readable } from 'node:stream';

import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import type { RegistryExchange, Upload } from '../exchange/registry-exchange.ts';
import { sheetName } from '../exchange/sheet-name.ts';
import { accountOf } from './access.ts';
import { answersFile } from './answers.ts';
import { attachment } from './attachment.ts';
import type { ApiContext } from './context.ts';
import { sendProblem } from './problem.ts';
import {
  exchangeLanguageSchema,
  importRefusedSchema,
  importResultSchema,
  type RegistrySheet,
  registrySheetSchema,
} from './schemas/registry-exchange.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ZIP = 'application/zip';
const CSV = 'text/csv';
/** A file may come bare, as one of these. None of them is sent by another site's form. */
const BARE = [XLSX, CSV, ZIP, 'application/octet-stream'];
const ROLES = ['admin', 'bureau'] as const;

const flag = z.enum(['1', 'true', '0', 'false']).transform((text) => text === '1' || text === 'true');
const importQuery = z.object({
  /** Lists what would change and everything that is wrong; changes nothing. */
  dryRun: flag.optional(),
  /** Of a CSV file; its headings tell where it is left out. */
  sheet: registrySheetSchema.optional(),
  /** What the file is called, where it comes bare. */
  name: z.string().max(200).optional(),
  lang: exchangeLanguageSchema.optional(),
});
const fileQuery = z.object({
  format: z.enum(['xlsx', 'csv']).default('xlsx'),
  sheet: registrySheetSchema.optional(),
  lang: exchangeLanguageSchema.optional(),
});

/** The registry as Excel and CSV: import, export, templates (登记资料导入导出). */
export function registryExchangeRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const exchange = (): RegistryExchange => {
    if (context.exchange !== undefined) return context.exchange;
    throw new PlatformError('not-ready', 'This process imports and exports nothing');
  };
  return async (api) => {
    await api.register(multipart, { limits: { files: 1, fields: 10, fieldSize: 1000, fileSize: Infinity } });
    for (const type of BARE) api.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

    api.post(
      '/registry/import',
      {
        config: { access: ROLES, accepts: BARE },
        schema: {
          tags: ['registry'],
          summary: 'Import a workbook (.xlsx), a CSV or a .zip of CSVs: all of it, or nothing',
          description:
            'The file as multipart (the first file of the form) or bare, as text/csv, application/zip or the media type of .xlsx. Problems are answered with 422 and the code import-refused, and nothing is changed; with dryRun=1 they are answered with 200.',
          consumes: ['multipart/form-data', ...BARE],
          body: fileSchema,
          querystring: importQuery,
          response: documented,
        },
      },
      async (request, reply) => {
        const { dryRun = false, sheet, lang } = request.query;
        const upload = { ...(await uploadOf(request, request.query.name)), sheet };
        const order = { dryRun, language: lang ?? languageOf(request), userId: accountOf(request).id };
        const answer = await exchange().import(upload, order);
        if (answer.is === 'too-large') {
          const detail = `The file has more than ${answer.maxMb} MB, the most that is imported (IMPORT_MAX_MB)`;
          return sendProblem(reply, 413, 'too-large', detail);
        }
        if (answer.changed) {
          await context.registryChanged();
          context.replayRequested();
        }
        const isRefused = answer.is === 'refused';
        reply
          .code(isRefused ? 422 : 200)
          .type(isRefused ? 'application/problem+json' : 'application/json; charset=utf-8');
        // JSON already: a city's worth of problems is not made into text on this thread.
        return reply.serializer((body: unknown) => body as string).send(answer.body as never);
      },
    );

    for (const kind of ['export', 'template'] as const) {
      api.get(
        `/registry/${kind}`,
        {
          config: { access: ROLES },
          schema: {
            tags: ['registry'],
            summary:
              kind === 'export'
                ? 'The registry as a workbook, a .zip of CSVs, or one sheet as CSV; imported again it changes nothing'
                : 'An empty workbook, a .zip of CSVs, or one CSV to be filled',
            querystring: fileQuery,
            response: answersFile(XLSX),
          },
        },
        async (request, reply) => {
          const { format, sheet, lang } = request.query;
          const language = lang ?? languageOf(request);
          const one = format === 'csv' ? sheet : undefined;
          const { content, bytes } = await exchange().give({
            format,
            language,
            sheet: one,
            template: kind === 'template',
          });
          const type = format === 'xlsx' ? XLSX : one === undefined ? ZIP : CSV;
          const date = context.zone.date(context.now());
          return sendFile(reply, { content, bytes, type, names: nameOf(kind, language, one, date) });
        },
      );
    }
  };
}

/** The file of a request: the first of its form, or its body. */
async function uploadOf(request: FastifyRequest, name: string | undefined): Promise<Pick<Upload, 'content' | 'name'>> {
  if (!request.isMultipart()) {
    if (request.body === undefined || request.body === null) {
      throw new PlatformError('bad-request', 'Send the file as multipart/form-data, or as the body');
    }
    return { content: request.body as Readable, name: name ?? 'import.csv' };
  }
  const part = await request.file();
  if (part === undefined) throw new PlatformError('bad-request', 'The form holds no file');
  return { content: part.file, name: part.filename === '' ? 'import.csv' : part.filename };
}

/** The first of our languages that the caller asks for; Chinese where it asks for none. */
function languageOf(request: FastifyRequest): 'zh' | 'en' {
  const asked = /(?:^|[\s,])(zh|en)\b/i.exec(request.headers['accept-language'] ?? '')?.[1];
  return asked?.toLowerCase() === 'en' ? 'en' : 'zh';
}

function nameOf(
  kind: 'export' | 'template',
  language: 'zh' | 'en',
  sheet: RegistrySheet | undefined,
  date: string,
): { name: string; ascii: string } {
  const ascii = [kind === 'export' ? 'registry' : 'registry-template', sheet, kind === 'export' ? date : undefined];
  const words = { export: '登记资料', template: '登记资料模板' };
  const name = language === 'zh' ? [words[kind], sheet === undefined ? undefined : sheetName(sheet), ascii[2]] : ascii;
  const join = (parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined).join('-');
  return { name: join(name), ascii: join(ascii) };
}

function sendFile(
  reply: FastifyReply,
  {
    content,
    bytes,
    type,
    names,
  }: { content: Readable; bytes: number; type: string; names: { name: string; ascii: string } },
): FastifyReply {
  const ending = type === XLSX ? 'xlsx' : type === ZIP ? 'zip' : 'csv';
  reply.header('content-disposition', attachment(`${names.name}.${ending}`, `${names.ascii}.${ending}`));
  reply.header('content-length', bytes);
  return reply.type(type === CSV ? `${CSV}; charset=utf-8` : type).send(content);
}

/** Bytes; no schema looks at them. */
const fileSchema = z.any().meta({ type: 'string', format: 'binary' });

const documented = {
  ...answersFile('application/json'),
  200: { description: 'What was done', content: { 'application/json': { schema: importResultSchema } } },
  422: { description: 'What is wrong', content: { 'application/problem+json': { schema: importRefusedSchema } } },
};
