import { addDays, addMonths } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';

/** Spans of time up to yesterday that figures are told of. */
export const SPANS = ['month', 'days30', 'year'] as const;
export type Span = (typeof SPANS)[number];

/** The first day of a span that ends with yesterday; of a month or year that began today, the one before. */
export function startOf(span: Span, today: LocalDate): LocalDate {
  if (span === 'days30') return addDays(today, -30);
  const yesterday = addDays(today, -1);
  return span === 'month' ? addMonths(yesterday, 0) : `${yesterday.slice(0, 4)}-01-01`;
}
