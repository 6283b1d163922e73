import type { Kysely } from 'kysely';

import { coefficientsOfYear } from '../../domain/coefficient.ts';
import { fromMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Effect } from '../api/schemas/decision.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import { loadCoefficientSets } from '../cost/coefficient-sets.ts';
import { listInstitutions } from '../registry/institutions.ts';
import { listRegions } from '../registry/regions.ts';
import { institutionFigures } from './figures/institution-figures.ts';
import { toMicro } from './figures/micro-amount.ts';
import { reportInputs } from './report-inputs.ts';
import { storedFigures } from './report-store.ts';
import type { SeriesStore } from '../../storage/series/port.ts';

type MonthSums = Pick<SeriesStore, 'institutionUsage'>;

/** The sums of institutions as they are stored, and as they would be. */
export interface ComparedSeries {
  db: Kysely<Database>;
  zone: Zone;
  before: MonthSums;
  after: MonthSums;
}

type ReportChange = Effect['reports'][number];
type Figures = Map<string, { unit: string; amount: number | null }>;

/**
 * The reports there are whose figures change: those of the years `touched`, and of the years behind them, which state
 * them as last year's; the institutions' own and the roll-ups above. Roll-ups change by what the institutions' change.
 */
export async function reportDifferences(
  compared: ComparedSeries,
  touched: readonly number[],
  institutions: readonly string[],
): Promise<ReportChange[]> {
  const { db } = compared;
  const years = [...new Set(touched.flatMap((year) => [year, year + 1]))].sort((a, b) => a - b);
  if (years.length === 0 || institutions.length === 0) return [];
  const above = await regionsAbove(db, institutions);
  const owners = [...institutions, ...new Set([...above.values()].flat().map(({ code }) => code))];
  const rows = await db
    .selectFrom('report')
    .select(['year', 'owner_kind', 'owner_id', 'state'])
    .where('year', 'in', years)
    .where('owner_id', 'in', owners)
    .orderBy('year')
    .orderBy('owner_id')
    .execute();
  const found: ReportChange[] = [];
  for (const year of new Set(rows.map((row) => row.year))) {
    const differences = await institutionDifferences(compared, year, institutions);
    const ofYear = rows.filter((one) => one.year === year);
    const locked = new Set(ofYear.filter(({ state }) => state !== 'draft').map(({ owner_id }) => owner_id));
    for (const row of ofYear) {
      const kind = row.owner_kind as ReportChange['kind'];
      const own = differences.get(row.owner_id);
      const figures =
        kind === 'institution'
          ? (own?.figures ?? [])
          : await rollUpDifference(db, kind, row.owner_id, year, membersOf(row.owner_id, above, differences, locked));
      if (figures.length === 0) continue;
      const region = [...above.values()].flat().find(({ code }) => code === row.owner_id);
      found.push({
        year,
        owner: row.owner_id,
        ownerName: own?.name ?? region?.name ?? row.owner_id,
        kind,
        state: row.state,
        // What is no draft any more is not changed: an amendment would have to be proposed (design section 5).
        consequence: row.state === 'draft' ? 'redraft' : 'amendment',
        figures,
      });
    }
  }
  return found;
}

interface Difference {
  name: string;
  figures: ReportChange['figures'];
}

async function institutionDifferences(
  { db, zone, before, after }: ComparedSeries,
  year: number,
  institutions: readonly string[],
): Promise<Map<string, Difference>> {
  const differences = new Map<string, Difference>();
  const coefficients = coefficientsOfYear(year, await loadCoefficientSets(db));
  for (const id of institutions) {
    const [institution] = await listInstitutions(db, { kind: 'all' }, { id, date: `${year}-12-31` });
    if (institution === undefined) continue;
    const figuresBy = async (series: MonthSums): Promise<Figures> => {
      const inputOf = await reportInputs({ db, series, zone }, year, [institution], coefficients);
      return figuresOf(institutionFigures({ ...inputOf(institution), addressee: '' }));
    };
    const [old, next] = [await figuresBy(before), await figuresBy(after)];
    differences.set(id, { name: institution.name, figures: differing(old, next) });
  }
  return differences;
}

