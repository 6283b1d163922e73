import type { UsageMedium } from './quantity.ts';

/** Factors of one year, with where they come from. Shipped as configuration, never as law. */
export interface CoefficientSet {
  id: string;
  source: string;
  /** kgce per canonical unit; water is not part of 综合能耗. */
  kgcePer: Record<UsageMedium, number>;
  /** kg CO₂ per canonical unit. */
  co2KgPer: Record<UsageMedium, number>;
}

const GRID_CO2_INNER_MONGOLIA: { fromYear: number; kgPerKwh: number; published: string }[] = [
  { fromYear: 2023, kgPerKwh: 0.6479, published: '生态环境部、国家统计局公告2025年第47号（2023年因子）' },
  { fromYear: 2022, kgPerKwh: 0.6849, published: '2022年电力二氧化碳排放因子公告（公告2024年第33号），据二手资料' },
  { fromYear: 0, kgPerKwh: 0.7025, published: '2021年电力二氧化碳排放因子公告（公告2024年第12号），待核对' },
];

/**
 * What ships for a year: standard coal by GB/T 2589-2020 (electricity at its equivalent 0.1229 kgce/kWh, heat
 * 34.12 kgce/GJ, natural gas 1.33 kgce/m³) and CO₂ by the published average factor of Inner Mongolia's grid, the newest
 * at or before the year (2023: 0.6479 kg/kWh), heat 0.11 t/GJ, natural gas 2.1622 kg/m³.
 */
function shippedOf(year: number): CoefficientSet {
  const grid = GRID_CO2_INNER_MONGOLIA.find((row) => year >= row.fromYear)!;
  return {
    id: `gbt2589-2020/grid-${Math.max(2021, Math.min(year, 2023))}`,
    source: 'GB/T 2589-2020; 内蒙古电力平均二氧化碳排放因子',
    kgcePer: { electricity: 0.1229, water: 0, heat: 34.12, gas: 1.33, cooling: 34.12 },
    co2KgPer: { electricity: grid.kgPerKwh, water: 0, heat: 110, gas: 2.1622, cooling: 0 },
  };
}

/** A set that holds from a day on, `YYYY-MM-DD`, until the next one's. */
export interface DatedCoefficientSet extends CoefficientSet {
  validFrom: string;
}

/**
 * The set in force on a date: the newest of `entered` (by rising day) that holds by then, else the one shipped for the
 * date's year. Since sets are dated, a past day keeps its factors when a new set is entered.
 */
export function coefficientsAt(date: string, entered: readonly DatedCoefficientSet[]): CoefficientSet {
  const found = entered.findLast(({ validFrom }) => validFrom <= date);
  if (found === undefined) return shippedOf(Number(date.slice(0, 4)));
  const { id, source, kgcePer, co2KgPer } = found;
  return { id, source, kgcePer, co2KgPer };
}

/** The set by which a year's figures are made (annual report, overview): the one in force on its 31 December. */
export function coefficientsOfYear(year: number, entered: readonly DatedCoefficientSet[]): CoefficientSet {
  return coefficientsAt(`${year}-12-31`, entered);
}

/** The sets that ship with the platform, by rising day, with the publication behind each grid factor. */
export function shippedCoefficientSets(): (DatedCoefficientSet & { published: string })[] {
  return GRID_CO2_INNER_MONGOLIA.toReversed().map(({ fromYear, published }) => ({
    ...shippedOf(fromYear),
    validFrom: fromYear === 0 ? '1970-01-01' : `${fromYear}-01-01`,
    published,
  }));
}
