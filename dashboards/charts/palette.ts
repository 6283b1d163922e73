/** The colour of each medium, the same on every chart (at least 3:1 on white). */
export const MEDIUM_COLOURS: Record<string, string> = {
  electricity: '#b87512',
  water: '#2176ae',
  heat: '#c4532b',
  gas: '#6d5ba8',
  cooling: '#2c8c99',
  temperature: '#51616d',
};

/** Colours of everything on a chart that is not a medium. */
export const INK = {
  text: '#17242d',
  secondary: '#51616d',
  faint: '#8b98a3',
  grid: '#e6ebef',
  axis: '#b8c2ca',
  panel: '#ffffff',
  accent: '#0b6e69',
  previous: '#a9b5be',
  warning: '#b26a00',
  critical: '#b3261e',
  good: '#2e7d4f',
  working: 'rgba(11, 110, 105, 0.07)',
} as const;

const SUB_ITEM_COLOURS: Record<string, string> = {
  A: '#b87512',
  A1: '#b87512',
  A2: '#d9a14d',
  A3: '#ecca94',
  B: '#2176ae',
  B1: '#2176ae',
  B2: '#74abd0',
  C: '#2e7d6b',
  C1: '#2e7d6b',
  C2: '#6aae9b',
  C3: '#a9d2c5',
  D: '#6d5ba8',
  D1: '#6d5ba8',
  D2: '#8f80c0',
  D3: '#a79bd0',
  D4: '#beb4dd',
  D5: '#d3cce9',
  D6: '#e2ddf0',
};

/** The colour of an electricity sub-item: one hue for each group (A, B, C, D), lighter for the later ones. */
export function subItemColour(code: string | null): string {
  return SUB_ITEM_COLOURS[code ?? ''] ?? SUB_ITEM_COLOURS[code?.slice(0, 2) ?? ''] ?? '#9aa6af';
}

/** The colour of a quota by the share used: 80 % warns, 100 % is exceeded. */
export function quotaColour(ratio: number): string {
  if (ratio >= 1) return INK.critical;
  return ratio >= 0.8 ? INK.warning : INK.good;
}

/** The colour of each quality of an interval. */
export const QUALITY_COLOURS: Record<string, string> = {
  measured: '#2e7d6b',
  interpolated: '#74abd0',
  estimated: '#d9a14d',
  manual: '#8f80c0',
  missing: '#d7dde2',
};

/** The colour of each period of a time-of-use tariff: the dearer, the warmer. */
export const PERIOD_COLOURS: Record<string, string> = {
  sharp: '#9c2f1b',
  peak: '#c4532b',
  flat: '#b8a46a',
  valley: '#2c8c99',
  deep: '#1f5f7a',
};

/** Colours of shares without a meaning of their own. */
export const SHARE_COLOURS = [
  '#0b6e69',
  '#3f8f8a',
  '#5b7f9c',
  '#86a5bd',
  '#8a7a55',
  '#b7a67e',
  '#7b6a8f',
  '#a698b6',
  '#6f7d87',
  '#a4afb7',
] as const;
