import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Report, ReportItem } from '../../services/api/schemas/report.ts';
import { fetchAll } from './fetch-all.ts';
import { apiUrl, request } from './request.ts';

/** The annual reports of a year that the session may see. */
export function useReports(year: number | undefined): UseQueryResult<ReportItem[]> {
  return useQuery({
    queryKey: ['reports', year],
    enabled: year !== undefined,
    queryFn: ({ signal }) => fetchAll<ReportItem>('/reports', { year }, signal),
  });
}

/** One annual report with its figures. */
export function useReport(year: number, owner: string): UseQueryResult<Report> {
  return useQuery({
    queryKey: ['report', year, owner],
    queryFn: ({ signal }) => request<Report>('GET', `/reports/${year}/${encodeURIComponent(owner)}`, { signal }),
  });
}

/** Where a report's file is downloaded. */
export function reportFileUrl(year: number, owner: string, format: 'docx' | 'xlsx' | 'json'): string {
  return apiUrl(`/reports/${year}/${encodeURIComponent(owner)}/file.${format}`);
}
