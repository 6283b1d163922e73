import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Expression, ExpressionBuilder, Kysely, SelectQueryBuilder, Selectable, SqlBool } from 'kysely';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, ReportTable } from '../../storage/relational/schema.ts';
import { regionAndBelow, scopedInstitutions } from '../registry/scoped-institutions.ts';
import { reportItemToApi, reportToApi } from '../reports/report-item.ts';
import { reportFileName } from '../reports/report-title.ts';
import type { Scope } from '../scope.ts';
import { requestScope } from './access.ts';
import { answers, answersFile } from './answers.ts';
import { attachment } from './attachment.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { listOf, pageQuery, yearSchema } from './schemas/common.ts';
import { type ReportFigures, reportItemSchema, reportSchema } from './schemas/report.ts';

type ReportRow = Selectable<ReportTable> & { owner_name: string };

const MEDIA_TYPES = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
} as const;

const params = z.object({ year: yearSchema, owner: z.string() });
const isReportKey = (key: unknown): key is [number, string, string] =>
  Array.isArray(key) && key.length === 3 && typeof key[0] === 'number' && typeof key[1] === 'string';

/** Annual reports: list, one, and its files. */
export function reportRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  return async (api) => {
    api.get(
      '/reports',
      {
        schema: {
          tags: ['reports'],
          summary: 'Annual reports, the newest year first: city, districts, institutions',
          querystring: z.object({ ...pageQuery, year: yearSchema.optional() }),
          response: answers(listOf(reportItemSchema)),
        },
      },
      async (request) => {
        const { year, cursor, limit } = request.query;
        let query = reportsInScope(db, requestScope(request))
          .orderBy('report.year', 'desc')
          .orderBy('report.owner_kind')
          .orderBy('report.owner_id')
          .limit(limit + 1);
        if (year !== undefined) query = query.where('report.year', '=', year);
        const after = decodeCursor(cursor, isReportKey);
        if (after !== undefined) query = query.where(isAfter(after));
        return pageOf(
          await query.execute(),
          limit,
          (row) => [row.year, row.owner_kind, row.owner_id],
          (row) => reportItemToApi(row, row.owner_name, zone),
        );
      },
    );

    api.get(
      '/reports/:year/:owner',
      {
        schema: {
          tags: ['reports'],
          summary: 'One annual report with its figures; owner is an institution or a region',
          params,
          response: answers(reportSchema),
        },
      },
      async (request) => {
        const row = await getReport(db, requestScope(request), request.params.year, request.params.owner);
        return reportToApi(row, row.owner_name, zone);
      },
    );

    for (const format of ['docx', 'xlsx', 'json'] as const) {
      api.get(
        `/reports/:year/:owner/file.${format}`,
        {
          schema: {
            tags: ['reports'],
            summary: `The report as ${format}`,
            params,
            response: answersFile(MEDIA_TYPES[format]),
          },
        },
        async (request, reply) => {
          const row = await getReport(db, requestScope(request), request.params.year, request.params.owner);
          const figures = JSON.parse(row.figures) as ReportFigures;
          const bytes =
            format === 'json' ? JSON.stringify(figures, null, 2) : await context.renderReport(format, figures);
          const { name, ascii } = reportFileName(figures, format);
          reply.header('content-disposition', attachment(name, ascii));
          return reply.type(MEDIA_TYPES[format]).send(Buffer.from(bytes));
        },
      );
    }
  };
}

/** An institution's report is seen by who sees the institution, a region's by the region itself and those above it. */
function reportsInScope(db: Kysely<Database>, scope: Scope): SelectQueryBuilder<Database, 'report', ReportRow> {
  const query = db
    .selectFrom('report')
    .leftJoin('institution as owner', (join) =>
      join.onRef('owner.id', '=', 'report.owner_id').on('report.owner_kind', '=', 'institution'),
    )
    .leftJoin('region', (join) =>
      join.onRef('region.code', '=', 'report.owner_id').on('report.owner_kind', '!=', 'institution'),
    )
    .selectAll('report')
    .select((eb) => eb.fn.coalesce('owner.name', 'region.name_zh', 'report.owner_id').as('owner_name'))
    .where((eb) => {
      const ofInstitutions = eb.and([
        eb('report.owner_kind', '=', 'institution'),
        eb('report.owner_id', 'in', scopedInstitutions(db, scope).select('institution.id')),
      ]);
      if (scope.kind === 'institution') return ofInstitutions;
      const isRegion = eb('report.owner_kind', '!=', 'institution');
      if (scope.kind === 'all') return eb.or([ofInstitutions, isRegion]);
      return eb.or([
        ofInstitutions,
        eb.and([isRegion, eb('report.owner_id', 'in', regionAndBelow(db, scope.regionCode))]),
      ]);
    });
  return query;
}

/** A report in scope. Throws `not-found`. */
export async function getReport(db: Kysely<Database>, scope: Scope, year: number, owner: string): Promise<ReportRow> {
  const row = await reportsInScope(db, scope)
    .where('report.year', '=', year)
    .where('report.owner_id', '=', owner)
    .orderBy('report.owner_kind')
    .executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no report of ${owner} for ${year}`);
  return row;
}

function isAfter([year, kind, owner]: [number, string, string]) {
  return (eb: ExpressionBuilder<Database, 'report'>): Expression<SqlBool> =>
    eb.or([
      eb('report.year', '<', year),
      eb.and([eb('report.year', '=', year), eb('report.owner_kind', '>', kind)]),
      eb.and([eb('report.year', '=', year), eb('report.owner_kind', '=', kind), eb('report.owner_id', '>', owner)]),
    ]);
}
