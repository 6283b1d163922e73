/** What happens in the life of a meter (表计生命周期). Each has its day; all but move and multiplier an instant. */
export const LIFE_KINDS = {
  installation: { zh: '安装', en: 'Installation' },
  replacement: { zh: '换表', en: 'Replacement' },
  multiplier: { zh: '倍率变更', en: 'Multiplier change' },
  move: { zh: '归属变更', en: 'Move' },
  removal: { zh: '拆除', en: 'Removal' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type LifeKind = keyof typeof LIFE_KINDS;
export const LIFE_KIND_IDS = Object.keys(LIFE_KINDS) as LifeKind[];

/** Which way what a meter counts flows: used from outside, given to outside, made by the sun on the roof. */
export const DIRECTIONS = {
  import: { zh: '用能', en: 'Import' },
  export: { zh: '外供', en: 'Export' },
  pv: { zh: '光伏发电', en: 'Photovoltaics' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type Direction = keyof typeof DIRECTIONS;
export const DIRECTION_IDS = Object.keys(DIRECTIONS) as Direction[];
