import type { ReportFigures } from '../../api/schemas/report.ts';

interface MediumName {
  name: string;
  /** The column of the statistics form (公共机构能源资源消费状况), as worded since November 2025. */
  column: string;
  unit: string;
}

/** How each medium is called in a report. Cold has no column of its own in the form. */
export const MEDIUM_NAMES: Record<ReportFigures['media'][number]['medium'], MediumName> = {
  electricity: { name: '电力', column: '用电量', unit: '千瓦时' },
  water: { name: '水', column: '用水量', unit: '立方米' },
  heat: { name: '热力', column: '热力消费量（按热量收费）', unit: '吉焦' },
  gas: { name: '天然气', column: '天然气消费量', unit: '立方米' },
  cooling: { name: '集中供冷', column: '集中供冷量', unit: '吉焦' },
};
