import { coefficientsOfYear } from '../../domain/coefficient.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import { institutionFigures, type MonthSum } from '../../services/reports/figures/institution-figures.ts';
import { rollUpFigures } from '../../services/reports/figures/roll-up-figures.ts';
import type { ReportFigures } from '../../services/api/schemas/report.ts';

const HEATING = [1.9, 1.6, 1.2, 0.5, 0, 0, 0, 0, 0, 0.6, 1.3, 1.8];

const monthMs = (month: number): number => Date.UTC(2025, month + 1, 1) - Date.UTC(2025, month, 1);

/** A month's sum with one meter that was read nearly all the time. */
export function monthSum(medium: UsageMedium, subItem: string, month: number, micro: bigint): MonthSum {
  return {
    medium,
    subItem,
    month,
    micro,
    measuredMs: monthMs(month) * 0.99,
    estimatedMs: monthMs(month) * 0.008,
    manualMs: 0,
    missingMs: monthMs(month) * 0.002,
  };
}

/** Month sums of an office-like institution of a size in millionths, heat in winter only, sub-items A, B, C1 and D1. */
function sampleMonths(size: number): MonthSum[] {
  return Array.from({ length: 12 }, (_, month) => {
    const electricity = (share: number): bigint =>
      BigInt(Math.round(size * share * (1_000_000 + 70_001 * (month % 5))));
    return [
      monthSum('electricity', 'A', month, electricity(1.83)),
      monthSum('electricity', 'B', month, electricity(0.91)),
      monthSum('electricity', 'C1', month, electricity(0.22)),
      monthSum('electricity', 'D1', month, electricity(0.64)),
      monthSum('electricity', '', month, electricity(0.17)),
      monthSum('water', '', month, BigInt(Math.round(size * 31_007 * (1 + (month % 3) / 10)))),
      monthSum('heat', '', month, BigInt(Math.round(size * 43_011 * (HEATING[month] ?? 0)))),
    ];
  }).flat();
}

/** The report of one institution; July's water is missing, heat has no quota. */
export function sampleInstitution(
  id: string,
  name: string,
  type: string,
  size: number,
  addressee = '包头市机关事务管理局',
): ReportFigures {
  const months = sampleMonths(size).map((sum) =>
    sum.medium === 'water' && sum.month === 6
      ? { ...sum, micro: 0n, measuredMs: 0, estimatedMs: 0, missingMs: monthMs(6) }
      : sum,
  );
  return institutionFigures({
    year: 2025,
    owner: { id, name, type },
    addressee,
    areaM2: size * 1.5,
    headcount: Math.round(size / 18),
    months,
    lastYear: sampleMonths(size * 1.04),
    quotas: [
      { medium: 'electricity', annualLimit: size * 52 },
      { medium: 'water', annualLimit: size * 0.31 },
    ],
    coefficients: coefficientsOfYear(2025, []),
    alerts: [
      { rule: 'off-hours', raised: 7, acknowledged: 5, cleared: 6 },
      { rule: 'quota', raised: 2, acknowledged: 2, cleared: 0 },
      { rule: 'thermostat', raised: 4, acknowledged: 1, cleared: 4 },
    ],
  });
}

const DISTRICTS = [
  ['150202', '东河区'],
  ['150203', '昆都仑区'],
  ['150204', '青山区'],
  ['150206', '白云鄂博矿区'],
  ['150223', '达尔罕茂明安联合旗'],
  ['150271', '包头稀土高新技术产业开发区'],
] as const;
const KINDS = [
  ['agency', '人民政府办公室'],
  ['school', '第一中学'],
  ['hospital', '人民医院'],
  ['library', '图书馆'],
] as const;

/** The report of a district with `count` institutions. */
export function sampleDistrict(code: string, name: string, count: number): ReportFigures {
  const parts = Array.from({ length: count }, (_, at) => {
    const [type, suffix] = KINDS[at % KINDS.length]!;
    return sampleInstitution(`${code}-${at}`, `${name}${suffix}`, type, 4000 + 1777 * at, `${name}机关事务管理机构`);
  });
  const input = { year: 2025, region: { code, name }, addressee: '包头市机关事务管理局' };
  return rollUpFigures('district', { ...input, coefficients: coefficientsOfYear(2025, []) }, parts);
}

/** The report of the city: six districts, one of them without institutions, and two units of the city itself. */
export function sampleCity(): ReportFigures {
  const parts = [
    ...DISTRICTS.map(([code, name], at) => sampleDistrict(code, name, at === 3 ? 0 : 3 + at)),
    sampleInstitution('dangan', '包头市档案馆', 'library', 8123),
    sampleInstitution('zhongxin', '包头市中心医院', 'hospital', 96_001),
  ];
  const input = { year: 2025, region: { code: '150200', name: '包头市' }, addressee: '内蒙古自治区机关事务管理局' };
  return rollUpFigures('city', { ...input, coefficients: coefficientsOfYear(2025, []) }, parts);
}
