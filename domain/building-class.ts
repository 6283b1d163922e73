/** Classes of buildings (建筑类别), the letter in a data item's code (分项能耗数据采集技术导则). */
export const BUILDING_CLASSES = {
  A: { zh: '办公建筑', en: 'Office building' },
  B: { zh: '商场建筑', en: 'Shopping building' },
  C: { zh: '宾馆饭店建筑', en: 'Hotel or restaurant' },
  D: { zh: '文化教育建筑', en: 'Culture and education' },
  E: { zh: '医疗卫生建筑', en: 'Health care' },
  F: { zh: '体育建筑', en: 'Sports building' },
  G: { zh: '综合建筑', en: 'Mixed-use building' },
  H: { zh: '其它建筑', en: 'Other building' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type BuildingClass = keyof typeof BUILDING_CLASSES;
export const BUILDING_CLASS_IDS = Object.keys(BUILDING_CLASSES) as BuildingClass[];
