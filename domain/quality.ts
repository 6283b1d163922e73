/** How an interval's value came about (design section 5). The order is the stored code: append only. */
export const QUALITIES = ['measured', 'interpolated', 'estimated', 'manual', 'missing'] as const;
export type Quality = (typeof QUALITIES)[number];

/** Stored codes of {@link QUALITIES}. */
export const QUALITY_CODE = {
  measured: 0,
  interpolated: 1,
  estimated: 2,
  manual: 3,
  missing: 4,
} as const satisfies Record<Quality, number>;
