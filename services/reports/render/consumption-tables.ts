import { SUB_ITEMS } from '../../../domain/sub-item.ts';
import type { ReportFigures } from '../../api/schemas/report.ts';
import { MEDIUM_NAMES } from './medium-names.ts';
import type { Cell, ReportTable } from './report-table.ts';

type Medium = ReportFigures['media'][number];

const AMOUNT = { digits: 1 };
const PERCENT = { digits: 1, percent: true };

/** This year's amount over the last in the months known in both, less one; null where it cannot be told. */
export function changeOf({ comparable, lastYearComparable: before }: Medium): number | null {
  return comparable === null || before === null || before === 0 ? null : comparable / before - 1;
}

/** 能源资源消费情况: every medium with last year, quota and change. */
export function mediaTable(figures: ReportFigures, wording: 'name' | 'column'): ReportTable {
  return {
    title: '能源资源消费情况',
    columns: [
      wording === 'name'
        ? { header: '种类', width: 13, format: 'text' }
        : { header: '指标名称', width: 28, format: 'text' },
      { header: '计量单位', width: wording === 'name' ? 11 : 22, format: 'centre' },
      { header: '本年消费量', width: 20, format: AMOUNT },
      { header: '上年消费量', width: 20, format: AMOUNT },
      { header: '同比', width: wording === 'name' ? 11 : 18, format: PERCENT },
      { header: '定额', width: 20, format: AMOUNT },
      { header: '占定额比', width: 13, format: PERCENT },
    ],
    rows: figures.media.map((one) => [
      MEDIUM_NAMES[one.medium][wording],
      MEDIUM_NAMES[one.medium].unit,
      one.total,
      one.lastYear,
      changeOf(one),
      one.quota,
      one.quotaRatio,
    ]),
  };
}

/** 综合能耗与二氧化碳排放: what each kind of energy comes to in standard coal and CO₂, by the factors used. Without water. */
export function energyTable({ media, totals, coefficients }: ReportFigures): ReportTable {
  const energy = media.filter((one) => one.medium !== 'water');
  return {
    title: '综合能耗与二氧化碳排放',
    columns: [
      { header: '种类', width: 22, format: 'text' },
      { header: '折标准煤系数（千克/单位）', width: 20, format: { digits: 4 } },
      { header: '折标准煤（千克）', width: 19, format: AMOUNT },
      { header: '二氧化碳排放因子（千克/单位）', width: 21, format: { digits: 4 } },
      { header: '二氧化碳排放量（千克）', width: 19, format: AMOUNT },
    ],
    rows: energy.map((one) => [
      `${MEDIUM_NAMES[one.medium].name}（${MEDIUM_NAMES[one.medium].unit}）`,
      coefficients.kgcePer[one.medium] ?? null,
      one.kgce,
      coefficients.co2KgPer[one.medium] ?? null,
      one.co2Kg,
    ]),
    total: ['合计', '', totals.kgce, '', totals.co2Kg],
  };
}

/** 用能指标: the three indicators of the statistics regime. */
export function indicatorTable({ totals }: ReportFigures): ReportTable {
  return {
    title: '用能指标',
    columns: [
      { header: '指标', width: 40, format: 'text' },
      { header: '计量单位', width: 30, format: 'centre' },
      { header: '本年值', width: 30, format: { digits: 2 } },
    ],
    rows: [
      ['单位建筑面积能耗', '千克标准煤/平方米', totals.kgcePerM2],
      ['人均综合能耗', '千克标准煤/人', totals.kgcePerPerson],
      ['人均用水量', '立方米/人', totals.waterM3PerPerson],
    ],
  };
}

/** 分项用电: electricity by sub-item (JGJ/T 285); undefined where there is none. */
export function subItemTable({ media }: ReportFigures): ReportTable | undefined {
  const electricity = media.find((one) => one.medium === 'electricity');
  if (electricity === undefined || !electricity.subItems.some(({ subItem }) => subItem !== null)) return undefined;
  const { total } = electricity;
  const share = (amount: number | null): number | null =>
    amount === null || total === null || total === 0 ? null : amount / total;
  return {
    title: '分项用电情况',
    columns: [
      { header: '分项', width: 36, format: 'text' },
      { header: '编码', width: 12, format: 'centre' },
      { header: '用电量（千瓦时）', width: 30, format: AMOUNT },
      { header: '占用电量比', width: 22, format: PERCENT },
    ],
    rows: electricity.subItems.map(({ subItem, amount }) => [
      subItem === null ? '未分项' : subItemName(subItem),
      subItem ?? '',
      amount,
      share(amount),
    ]),
    total: ['合计', '', total, share(total)],
  };
}

/** 分月消费: twelve months of every medium, and the year. */
export function monthTable({ media }: ReportFigures, wording: 'name' | 'column'): ReportTable {
  const months = Array.from({ length: 12 }, (_, month): Cell[] => [
    `${month + 1}月`,
    ...media.map((one) => one.months[month] ?? null),
  ]);
  return {
    title: '分月消费情况',
    columns: [
      { header: '月份', width: 12, format: 'centre' },
      ...media.map((one) => ({
        header: `${MEDIUM_NAMES[one.medium][wording]}（${MEDIUM_NAMES[one.medium].unit}）`,
        width: 22,
        format: AMOUNT,
      })),
    ],
    rows: months,
    total: ['全年', ...media.map(({ total }) => total)],
  };
}

function subItemName(code: string): string {
  const item = Object.entries(SUB_ITEMS).find(([key]) => key === code)?.[1];
  return item === undefined ? code : item.zh;
}
