import { BUILDING_CLASS_IDS, BUILDING_CLASSES } from '../../../domain/building-class.ts';
import { HEATING_MODE_IDS, HEATING_MODES } from '../../../domain/heating-mode.ts';
import { INSTITUTION_TYPE_IDS, INSTITUTION_TYPES } from '../../../domain/institution-type.ts';
import { DIRECTION_IDS, DIRECTIONS } from '../../../domain/meter-life.ts';
import { MEDIA, type Medium, REGISTER_METRICS, type RegisterMetric, USAGE_MEDIA } from '../../../domain/quantity.ts';
import { SUB_ITEM_CODES, SUB_ITEMS } from '../../../domain/sub-item.ts';
import { WIRE_FORMAT_IDS, WIRE_FORMATS } from '../../../domain/wire-format.ts';

/** One value of an enumeration: its code and the words that are taken for it. */
export interface Choice {
  code: string;
  zh: string;
  en: string;
  also?: readonly string[];
}

/** Institution types, also by the class of the statistics regime. */
export const INSTITUTION_TYPE_CHOICES: readonly Choice[] = INSTITUTION_TYPE_IDS.map((code) => {
  const { zh, en, statisticsClass } = INSTITUTION_TYPES[code];
  return { code, zh, en, also: [statisticsClass] };
});

const MEDIUM_NAMES: Record<Medium, Omit<Choice, 'code'>> = {
  electricity: { zh: '电', en: 'Electricity', also: ['电力', '用电', 'power'] },
  water: { zh: '水', en: 'Water', also: ['用水', '自来水'] },
  heat: { zh: '热', en: 'Heat', also: ['热力', '热量', '供热'] },
  temperature: { zh: '温度', en: 'Temperature' },
  gas: { zh: '燃气', en: 'Gas', also: ['天然气', '气', 'natural gas'] },
  cooling: { zh: '冷', en: 'Cooling', also: ['冷量', '供冷'] },
};
export const MEDIUM_CHOICES: readonly Choice[] = MEDIA.map((code) => ({ code, ...MEDIUM_NAMES[code] }));

/** How sentences name a medium, by the endings of a message's parameters. */
export function mediumWords(medium: Medium): { zh: string; en: string } {
  const { zh, en } = MEDIUM_NAMES[medium];
  return { zh, en: en.toLowerCase() };
}

export const USAGE_MEDIUM_CHOICES: readonly Choice[] = USAGE_MEDIA.map((code) => ({ code, ...MEDIUM_NAMES[code] }));

export const SUB_ITEM_CHOICES: readonly Choice[] = SUB_ITEM_CODES.map((code) => ({ code, ...SUB_ITEMS[code] }));
export const FORMAT_CHOICES: readonly Choice[] = WIRE_FORMAT_IDS.map((code) => ({ code, ...WIRE_FORMATS[code] }));

export const ZONE_KIND_CHOICES: readonly Choice[] = [
  { code: 'office', zh: '办公', en: 'Office', also: ['办公区', '办公用房'] },
  { code: 'residential', zh: '居住', en: 'Residential', also: ['住宅', '宿舍', '居住区'] },
  { code: 'server-room', zh: '机房', en: 'Server room', also: ['数据中心机房', '数据机房'] },
  { code: 'canteen', zh: '食堂', en: 'Canteen', also: ['餐厅'] },
  { code: 'boiler-room', zh: '锅炉房', en: 'Boiler room' },
  { code: 'special', zh: '特殊温度', en: 'Special temperature', also: ['特殊温度区域', '特殊区域'] },
];

export const HEATING_MODE_CHOICES: readonly Choice[] = HEATING_MODE_IDS.map((code) => ({
  code,
  ...HEATING_MODES[code],
  ...(code === 'none' ? { also: ['无', '无采暖'] } : {}),
}));

export const DIRECTION_CHOICES: readonly Choice[] = DIRECTION_IDS.map((code) => ({ code, ...DIRECTIONS[code] }));

export const MEASURES_CHOICES: readonly Choice[] = [
  { code: 'room', zh: '室内', en: 'Room', also: ['室内温度', '室温'] },
  { code: 'outdoor', zh: '室外', en: 'Outdoor', also: ['室外温度'] },
  { code: 'supply', zh: '供水', en: 'Supply', also: ['供水温度'] },
  { code: 'setpoint', zh: '设定', en: 'Set point', also: ['设定温度'] },
];

const REGISTER_NAMES: Record<RegisterMetric, { zh: string; en: string }> = {
  reverse: { zh: '反向总', en: 'Reverse total' },
  t1: { zh: '费率1（尖）', en: 'Tariff 1 (sharp)' },
  t2: { zh: '费率2（峰）', en: 'Tariff 2 (peak)' },
  t3: { zh: '费率3（平）', en: 'Tariff 3 (flat)' },
  t4: { zh: '费率4（谷）', en: 'Tariff 4 (valley)' },
  combined: { zh: '组合总', en: 'Combined total' },
  reverseT1: { zh: '反向费率1', en: 'Reverse tariff 1' },
  reverseT2: { zh: '反向费率2', en: 'Reverse tariff 2' },
  reverseT3: { zh: '反向费率3', en: 'Reverse tariff 3' },
  reverseT4: { zh: '反向费率4', en: 'Reverse tariff 4' },
  cooling: { zh: '冷量', en: 'Cooling energy' },
  settled: { zh: '结算日', en: 'Settlement day' },
  volume: { zh: '体积', en: 'Volume' },
  reactive1: { zh: '无功1', en: 'Reactive 1' },
  reactive2: { zh: '无功2', en: 'Reactive 2' },
};
export const REGISTER_CHOICES: readonly Choice[] = [
  { code: 'forward', zh: '正向总', en: 'Forward total', also: ['正向'] },
  ...REGISTER_METRICS.map((code) => ({ code, ...REGISTER_NAMES[code] })),
];

/** Classes of buildings: 分项能耗数据采集技术导则. */
export const BUILDING_CLASS_CHOICES: readonly Choice[] = BUILDING_CLASS_IDS.map((code) => ({
  code,
  ...BUILDING_CLASSES[code],
}));
