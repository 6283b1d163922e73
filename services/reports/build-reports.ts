import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';

import { coefficientsOfYear } from '../../domain/coefficient.ts';
import { bug } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import { loadCoefficientSets } from '../cost/coefficient-sets.ts';
import { listInstitutions } from '../registry/institutions.ts';
import { wasThereIn } from '../registry/was-there-in.ts';
import { listRegions } from '../registry/regions.ts';
import { cityBureau, districtAgency, provinceBureau } from './addressee.ts';
import { institutionFigures } from './figures/institution-figures.ts';
import { rollUpFigures } from './figures/roll-up-figures.ts';
import { reportInputs } from './report-inputs.ts';
import { meteredTime } from './metered-time.ts';
import { putDraft, reportKey, type ReportMark, reportMarks, storedFigures } from './report-store.ts';
import { type ReportingTree, reportingTrees } from './reporting-tree.ts';
import { reportsToBuild } from './reports-to-build.ts';

export interface ReportDeps {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'institutionUsage' | 'meterUsage'>;
  zone: Zone;
  /** Epoch milliseconds. */
  now(): number;
}

/** How many reports a build went through, and in how many of them the figures are new. */
export interface BuildOutcome {
  built: number;
  changed: number;
}

/** Stored figures are read in portions, so that parsing them never holds the event loop for long. */
const PORTION = 100;

/**
 * Makes the drafts of a year and stores them, one transaction each: the institutions' from month sums, quotas and
 * alerts by the coefficients of the year's 31 December, then the districts' and the city's from the figures of those
 * below, as stored. With `owners` (institution ids, region codes) only theirs and the roll-ups above them, and whatever
 * those still lack. May be repeated: the same data gives the same figures, digest and `made_at`. Drafts only; what is
 * locked stays and enters the roll-up as it is.
 */
export async function buildReports(
  deps: ReportDeps,
  year: number,
  options: { owners?: readonly string[] } = {},
): Promise<BuildOutcome> {
  const { db } = deps;
  // 1. How the reports stand, before anything that goes into them is read.
  const marks = await reportMarks(db, year);
  const regions = await listRegions(db);
  const registered = await listInstitutions(db, { kind: 'all' }, { date: `${year}-12-31` });
  const institutions = registered.filter(({ endedOn }) => wasThereIn(year, endedOn));
  const trees = reportingTrees(regions, institutions);
  const wanted = reportsToBuild(trees, new Set(marks.keys()), options.owners);
  const outcome: BuildOutcome = { built: 0, changed: 0 };
  const put = async (figures: ReportFigures): Promise<void> => {
    const seen: ReportMark | undefined = marks.get(reportKey(figures.kind, figures.owner.id));
    if (await putDraft(db, figures, seen, deps.now())) outcome.changed += 1;
    outcome.built += 1;
    await nextTurn();
  };

  // 2. Institutions.
  const addressees = addresseesOf(trees);
  const chosen = institutions.filter(({ id }) => wanted.institutions.has(id));
  const coefficients = coefficientsOfYear(year, await loadCoefficientSets(db));
  const inputOf = await reportInputs(deps, year, chosen, coefficients);
  const timeOf = await meteredTime(
    deps,
    year,
    chosen.map(({ id }) => id),
  );
  for (const institution of chosen) {
    const addressee = addressees.get(institution.id) ?? bug(`${institution.id} reports to nobody`);
    await put(institutionFigures({ ...inputOf(institution), addressee, meteredTime: timeOf(institution.id) }));
  }

  // 3. Districts, then cities: the exact sums of what is stored below them.
  for (const { city, districts, direct } of trees) {
    for (const { code, name, institutions: members } of districts) {
      if (!wanted.regions.has(code)) continue;
      const parts = await partsOf(db, year, 'institution', members);
      const input = { year, region: { code, name }, addressee: cityBureau(city.name), coefficients };
      await put(rollUpFigures('district', input, parts));
    }
    if (!wanted.regions.has(city.code)) continue;
    const codes = districts.map(({ code }) => code);
    const parts = [
      ...(await partsOf(db, year, 'district', codes)),
      ...(await partsOf(db, year, 'institution', direct)),
    ];
    const input = { year, region: city, addressee: provinceBureau(city.code), coefficients };
    await put(rollUpFigures('city', input, parts));
  }
  return outcome;
}

/** Makes the drafts anew that late data has marked. Costs one query where there is none. */
export async function buildStale(deps: ReportDeps): Promise<BuildOutcome> {
  const rows = await deps.db
    .selectFrom('report')
    .select(['year', 'owner_id'])
    .where('stale', '>', 0)
    .where('state', '=', 'draft')
    .orderBy('year')
    .execute();
  const outcome: BuildOutcome = { built: 0, changed: 0 };
  for (const year of new Set(rows.map((row) => row.year))) {
    const owners = rows.filter((row) => row.year === year).map((row) => row.owner_id);
    const { built, changed } = await buildReports(deps, year, { owners });
    outcome.built += built;
    outcome.changed += changed;
  }
  return outcome;
}

function addresseesOf(trees: readonly ReportingTree[]): Map<string, string> {
  const addressees = new Map<string, string>();
  for (const { city, districts, direct } of trees) {
    for (const id of direct) addressees.set(id, cityBureau(city.name));
    for (const { name, institutions } of districts) {
      for (const id of institutions) addressees.set(id, districtAgency(name));
    }
  }
  return addressees;
}

async function partsOf(
  db: Kysely<Database>,
  year: number,
  kind: ReportFigures['kind'],
  owners: readonly string[],
): Promise<ReportFigures[]> {
  const parts: ReportFigures[] = [];
  for (let at = 0; at < owners.length; at += PORTION) {
    const portion = owners.slice(at, at + PORTION);
    const stored = await storedFigures(db, year, kind, portion);
    for (const owner of portion) parts.push(stored.get(owner) ?? bug(`the ${kind} ${owner} has no report yet`));
    await nextTurn();
  }
  return parts;
}
