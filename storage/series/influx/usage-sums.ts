import type { UsageMedium } from '../../../domain/quantity.ts';
import { collectKnownUsage } from '../collect-known-usage.ts';
import type { InstitutionStep, InstitutionUsage, KnownUsage, MeterStep, MeterUsage } from '../port.ts';
import { deleteStale, type SeriesTimes } from './delete-stale.ts';
import type { InfluxConnection, SeriesPart } from './influx-connection.ts';
import { oneOf, text, within } from './influxql.ts';
import { sumLine } from './lines.ts';

const SUM_FIELDS = '"end", micro, measured, estimated, manual, missing';

/** Inserts or overwrites sums by (meter, start). */
export async function putMeterUsage(
  connection: InfluxConnection,
  step: Exclude<MeterStep, 'base'>,
  rows: readonly MeterUsage[],
): Promise<void> {
  await connection.write(rows.map((row) => sumLine(`usage_${step}`, { meter: row.meter }, row)));
}

/** Sums of several meters whose period starts within [fromMs, toMs), by (meter, start). */
export async function readMeterUsage(
  connection: InfluxConnection,
  step: Exclude<MeterStep, 'base'>,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<MeterUsage[]> {
  const found: MeterUsage[] = [];
  const statements = oneOf('meter', ids).map(
    (meters) => `SELECT ${SUM_FIELDS} FROM usage_${step} WHERE ${meters} AND ${within(fromMs, toMs)} GROUP BY meter`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const row of rows) found.push({ meter: tags['meter']!, ...sumOf(row) });
  });
  return found;
}

/** Per meter the start of its first hour; a meter without one is left out. */
export async function readFirstUsage(
  connection: InfluxConnection,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const firsts = new Map<string, number>();
  const statements = oneOf('meter', ids).map(
    (meters) => `SELECT micro FROM usage_hour WHERE ${meters} GROUP BY meter ORDER BY time LIMIT 1`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const [at] of rows) firsts.set(tags['meter']!, Number(at));
  });
  return firsts;
}

/** Institutions and the range of period starts, [fromMs, toMs), that a call speaks of. */
export interface InstitutionRange {
  step: InstitutionStep;
  institutions: readonly string[];
  fromMs: number;
  toMs: number;
}

type InstitutionSeries = Pick<InstitutionUsage, 'institution' | 'medium' | 'subItem'>;

/** Replaces all sums of institutions within a range; written first, then what is gone is deleted. */
export async function replaceInstitutionUsage(
  connection: InfluxConnection,
  range: InstitutionRange,
  rows: readonly InstitutionUsage[],
): Promise<void> {
  const series = new Map<string, SeriesTimes & { standing: number[]; wanted: Set<number> }>();
  const seriesOf = (of: InstitutionSeries) => {
    const condition = `institution = ${text(of.institution)} AND medium = ${text(of.medium)} AND subItem = ${text(of.subItem)}`;
    const known = series.get(condition) ?? { condition, standing: [], wanted: new Set<number>() };
    series.set(condition, known);
    return known;
  };
  for (const row of rows) seriesOf(row).wanted.add(row.startMs);
  const measurement = `inst_${range.step}`;
  const statements = oneOf('institution', range.institutions).map(
    (institutions) => `SELECT micro FROM ${measurement} WHERE ${institutions} AND ${within(range.fromMs, range.toMs)}
      GROUP BY institution, medium, subItem`,
  );
  await connection.query(statements, ({ tags, rows: found }) => {
    const { standing } = seriesOf(seriesFrom(tags));
    for (const [at] of found) standing.push(Number(at));
  });
  await connection.write(
    rows.map((row) =>
      sumLine(measurement, { institution: row.institution, medium: row.medium, subItem: row.subItem }, row),
    ),
  );
  await connection.query(deleteStale(measurement, [...series.values()]), () => undefined);
}

/** Sums of institutions within a range, by (institution, medium, sub-item, start). */
export async function readInstitutionUsage(
  connection: InfluxConnection,
  range: InstitutionRange,
  onlyMedium: UsageMedium | undefined,
): Promise<InstitutionUsage[]> {
  const found: InstitutionUsage[] = [];
  const medium = onlyMedium === undefined ? '' : `AND medium = ${text(onlyMedium)}`;
  const statements = oneOf('institution', range.institutions).map(
    (institutions) => `SELECT ${SUM_FIELDS} FROM inst_${range.step} WHERE ${institutions} ${medium}
      AND ${within(range.fromMs, range.toMs)} GROUP BY institution, medium, subItem`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const row of rows) found.push({ ...seriesFrom(tags), ...sumOf(row) });
  });
  return found;
}

/** What is known of institutions, summed over sub-items here: InfluxQL sums over time, or over a series, not over both. */
export async function readKnownUsage(connection: InfluxConnection, range: InstitutionRange): Promise<KnownUsage> {
  const known = collectKnownUsage(range.institutions);
  const statements = oneOf('institution', range.institutions).map(
    (institutions) => `SELECT micro, measured, estimated, manual FROM inst_${range.step} WHERE ${institutions}
      AND ${within(range.fromMs, range.toMs)} GROUP BY institution, medium, subItem`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    const series = seriesFrom(tags);
    for (const [at, micro, measured, estimated, manual] of rows)
      known.add({
        ...series,
        startMs: Number(at),
        micro: BigInt(micro!),
        measuredMs: Number(measured),
        estimatedMs: Number(estimated),
        manualMs: Number(manual),
      });
  });
  return known.finish();
}

function seriesFrom(tags: SeriesPart['tags']): InstitutionSeries {
  return {
    institution: tags['institution']!,
    medium: tags['medium'] as UsageMedium,
    subItem: tags['subItem'] ?? '',
  };
}

function sumOf(row: SeriesPart['rows'][number]): Omit<MeterUsage, 'meter'> {
  return {
    startMs: Number(row[0]),
    endMs: Number(row[1]),
    micro: BigInt(row[2]!),
    measuredMs: Number(row[3]),
    estimatedMs: Number(row[4]),
    manualMs: Number(row[5]),
    missingMs: Number(row[6]),
  };
}
