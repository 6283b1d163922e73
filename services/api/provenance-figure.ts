import { PlatformError } from '../../domain/errors.ts';
import { premisesKey } from '../../domain/premises.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import { answerPart } from '../provenance/answer-part.ts';
import { metersInScope, type Days, type MeterInScope } from '../provenance/meters-in-scope.ts';
import { requireHours, sharesOf, storedAmount, unitsOf, usageOfReport } from '../provenance/open-figure.ts';
import type { FigurePart, InstitutionFigure, ProvenanceReader } from '../provenance/provenance-reader.ts';
import { getMeter } from '../registry/meters.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import { findVirtualMeter } from '../registry/virtual-meters.ts';
import {
  factorInReport,
  membersOf,
  microInReport,
  statedMicro,
  type Member,
  type ReportFigure,
} from '../reports/report-figure.ts';
import type { Scope } from '../scope.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, isNumberKey } from './cursor.ts';
import { getReport } from './reports.ts';
import type { Provenance, ProvenanceQuery } from './schemas/provenance.ts';
import type { ReportFigures } from './schemas/report.ts';

type Page = Pick<Provenance, 'meters' | 'members' | 'next'>;

const MOST_MS = 3700 * 86_400_000;

/** What is asked, by whom, and with what it is answered. */
export interface AskedFigure {
  context: ApiContext;
  reader: ProvenanceReader;
  scope: Scope;
  query: ProvenanceQuery;
}

/** Opens the figure that a query names. Throws `not-found` alike for what there is not and what is out of scope. */
export async function openedFigure(asked: AskedFigure): Promise<Provenance> {
  const { report, meter } = asked.query;
  if (report !== undefined) return ofReport(asked, report);
  return meter === undefined ? ofInstitution(asked) : ofMeter(asked, meter);
}

async function ofMeter({ context, reader, scope, query }: AskedFigure, id: string): Promise<Provenance> {
  const { zone, db } = context;
  const [fromMs, toMs] = rangeOf(context, query);
  const virtual = await findVirtualMeter(db, scope, id, zone);
  const meter = virtual ?? (await requireVisibleMeter(context, scope, id, { fromMs, toMs }));
  const part = await reader.ofMeter(id, fromMs, toMs);
  const micro = isKnown(part) ? part.amountMicro : null;
  const page: Page = { meters: await partsToApi(context, scope, [part]), members: [], next: null };
  if (virtual !== undefined && page.meters[0] !== undefined) page.meters[0].name = virtual.name;
  return {
    figure: {
      of: 'meter',
      owner: id,
      ownerName: meter.name,
      ...ofUsage(context, { medium: meter.medium, subItem: undefined, fromMs, toMs }),
      value: unitsOf(micro),
      micro: textOf(micro),
      quality: sharesOf(part.quality),
    },
    nowMicro: textOf(micro),
    agrees: isAccounted([part]),
    ...page,
  };
}

async function ofInstitution(asked: AskedFigure): Promise<Provenance> {
  const { context, scope, query } = asked;
  const { institution = '', medium = 'electricity', subItem, housing = false } = query;
  const [fromMs, toMs] = rangeOf(context, query);
  await requireInstitution(context.db, scope, institution);
  const figure: InstitutionFigure = { premises: premisesKey(institution, housing), medium, subItem, fromMs, toMs };
  const stored = await storedAmount(context.series, context.zone, figure);
  const { parts, page } = await partsOf(asked, figure);
  return {
    figure: {
      of: 'institution',
      owner: institution,
      ownerName: await nameOf(context, scope, institution),
      ...ofUsage(context, figure),
      value: unitsOf(stored.micro),
      micro: textOf(stored.micro),
      quality: stored.quality,
    },
    nowMicro: textOf(stored.micro),
    agrees: isAccounted(parts),
    ...page,
  };
}

async function ofReport(asked: AskedFigure, report: string): Promise<Provenance> {
  const { context, scope, query } = asked;
  const [year = '', owner = ''] = report.split('/');
  const row = await getReport(context.db, scope, Number(year), owner);
  const figures = JSON.parse(row.figures) as ReportFigures;
  const wanted: ReportFigure = {
    year: Number(year),
    medium: query.medium ?? 'electricity',
    figure: query.figure,
    month: query.month,
    subItem: query.subItem,
  };
  const usage = usageOfReport(owner, wanted, context.zone);
  const micro = microInReport(figures, wanted);
  const coefficient = factorInReport(figures, wanted);
  const ofYear = figures.media.find(({ medium }) => medium === wanted.medium);
  const isOfYear = wanted.figure !== 'month' && wanted.figure !== 'subItem' && wanted.figure !== 'lastYear';
  const answer = async (nowUsage: bigint | null, quality: Provenance['figure']['quality']) => ({
    figure: {
      of: 'report' as const,
      owner,
      ownerName: row.owner_name,
      ...ofUsage(context, usage),
      year: wanted.year,
      figure: wanted.figure,
      unit: coefficient === null ? CANONICAL_UNIT[wanted.medium] : wanted.figure === 'kgce' ? 'kgce' : 'kg',
      value: unitsOf(micro),
      micro: textOf(micro),
      quality: isOfYear && ofYear !== undefined ? ofYear.quality : quality,
      factor: coefficient === null ? null : { ...coefficient, usageMicro: String(nowUsage ?? 0n) },
    },
  });
  if (figures.kind !== 'institution')
    return { ...(await answer(null, null)), ...(await ofMembers(asked, figures, wanted)) };
  const stored = await storedAmount(context.series, context.zone, usage);
  // What a quota was used by is told only where there is one.
  const isAsked = micro !== null || wanted.figure !== 'quotaUsed';
  const now = isAsked ? statedMicro(stored.micro, coefficient?.factor) : null;
  const { parts, page } = await partsOf(asked, usage);
  return {
    ...(await answer(stored.micro, stored.quality)),
    nowMicro: textOf(now),
    // A total of nothing is stated as zero.
    agrees: (now ?? 0n) === (micro ?? 0n) && isAccounted(parts),
    ...page,
  };
}

