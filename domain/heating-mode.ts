/** How a building is heated (采暖方式); the heating form of the statistics regime asks for district or own. */
export const HEATING_MODES = {
  district: { zh: '集中供热', en: 'District heating' },
  own: { zh: '自备锅炉', en: 'Own boiler' },
  electric: { zh: '电采暖', en: 'Electric heating' },
  none: { zh: '不采暖', en: 'Not heated' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type HeatingMode = keyof typeof HEATING_MODES;
export const HEATING_MODE_IDS = Object.keys(HEATING_MODES) as HeatingMode[];
