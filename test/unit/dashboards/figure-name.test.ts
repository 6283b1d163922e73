import { expect, test } from 'vitest';

import { zhCn } from '../../../dashboards/i18n/zh-cn.ts';
import type { Labels } from '../../../dashboards/i18n/use-labels.ts';
import { figureName, figureUnit } from '../../../dashboards/pages/review/figure-name.ts';

/** The Chinese words, as i18next would give them. */
const words = (key: string, values: Record<string, string> = {}): string => {
  const found = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], zhCn);
  return String(found).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
};
const t = words as never;
const labels = { of: (_group: string, code: string) => (code === 'electricity' ? '电力' : code) } as Labels;

test.each([
  ['electricity.total', '电力消费量'],
  ['electricity.lastYear', '电力上年消费量'],
  ['electricity.quotaUsed', '电力定额内用量'],
  ['electricity.co2Kg', '电力二氧化碳'],
  ['totals.kgce', '综合能耗'],
  ['totals.kgcePerM2', '单位面积综合能耗'],
  ['totals.waterM3PerPerson', '人均用水量'],
  ['something.new', 'something.new'],
])('%s is called %s', (figure, want) => expect(figureName(figure, t, labels)).toBe(want));

test.each([
  ['kgce/m2', 'kgce/m²'],
  ['m3/person', 'm³/人'],
  ['kWh', 'kWh'],
])('the unit %s is written %s', (unit, want) => expect(figureUnit(unit, t)).toBe(want));
