/** A figure that holds on dates [validFrom, validTo). */
export interface DatedFigure {
  value: number;
  validFrom: string;
  validTo: string | null;
}

/** The mean of a figure over days, or why there is none. */
export type WeighedFigure =
  | { value: number; reason: null }
  | { value: null; reason: 'none-entered' | 'not-entered-throughout' };

/** The mean of a dated figure over days, each day by what holds on it; none unless it is known on all of them. */
export function weighFigure(figures: readonly DatedFigure[], dates: readonly string[]): WeighedFigure {
  let sum = 0;
  let known = 0;
  for (const date of dates) {
    const figure = figures.find(({ validFrom, validTo }) => validFrom <= date && (validTo === null || date < validTo));
    if (figure === undefined) continue;
    sum += figure.value;
    known += 1;
  }
  if (known === 0) return { value: null, reason: 'none-entered' };
  if (known < dates.length) return { value: null, reason: 'not-entered-throughout' };
  return { value: sum / known, reason: null };
}