function differing(old: Figures, next: Figures): ReportChange['figures'] {
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((figure) => {
    const [one, other] = [old.get(figure), next.get(figure)];
    const [before, after] = [one?.amount ?? null, other?.amount ?? null];
    return before === after ? [] : [{ figure, unit: (other ?? one)!.unit, before, after }];
  });
}

/** The figures of a report that usage enters, by name. */
function figuresOf({ media, totals }: ReportFigures): Figures {
  const figures: Figures = new Map();
  const add = (figure: string, unit: string, amount: number | null): void => void figures.set(figure, { unit, amount });
  for (const one of media) {
    add(`${one.medium}.total`, one.unit, one.total);
    add(`${one.medium}.lastYear`, one.unit, one.lastYear);
    add(`${one.medium}.quotaUsed`, one.unit, one.quotaUsed);
    add(`${one.medium}.kgce`, 'kgce', one.kgce);
    add(`${one.medium}.co2Kg`, 'kg', one.co2Kg);
  }
  add('totals.kgce', 'kgce', totals.kgce);
  add('totals.co2Kg', 'kg', totals.co2Kg);
  add('totals.kgcePerM2', 'kgce/m2', totals.kgcePerM2);
  add('totals.kgcePerPerson', 'kgce/person', totals.kgcePerPerson);
  add('totals.waterM3PerPerson', 'm3/person', totals.waterM3PerPerson);
  return figures;
}

/** Figures of a roll-up that are the sums of those below it; its indicators are none. */
const isSummed = (figure: string): boolean => !/Per(M2|Person)$/.test(figure);

async function rollUpDifference(
  db: Kysely<Database>,
  kind: 'district' | 'city',
  owner: string,
  year: number,
  members: readonly Difference[],
): Promise<ReportChange['figures']> {
  const stored = (await storedFigures(db, year, kind, [owner])).get(owner);
  if (stored === undefined) return [];
  const old = figuresOf(stored);
  const next: Figures = new Map(old);
  for (const { figure, unit, before, after } of members.flatMap(({ figures }) => figures)) {
    if (!isSummed(figure)) continue;
    const known = next.get(figure)?.amount ?? null;
    // What was not known and is not does not become zero.
    const isUnknown = known === null && after === null;
    const amount = isUnknown ? null : fromMicro(toMicro(known ?? 0) + toMicro(after ?? 0) - toMicro(before ?? 0));
    next.set(figure, { unit, amount });
  }
  return differing(old, next);
}

interface Above {
  code: string;
  name: string;
}

/** The regions whose roll-ups hold each institution: the one that it reports to, and those above. */
async function regionsAbove(db: Kysely<Database>, institutions: readonly string[]): Promise<Map<string, Above[]>> {
  const regions = new Map((await listRegions(db)).map((region) => [region.code, region]));
  const rows = await db
    .selectFrom('institution')
    .select(['id', 'reports_to'])
    .where('id', 'in', [...institutions])
    .execute();
  return new Map(
    rows.map(({ id, reports_to }) => {
      const above: Above[] = [];
      for (let code: string | null = reports_to; code !== null;) {
        const region = regions.get(code);
        above.push({ code, name: region?.name_zh ?? code });
        code = region?.parent_code ?? null;
      }
      return [id, above];
    }),
  );
}

/** Whose change reaches a region's roll-up: what is locked on the way there enters it as it is. */
function membersOf(
  region: string,
  above: ReadonlyMap<string, readonly Above[]>,
  differences: ReadonlyMap<string, Difference>,
  locked: ReadonlySet<string>,
): Difference[] {
  return [...differences]
    .filter(([id]) => {
      const way = [id, ...(above.get(id) ?? []).map(({ code }) => code)];
      const at = way.indexOf(region);
      return at > 0 && !way.slice(0, at).some((owner) => locked.has(owner));
    })
    .map(([, difference]) => difference);
}
