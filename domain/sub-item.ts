/**
 * Electricity sub-items (分项) with their codes, three levels (分项能耗数据采集技术导则, JGJ/T 285). Where a code begins
 * with another, it is a part of it.
 */
export const SUB_ITEMS = {
  A: { zh: '照明插座用电', en: 'Lighting and sockets' },
  A1: { zh: '照明与插座', en: 'Lighting and sockets in rooms' },
  A2: { zh: '走廊与应急照明', en: 'Corridor and emergency lighting' },
  A3: { zh: '室外景观照明', en: 'Outdoor landscape lighting' },
  B: { zh: '空调用电', en: 'Air conditioning' },
  B1: { zh: '冷热站', en: 'Chiller and heating plant' },
  B1A: { zh: '冷冻泵', en: 'Chilled-water pumps' },
  B1B: { zh: '冷却泵', en: 'Cooling-water pumps' },
  B1C: { zh: '冷机', en: 'Chillers' },
  B1D: { zh: '冷塔', en: 'Cooling towers' },
  B1E: { zh: '热水循环泵', en: 'Hot-water circulation pumps' },
  B1F: { zh: '电锅炉', en: 'Electric boilers' },
  B2: { zh: '空调末端', en: 'Terminal units' },
  B2A: { zh: '全空气机组', en: 'All-air units' },
  B2B: { zh: '新风机组', en: 'Fresh-air units' },
  B2C: { zh: '排风机组', en: 'Exhaust-air units' },
  B2D: { zh: '风机盘管', en: 'Fan coils' },
  B2E: { zh: '分体式空调器', en: 'Split air conditioners' },
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
