import type { ReportFigures } from '../../api/schemas/report.ts';
import { changeOf } from './consumption-tables.ts';
import { formatNumber, formatPercent, NO_VALUE } from './format-number.ts';
import { MEDIUM_NAMES } from './medium-names.ts';
import { missingMonthsTexts } from './missing-months.ts';
import { typeName } from './roll-up-tables.ts';

type Medium = ReportFigures['media'][number];

const REGULATION = '《包头市公共机构节能管理办法》';

/** The sentence a report begins with: by what it is made (Art. 17). */
export function openingText({ kind, owner, year }: ReportFigures): string {
  const subject = kind === 'institution' ? '本单位' : owner.name;
  const institutions = kind === 'institution' ? '' : '公共机构';
  return `根据${REGULATION}第十七条规定，现将${subject}${year}年度${institutions}能源资源消费状况报告如下。`;
}

/** 一、基本情况. */
export function basicsText(figures: ReportFigures): string {
  const { year, kind, owner, areaM2, headcount, institutions, rows, addressee } = figures;
  const date = `截至${year}年12月31日，`;
  const area = areaM2 > 0 ? `${formatNumber(areaM2, Number.isInteger(areaM2) ? 0 : 1)}平方米` : '未登记';
  const people = headcount > 0 ? `${formatNumber(headcount, 0)}人` : '未登记';
  if (kind === 'institution') {
    return `${date}本单位建筑面积${area}，用能人数${people}。机构类型：${typeName(owner.type)}。`;
  }
  const size = `建筑面积合计${area}，用能人数合计${people}。`;
  if (kind === 'district') {
    return `${date}纳入本报告的公共机构共${institutions}家，${size}驻本辖区的市直单位由${addressee}汇总，不列入本报告。`;
  }
  const direct = rows.filter((row) => row.kind === 'institution').length;
  const below = `其中${rows.length - direct}个旗县区所属${institutions - direct}家、市直单位${direct}家`;
  return `${date}纳入本报告的公共机构共${institutions}家，${below}，${size}`;
}

/** 二、能源资源消费情况: the sum of it. */
export function consumptionText({ year, totals }: ReportFigures): string {
  if (totals.kgce === null) return `${year}年度没有能源计量数据。`;
  const energy = `综合能耗为${mass(totals.kgce)}标准煤`;
  return `${year}年度${energy}，二氧化碳排放量为${totals.co2Kg === null ? NO_VALUE : mass(totals.co2Kg)}。水不计入综合能耗。`;
}

/** 五、定额执行与节能目标完成情况: a sentence each medium with a quota, then the change against last year. */
export function quotaTexts({ media, kind }: ReportFigures): string[] {
  const limited = media.filter((one) => one.quota !== null);
  const unlimited = media.filter((one) => one.quota === null).map((one) => MEDIUM_NAMES[one.medium].name);
  const texts = limited.map((one) => quotaText(one, kind !== 'institution'));
  if (unlimited.length > 0) texts.push(`${unlimited.join('、')}未核定定额，不作评价。`);
  const changes = media.flatMap((one) => {
    const change = changeOf(one);
    return change === null ? [] : [`${MEDIUM_NAMES[one.medium].name}${changeText(change)}`];
  });
  texts.push(
    changes.length > 0 ? `与上年相比，${changes.join('，')}。` : '没有上年数据，不作同比。',
    '年度节能目标尚未登记，完成情况由填报单位补充。',
  );
  return texts;
}

/** 六、节能监管: how many alerts there were. */
export function alertText({ alerts }: ReportFigures): string {
  const raised = alerts.reduce((sum, row) => sum + row.raised, 0);
  if (raised === 0) return '本年度监测未产生节能监管预警。';
  const acknowledged = alerts.reduce((sum, row) => sum + row.acknowledged, 0);
  const cleared = alerts.reduce((sum, row) => sum + row.cleared, 0);
  const sum = `共产生预警${formatNumber(raised, 0)}条`;
  return `本年度监测${sum}，其中已确认${formatNumber(acknowledged, 0)}条、已消除${formatNumber(cleared, 0)}条。`;
}

/** 七、数据质量说明: how the figures came about and what they leave out. */
export function qualityTexts(figures: ReportFigures): string[] {
  const { coefficients, kind } = figures;
  const source = coefficients.source.replaceAll(/;\s*/g, '、');
  return [
    '消费量由计量器具读数计算。“估算”指读数中断期间按前后读数推算的部分，“缺失”指没有数据、也未作推算的时段；' +
      '没有数据的以“—”表示，不按零计。',
    ...missingMonthsTexts(figures),
    `折标准煤系数（电力按当量值）和二氧化碳排放因子依据：${source}（系数集${coefficients.id}）。`,
    `同比按两年都有数据的月份计算${kind === 'institution' ? '' : '，占定额比按有定额的单位计算'}。` +
      '因四舍五入，各项之和与合计可能略有出入。煤炭、汽油、柴油等未在线计量的能源不在本报告之列。',
  ];
}

/** Kilograms, from a hundred tonnes on as tonnes. */
function mass(kg: number): string {
  return kg >= 100_000 ? `${formatNumber(kg / 1000, 2)}吨` : `${formatNumber(kg, 1)}千克`;
}

function changeText(change: number): string {
  const text = formatPercent(Math.abs(change));
  if (text === '0.0%') return '持平';
  return `${change < 0 ? '下降' : '上升'}${text}`;
}

function quotaText(one: Medium, rolledUp: boolean): string {
  const { name, unit } = MEDIUM_NAMES[one.medium];
  const quota = `${name}定额${formatNumber(one.quota, 1)}${unit}`;
  const used = rolledUp ? one.quotaUsed : one.total;
  if (used === null || one.quotaRatio === null || one.quota === null) return `${quota}，没有消费数据，不作评价。`;
  const share = `占定额的${formatPercent(one.quotaRatio)}`;
  const spent = `${quota}，${rolledUp ? '有定额的单位' : ''}实际消费${formatNumber(used, 1)}${unit}，${share}`;
  if (one.quotaRatio <= 1) return `${spent}，未超定额。`;
  return `${spent}，超定额${formatNumber(used - one.quota, 1)}${unit}。`;
}
