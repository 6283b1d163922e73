import type { ReportFigures } from '../api/schemas/report.ts';

type Titled = Pick<ReportFigures, 'year' | 'kind' | 'owner'>;

/** The title of a report (标题), e.g. 包头市档案馆2025年度能源资源消费状况报告. */
export function reportTitle({ year, kind, owner }: Titled): string {
  const subject = kind === 'institution' ? '' : '公共机构';
  return `${owner.name}${year}年度${subject}能源资源消费状况报告`;
}

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
