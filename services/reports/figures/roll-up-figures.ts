import type { CoefficientSet } from '../../../domain/coefficient.ts';
import { INSTITUTION_TYPE_IDS } from '../../../domain/institution-type.ts';
import { fromMicro } from '../../../domain/micro.ts';
import { USAGE_MEDIA, type UsageMedium } from '../../../domain/quantity.ts';
import type { ReportFigures } from '../../api/schemas/report.ts';
import { indicatorsOf } from './indicators.ts';
import { addMedia, mediumFigures } from './medium-sums.ts';
import { sumOfKnown, toMicro } from './micro-amount.ts';

export interface RollUpInput {
  year: number;
  region: { code: string; name: string };
  addressee: string;
  coefficients: CoefficientSet;
}

type Row = ReportFigures['rows'][number];
type TypeRow = ReportFigures['byType'][number];
type AlertRow = ReportFigures['alerts'][number];

/** Sums of numbers that hold millionths, exact whatever their order. */
const add = (amounts: readonly number[]): number => fromMicro(amounts.reduce((all, one) => all + toMicro(one), 0n));
const addKnown = (amounts: readonly (number | null)[]): number | null => {
  const sum = sumOfKnown(amounts.map((one) => (one === null ? null : toMicro(one))));
  return sum === null ? null : fromMicro(sum);
};

function amountOf(part: ReportFigures, medium: UsageMedium): number | null {
  return part.media.find((one) => one.medium === medium)?.total ?? null;
}

function rowOf(part: ReportFigures): Row {
  return {
    id: part.owner.id,
    name: part.owner.name,
    kind: part.kind === 'institution' ? 'institution' : 'district',
    type: part.owner.type,
    institutions: part.institutions,
    areaM2: part.areaM2,
    headcount: part.headcount,
    electricityKwh: amountOf(part, 'electricity'),
    waterM3: amountOf(part, 'water'),
    heatGj: amountOf(part, 'heat'),
    gasM3: amountOf(part, 'gas'),
    kgce: part.totals.kgce,
    co2Kg: part.totals.co2Kg,
  };
}

function typeOrder(type: string): number {
  const at = INSTITUTION_TYPE_IDS.indexOf(type as never);
  return at < 0 ? INSTITUTION_TYPE_IDS.length : at;
}

function typeRows(parts: readonly ReportFigures[]): TypeRow[] {
  const all = parts.flatMap((part): TypeRow[] => {
    if (part.kind !== 'institution') return part.byType;
    const { id: _id, name: _name, kind: _kind, type, ...sums } = rowOf(part);
    return [{ type: type ?? 'other', ...sums }];
  });
  const types = [...new Set(all.map((row) => row.type))].sort(
    (a, b) => typeOrder(a) - typeOrder(b) || (a < b ? -1 : 1),
  );
  return types.map((type) => {
    const rows = all.filter((row) => row.type === type);
    return {
      type,
      institutions: rows.reduce((sum, row) => sum + row.institutions, 0),
      areaM2: add(rows.map((row) => row.areaM2)),
      headcount: add(rows.map((row) => row.headcount)),
      electricityKwh: addKnown(rows.map((row) => row.electricityKwh)),
      waterM3: addKnown(rows.map((row) => row.waterM3)),
      heatGj: addKnown(rows.map((row) => row.heatGj)),
      gasM3: addKnown(rows.map((row) => row.gasM3)),
      kgce: addKnown(rows.map((row) => row.kgce)),
      co2Kg: addKnown(rows.map((row) => row.co2Kg)),
    };
  });
}

function alertRows(parts: readonly ReportFigures[]): AlertRow[] {
  const byRule = new Map<string, AlertRow>();
  for (const { rule, raised, acknowledged, cleared } of parts.flatMap((part) => part.alerts)) {
    const sum = byRule.get(rule) ?? { rule, raised: 0, acknowledged: 0, cleared: 0 };
    sum.raised += raised;
    sum.acknowledged += acknowledged;
    sum.cleared += cleared;
    byRule.set(rule, sum);
  }
  return [...byRule.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

function basisOf(parts: readonly ReportFigures[]): ReportFigures['indicatorBasis'] {
  const of = (pick: (basis: ReportFigures['indicatorBasis']) => number): number =>
    add(parts.map((part) => pick(part.indicatorBasis)));
  return {
    kgcePerM2: { kgce: of((b) => b.kgcePerM2.kgce), areaM2: of((b) => b.kgcePerM2.areaM2) },
    kgcePerPerson: { kgce: of((b) => b.kgcePerPerson.kgce), headcount: of((b) => b.kgcePerPerson.headcount) },
    waterM3PerPerson: {
      waterM3: of((b) => b.waterM3PerPerson.waterM3),
      headcount: of((b) => b.waterM3PerPerson.headcount),
    },
  };
}

/**
 * The figures of a district (parts: the institutions that report to it) or of the city (parts: its districts and the
 * institutions that report to the city itself, 市直). Every figure is the exact sum of the same figure of the parts;
 * the order of the rows is that of the parts.
 */
export function rollUpFigures(
  kind: 'district' | 'city',
  { year, region, addressee, coefficients }: RollUpInput,
  parts: readonly ReportFigures[],
): ReportFigures {
  const indicatorBasis = basisOf(parts);
  return {
    year,
    kind,
    owner: { id: region.code, name: region.name, type: null },
    addressee,
    areaM2: add(parts.map((part) => part.areaM2)),
    headcount: add(parts.map((part) => part.headcount)),
    institutions: parts.reduce((sum, part) => sum + part.institutions, 0),
    media: USAGE_MEDIA.map((medium) => addMedia(medium, parts))
      .filter((one) => one !== undefined)
      .map(mediumFigures),
    totals: {
      kgce: addKnown(parts.map((part) => part.totals.kgce)),
      co2Kg: addKnown(parts.map((part) => part.totals.co2Kg)),
      ...indicatorsOf(indicatorBasis),
    },
    indicatorBasis,
    alerts: alertRows(parts),
    rows: parts.map(rowOf),
    byType: typeRows(parts),
    coefficients,
  };
}
