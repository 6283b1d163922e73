import type { ReportFigures } from '../api/schemas/report.ts';

type Titled = Pick<ReportFigures, 'year' | 'kind' | 'owner'>;

const SUBJECT = '能源资源消费状况报告';
/** Characters of size 二号 that stand in a line of a text block of GB/T 9704, less the space around digits. */
const LINE = 19;

/** The title of a report (标题), e.g. 包头市档案馆2025年度能源资源消费状况报告. */
export function reportTitle(report: Titled): string {
  return report.owner.name + period(report) + SUBJECT;
}

/** The title in lines that a page holds; a line never ends within a word. */
export function titleLines(report: Titled): string[] {
  const { name } = report.owner;
  if (widthOf(reportTitle(report)) <= LINE) return [reportTitle(report)];
  if (widthOf(name + period(report)) <= LINE) return [name + period(report), SUBJECT];
  return [name, period(report) + SUBJECT];
}

const period = ({ year, kind }: Titled): string => `${year}年度${kind === 'institution' ? '' : '公共机构'}`;

/** In Chinese characters; a digit or Latin letter is half as wide. */
const widthOf = (text: string): number => text.length - (text.match(/[\u0020-\u007E]/g)?.length ?? 0) / 2;

/**
 * The name of a report's file: `name` as people read it, without characters that a file system refuses, and `ascii`
 * for clients that do not know RFC 6266's `filename*`.
 */
export function reportFileName(report: Titled, extension: string): { name: string; ascii: string } {
  // eslint-disable-next-line no-control-regex
  const safe = reportTitle(report).replaceAll(/[\u0000-\u001F\u007F\\/:*?"<>|]/g, '_');
  const id = report.owner.id.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return { name: `${safe}.${extension}`, ascii: `energy-report-${report.year}-${id}.${extension}` };
}
