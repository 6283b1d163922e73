import { expect, test } from 'vitest';

import { en } from '../../../dashboards/i18n/en.ts';
import { zhCn } from '../../../dashboards/i18n/zh-cn.ts';
import { DECISION_KIND_IDS, DECISION_STATES, MANUAL_SOURCES } from '../../../domain/decision.ts';
import { FINDING_KIND_IDS } from '../../../domain/finding.ts';
import { TARIFF_DAYS, TARIFF_PERIODS } from '../../../domain/tariff.ts';
import { BUILDING_CLASS_IDS } from '../../../domain/building-class.ts';
import { HEATING_MODE_IDS } from '../../../domain/heating-mode.ts';
import { INSTITUTION_TYPE_IDS } from '../../../domain/institution-type.ts';
import { DIRECTION_IDS, LIFE_KIND_IDS } from '../../../domain/meter-life.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { MEDIA, METRICS } from '../../../domain/quantity.ts';
import { QUARANTINE_REASONS } from '../../../domain/reading.ts';
import { SUB_ITEM_CODES } from '../../../domain/sub-item.ts';
import { WIRE_FORMAT_IDS } from '../../../domain/wire-format.ts';
import { alertSchema } from '../../../services/api/schemas/alert.ts';
import { comparisonSchema } from '../../../services/api/schemas/comparison.ts';
import { COST_REASONS } from '../../../services/api/schemas/cost.ts';
import { dayChangeSchema } from '../../../services/api/schemas/day-change.ts';
import { ATTRIBUTES } from '../../../services/api/schemas/institution.ts';
import { meterSchema, ZONE_KINDS } from '../../../services/api/schemas/meter.ts';
import { replaySchema } from '../../../services/api/schemas/quarantine.ts';
import { REGISTRY_SHEETS } from '../../../services/api/schemas/registry-exchange.ts';
import { sessionSchema } from '../../../services/api/schemas/session.ts';

function flat(messages: object, prefix = ''): [key: string, text: string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, string | object]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

const variables = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
const english = new Map(flat(en));

test.each(flat(zhCn))('%s is said in both languages with the same variables', (key, chinese) => {
  const text = english.get(key) ?? '';
  expect(text).not.toBe('');
  expect(variables(text)).toEqual(variables(chinese));
  expect(text).not.toMatch(/[\u4e00-\u9fff]/);
});

test('English says nothing that Chinese does not', () => expect(english.size).toBe(flat(zhCn).length));

test.each([
  ['attribute', ATTRIBUTES],
  ['buildingClass', BUILDING_CLASS_IDS],
  ['heatingMode', HEATING_MODE_IDS],
  ['wireFormat', WIRE_FORMAT_IDS],
  ['lifeKind', LIFE_KIND_IDS],
  ['direction', DIRECTION_IDS],
  ['sheet', REGISTRY_SHEETS],
  ['type', INSTITUTION_TYPE_IDS],
  ['mediumLong', MEDIA],
  ['zoneKind', ZONE_KINDS],
  ['decisionKind', DECISION_KIND_IDS],
  ['decisionState', DECISION_STATES],
  ['findingKind', FINDING_KIND_IDS],
  ['findingAdvice', FINDING_KIND_IDS],
  ['manualSource', MANUAL_SOURCES],
  ['changeReason', dayChangeSchema.shape.why.shape.reason.options],
  ['tariffPeriod', TARIFF_PERIODS],
  ['tariffDays', TARIFF_DAYS],
  ['tariffKind', ['flat', 'time-of-use', 'tiered']],
  ['comparison', comparisonSchema.shape.with.options],
  ['comparisonReason', comparisonSchema.shape.change.shape.reason.unwrap().options],
  ['costReason', COST_REASONS],
] as const)('a choice of %s offers every code, and none that is not', (group, codes) =>
  expect(Object.keys(zhCn[group]).toSorted()).toEqual([...codes].toSorted()),
);

test.each([
  ['medium', MEDIA],
  ['mediumLong', MEDIA],
  ['type', INSTITUTION_TYPE_IDS],
  ['subItem', SUB_ITEM_CODES],
  ['measures', meterSchema.shape.measures.unwrap().options],
  ['zoneKind', meterSchema.shape.zoneKind.unwrap().options],
  ['quality', QUALITIES],
  ['rule', alertSchema.shape.rule.options],
  ['severity', alertSchema.shape.severity.options],
  ['alertState', alertSchema.shape.state.options],
  ['addressedTo', alertSchema.shape.addressedTo.options],
  ['metric', METRICS],
  ['role', sessionSchema.shape.role.options],
  ['quarantineReason', QUARANTINE_REASONS],
  ['quarantineAdvice', QUARANTINE_REASONS],
  ['readingFlag', ['receipt-time', 'meter-clock-off']],
  ['replayState', replaySchema.shape.state.options],
] as const)('every %s of the platform has a name', (group, codes) => {
  for (const code of codes) expect(Object.keys(zhCn[group])).toContain(code);
});
