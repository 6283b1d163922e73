/**
 * Electricity sub-items (分项) with their codes, two levels (分项能耗数据采集技术导则, JGJ/T 285).
 * The codes' third level is left to the registry.
 */
export const SUB_ITEMS = {
  A: { zh: '照明插座用电', en: 'Lighting and sockets' },
  A1: { zh: '照明与插座', en: 'Lighting and sockets in rooms' },
  A2: { zh: '走廊与应急照明', en: 'Corridor and emergency lighting' },
  A3: { zh: '室外景观照明', en: 'Outdoor landscape lighting' },
  B: { zh: '空调用电', en: 'Air conditioning' },
  B1: { zh: '冷热站', en: 'Chiller and heating plant' },
  B2: { zh: '空调末端', en: 'Terminal units' },
  C: { zh: '动力用电', en: 'Power' },
  C1: { zh: '电梯', en: 'Lifts' },
  C2: { zh: '水泵', en: 'Water pumps' },
  C3: { zh: '通风机', en: 'Ventilation fans' },
  D: { zh: '特殊用电', en: 'Special' },
  D1: { zh: '信息中心', en: 'Data centre' },
  D2: { zh: '洗衣房', en: 'Laundry' },
  D3: { zh: '厨房餐厅', en: 'Kitchen and canteen' },
  D4: { zh: '游泳池', en: 'Pool' },
  D5: { zh: '健身房', en: 'Gym' },
  D6: { zh: '其它', en: 'Other' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type SubItem = keyof typeof SUB_ITEMS;
export const SUB_ITEM_CODES = Object.keys(SUB_ITEMS) as SubItem[];