/** A page of the parts of an institution's figure. */
async function partsOf(
  { context, reader, scope, query: { cursor, limit } }: AskedFigure,
  figure: InstitutionFigure,
): Promise<{ parts: FigurePart[]; page: Page }> {
  const skip = decodeCursor(cursor, isNumberKey) ?? 0;
  const { parts, more } = await reader.ofInstitution(figure, skip, limit);
  const meters = await partsToApi(context, scope, parts);
  return { parts, page: { meters, members: [], next: more ? encodeCursor(skip + limit) : null } };
}

/** A page of the parts of a region's figure, and whether all of them make it up. */
async function ofMembers(
  { context, query: { cursor, limit } }: AskedFigure,
  figures: ReportFigures,
  wanted: ReportFigure,
): Promise<Page & Pick<Provenance, 'nowMicro' | 'agrees'>> {
  const { members, micro: now } = await membersOf(context.db, figures, wanted);
  const skip = decodeCursor(cursor, isNumberKey) ?? 0;
  return {
    nowMicro: textOf(now),
    agrees: (now ?? 0n) === (microInReport(figures, wanted) ?? 0n),
    meters: [],
    members: members.slice(skip, skip + limit).map((member) => memberToApi(member, wanted)),
    next: members.length > skip + limit ? encodeCursor(skip + limit) : null,
  };
}

function memberToApi({ id, name, kind, micro }: Member, wanted: ReportFigure): Provenance['members'][number] {
  const { year, medium, figure, month, subItem } = wanted;
  const query = new URLSearchParams({ report: `${year}/${id}`, medium, figure });
  if (month !== undefined) query.set('month', String(month));
  if (subItem !== undefined) query.set('subItem', subItem);
  return { id, name, kind, value: unitsOf(micro), micro: textOf(micro), link: `/api/provenance?${query.toString()}` };
}

async function partsToApi(
  context: ApiContext,
  scope: Scope,
  parts: readonly FigurePart[],
): Promise<Provenance['meters']> {
  const answered: Provenance['meters'] = [];
  for (const part of parts) {
    const ids = part.terms.map(({ meter }) => meter);
    const visible = await visibleMeters(context, scope, [part.meter, ...ids], daysOf(context, part.fromMs, part.toMs));
    answered.push(await answerPart(context, part, visible));
  }
  return answered;
}

/** Those in scope on one of the days, or today. */
async function visibleMeters(
  context: ApiContext,
  scope: Scope,
  ids: readonly string[],
  days: Days,
): Promise<Map<string, MeterInScope>> {
  const { db, zone } = context;
  const today = zone.date(context.now());
  const then = await metersInScope(db, scope, days, { meters: ids });
  const others = ids.filter((id) => !then.has(id));
  return new Map([...(await metersInScope(db, scope, { first: today, last: today }, { meters: others })), ...then]);
}

/** A meter in scope on one of the days, or today. Throws `not-found`. */
export async function requireVisibleMeter(
  context: ApiContext,
  scope: Scope,
  id: string,
  range: { fromMs: number; toMs: number },
): Promise<{ name: string; medium: UsageMedium }> {
  const visible = await visibleMeters(context, scope, [id], daysOf(context, range.fromMs, range.toMs));
  const meter = visible.get(id);
  if (meter !== undefined) return meter;
  const { medium } = await getMeter(context.db, scope, id, context.zone.date(context.now()));
  throw new PlatformError('bad-request', `meter: ${id} measures ${medium} and has no register`);
}

function rangeOf({ zone }: ApiContext, { from = 0, to = 0 }: ProvenanceQuery): [number, number] {
  requireHours(zone, from, to, MOST_MS);
  return [from, to];
}

function daysOf({ zone }: ApiContext, fromMs: number, toMs: number): Days {
  return { first: zone.date(fromMs), last: zone.date(Math.max(fromMs, toMs - 1)) };
}

/** What the figure of a range of usage says of itself. */
function ofUsage(
  { zone }: ApiContext,
  { medium, subItem, fromMs, toMs }: Pick<InstitutionFigure, 'medium' | 'subItem' | 'fromMs' | 'toMs'>,
): Pick<Provenance['figure'], 'year' | 'figure' | 'medium' | 'subItem' | 'start' | 'end' | 'unit' | 'factor'> {
  return {
    year: null,
    figure: null,
    medium,
    subItem: subItem ?? null,
    start: zone.iso(fromMs),
    end: zone.iso(toMs),
    unit: CANONICAL_UNIT[medium],
    factor: null,
  };
}

function isKnown({ quality: { measuredMs, estimatedMs, manualMs } }: FigurePart): boolean {
  return measuredMs + estimatedMs + manualMs > 0;
}

/** True where what is stored of the meters is what their readings make: usage follows readings by seconds. */
function isAccounted(parts: readonly FigurePart[]): boolean {
  // Of others that it is made with, only the hours count in which all of them are known.
  return parts.every((part) =>
    part.terms.every(({ meter, notTakenOffMicro }) => meter !== part.meter || notTakenOffMicro === 0n),
  );
}

function textOf(micro: bigint | null): string | null {
  return micro === null ? null : String(micro);
}

async function nameOf({ db }: ApiContext, scope: Scope, institution: string): Promise<string> {
  const row = await scopedInstitutions(db, scope)
    .where('institution.id', '=', institution)
    .select('institution.name')
    .executeTakeFirst();
  return row?.name ?? institution;
}
