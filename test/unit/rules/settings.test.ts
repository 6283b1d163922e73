import { describe, expect, test } from 'vitest';

import { parseRuleSettings, type RuleSettings } from '../../../services/rules/settings.ts';

function settingsOf(json: string | null, type = 'agency'): RuleSettings {
  const parsed = parseRuleSettings(json, type);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.settings;
}

test('defaults are those of the regulation and of Baotou', () => {
  expect(settingsOf(null)).toMatchObject({
    offHours: { mode: 'share', share: 0.6, wattsPerM2: 5, exemptSubItems: ['D1'] },
    thermostat: { coolingMinimumC: 26, heatingMaximumC: 20, sustainedHours: 2, hysteresisC: 0.5 },
    quota: { warningRatio: 0.8, breachRatio: 1 },
  });
});

test('a hospital may have more at night; its own settings go over that', () => {
  expect(settingsOf(null, 'hospital')).toMatchObject({ offHours: { share: 0.75 } });
  const own = settingsOf('{"offHours":{"share":0.5}}', 'hospital');
  expect(own).toMatchObject({ offHours: { share: 0.5, durationHours: 10 } });
});

const wrong: { name: string; json: string; reason: string }[] = [
  { name: 'not JSON', json: '{', reason: 'not JSON' },
  { name: 'a number for an object', json: '5', reason: 'expected object' },
  { name: 'a misspelt rule', json: '{"offhours":{}}', reason: 'offhours' },
  { name: 'a negative share', json: '{"offHours":{"share":-1}}', reason: 'offHours.share' },
];
describe('settings that do not fit are a reason', () => {
  for (const { name, json, reason } of wrong) {
    test(name, () =>
      expect(parseRuleSettings(json, 'agency')).toMatchObject({ ok: false, reason: expect.stringContaining(reason) }),
    );
  }
});
