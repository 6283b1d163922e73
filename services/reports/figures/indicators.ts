import type { ReportFigures } from '../../api/schemas/report.ts';

type Basis = ReportFigures['indicatorBasis'];
type Indicators = Pick<ReportFigures['totals'], 'kgcePerM2' | 'kgcePerPerson' | 'waterM3PerPerson'>;

const over = (amount: number, by: number): number | null => (by > 0 ? amount / by : null);

/**
 * The three indicators of the statistics regime: kgce/m², kgce/person and m³ of water/person; null where there is
 * nothing to divide by. Water is no part of 综合能耗.
 */
export function indicatorsOf(basis: Basis): Indicators {
  return {
    kgcePerM2: over(basis.kgcePerM2.kgce, basis.kgcePerM2.areaM2),
    kgcePerPerson: over(basis.kgcePerPerson.kgce, basis.kgcePerPerson.headcount),
    waterM3PerPerson: over(basis.waterM3PerPerson.waterM3, basis.waterM3PerPerson.headcount),
  };
}
