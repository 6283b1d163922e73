import { expect, test } from 'vitest';

import { en } from '../../../dashboards/i18n/en.ts';
import { zhCn } from '../../../dashboards/i18n/zh-cn.ts';
import { INSTITUTION_TYPE_IDS } from '../../../domain/institution-type.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { MEDIA, METRICS } from '../../../domain/quantity.ts';
import { QUARANTINE_REASONS } from '../../../domain/reading.ts';
import { SUB_ITEM_CODES } from '../../../domain/sub-item.ts';
import { alertSchema } from '../../../services/api/schemas/alert.ts';
import { meterSchema } from '../../../services/api/schemas/meter.ts';
import { replaySchema } from '../../../services/api/schemas/quarantine.ts';
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
  ['replayState', replaySchema.shape.state.options],
] as const)('every %s of the platform has a name', (group, codes) => {
  for (const code of codes) expect(Object.keys(zhCn[group])).toContain(code);
});
