import type { ReportFigures } from '../../api/schemas/report.ts';
import { MEDIUM_NAMES } from './medium-names.ts';
import type { ReportTable } from './report-table.ts';
import { RULE_NAMES } from './rule-names.ts';

/** 节能监管预警: alerts raised in the year by rule, with the article each rule enforces. */
export function alertTable({ alerts }: ReportFigures): ReportTable {
  const sum = (pick: (row: ReportFigures['alerts'][number]) => number): number =>
    alerts.reduce((all, row) => all + pick(row), 0);
  return {
    title: '节能监管预警情况',
    columns: [
      { header: '监管内容', width: 28, format: 'text' },
      { header: '依据条款', width: 36, format: 'text' },
      { header: '产生（条）', width: 12, format: { digits: 0 } },
      { header: '已确认（条）', width: 12, format: { digits: 0 } },
      { header: '已消除（条）', width: 12, format: { digits: 0 } },
    ],
    rows: alerts.map((row) => [
      RULE_NAMES[row.rule]?.name ?? row.rule,
      RULE_NAMES[row.rule]?.article ?? null,
      row.raised,
      row.acknowledged,
      row.cleared,
    ]),
    total: ['合计', '', sum((row) => row.raised), sum((row) => row.acknowledged), sum((row) => row.cleared)],
  };
}

/** 数据来源构成: shares of the meter-time of the year by how the amount came about. */
export function qualityTable({ media }: ReportFigures): ReportTable {
  const share = { digits: 2, percent: true };
  return {
    title: '数据来源构成（按计量时长）',
    columns: [
      { header: '种类', width: 24, format: 'text' },
      { header: '实测', width: 19, format: share },
      { header: '估算', width: 19, format: share },
      { header: '人工抄表', width: 19, format: share },
      { header: '缺失', width: 19, format: share },
    ],
    rows: media.map(({ medium, quality }) => [
      MEDIUM_NAMES[medium].name,
      quality.measured,
      quality.estimated,
      quality.manual,
      quality.missing,
    ]),
  };
}
