import { INSTITUTION_TYPES } from '../../../domain/institution-type.ts';
import type { ReportFigures } from '../../api/schemas/report.ts';
import { MEDIUM_NAMES } from './medium-names.ts';
import type { Cell, Column, ReportTable } from './report-table.ts';

type Amounts = Omit<ReportFigures['byType'][number], 'type'>;

const AMOUNT = { digits: 1 };

/** The class of the statistics regime an institution belongs to, in words. */
export function typeName(type: string | null): string {
  const known = Object.entries(INSTITUTION_TYPES).find(([key]) => key === type)?.[1];
  return known?.zh ?? type ?? '';
}

function amountColumns(hasGas: boolean, counted: boolean): Column[] {
  const header = (medium: keyof typeof MEDIUM_NAMES): string =>
    `${MEDIUM_NAMES[medium].column}（${MEDIUM_NAMES[medium].unit}）`;
  return [
    ...(counted ? [{ header: '机构数（家）', width: 13, format: { digits: 0 } }] : []),
    { header: '建筑面积（平方米）', width: 20, format: AMOUNT },
    { header: '用能人数（人）', width: 16, format: { digits: 0 } },
    { header: header('electricity'), width: 24, format: AMOUNT },
    { header: header('water'), width: 20, format: AMOUNT },
    { header: header('heat'), width: 25, format: AMOUNT },
    ...(hasGas ? [{ header: header('gas'), width: 22, format: AMOUNT }] : []),
    { header: '综合能耗（千克标准煤）', width: 25, format: AMOUNT },
    { header: '二氧化碳排放量（千克）', width: 25, format: AMOUNT },
  ];
}

/** An area or a headcount of 0 is one that nobody entered. */
const entered = (value: number): number | null => (value > 0 ? value : null);

function amounts(row: Amounts, hasGas: boolean, counted: boolean): Cell[] {
  return [
    ...(counted ? [row.institutions] : []),
    entered(row.areaM2),
    entered(row.headcount),
    row.electricityKwh,
    row.waterM3,
    row.heatGj,
    ...(hasGas ? [row.gasM3] : []),
    row.kgce,
    row.co2Kg,
  ];
}

function totalRow(figures: ReportFigures, hasGas: boolean, counted: boolean): Cell[] {
  const of = (medium: string): number | null => figures.media.find((one) => one.medium === medium)?.total ?? null;
  return amounts(
    {
      institutions: figures.institutions,
      areaM2: figures.areaM2,
      headcount: figures.headcount,
      electricityKwh: of('electricity'),
      waterM3: of('water'),
      heatGj: of('heat'),
      gasM3: of('gas'),
      kgce: figures.totals.kgce,
      co2Kg: figures.totals.co2Kg,
    },
    hasGas,
    counted,
  );
}

/** 分地区（单位）汇总: a row an institution, for the city a row a district and a row each unit of the city itself. */
export function rowsTable(figures: ReportFigures): ReportTable {
  const hasGas = figures.rows.some((row) => row.gasM3 !== null);
  // Every row of a district is one institution.
  const counted = figures.kind === 'city';
  return {
    title: figures.kind === 'city' ? '各旗县区及市直单位消费情况汇总表' : '各单位消费情况汇总表',
    columns: [
      { header: '序号', width: 10, format: 'centre' },
      { header: figures.kind === 'city' ? '旗县区、单位名称' : '单位名称', width: 38, format: 'text' },
      { header: '类型', width: 17, format: 'centre' },
      ...amountColumns(hasGas, counted),
    ],
    rows: figures.rows.map((row, at) => [
      String(at + 1),
      row.name,
      row.kind === 'district' ? '旗县区' : typeName(row.type),
      ...amounts(row, hasGas, counted),
    ]),
    total: ['', '合计', '', ...totalRow(figures, hasGas, counted)],
  };
}

/** 分类汇总: a row a type of institution. */
export function typeTable(figures: ReportFigures): ReportTable {
  const hasGas = figures.byType.some((row) => row.gasM3 !== null);
  return {
    title: '分机构类型消费情况汇总表',
    columns: [{ header: '机构类型', width: 34, format: 'text' }, ...amountColumns(hasGas, true)],
    rows: figures.byType.map((row) => [typeName(row.type), ...amounts(row, hasGas, true)]),
    total: ['合计', ...totalRow(figures, hasGas, true)],
  };
}
