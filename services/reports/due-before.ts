import type { ReportItem } from '../api/schemas/report.ts';

const DUE: Record<ReportItem['kind'], string> = { institution: '01-11', district: '01-21', city: '02-01' };

/**
 * The date from whose 00:00 on a report of `year` is overdue, `YYYY-MM-DD`: earlier levels first, so that the city
 * keeps the day of Art. 17 (before 1 February of the following year).
 */
export function dueBefore(kind: ReportItem['kind'], year: number): string {
  return `${year + 1}-${DUE[kind]}`;
}
