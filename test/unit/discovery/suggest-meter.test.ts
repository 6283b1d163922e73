import { expect, test } from 'vitest';

import { ID_PATTERN } from '../../../domain/ids.ts';
import { suggestMeter } from '../../../services/discovery/suggest-meter.ts';

const suggest = (format: string | null, fields: Record<string, unknown>, name = '161') =>
  suggestMeter({ collector: 'c1', namedBy: 'address', name, format, fields });

test.each([
  ['DL/T 645', 'dlt645-2007', { total: 1, unit: 'kWh' }, 'electricity'],
  ['DL/T 645 of 1997', 'dlt645-1997', {}, 'electricity'],
  ['CJ/T 188 in m³', 'cjt188', { total: 1, unit: 'm3' }, 'water'],
  ['CJ/T 188 with temperatures', 'cjt188', { total: 1, unit: 'kWh', supply: 60, return: 40 }, 'heat'],
  ['CJ/T 188 with nothing', 'cjt188', {}, 'water'],
  ['M-Bus in m³', 'mbus', { total: 1, unit: 'm3' }, 'water'],
  ['M-Bus with a volume beside the energy', 'mbus', { total: 1, unit: 'kWh', registers: { volume: 2 } }, 'heat'],
  ['M-Bus in kWh', 'mbus', { total: 1, unit: 'kWh' }, 'electricity'],
  ['GJ', 'native-json', { total: 1, unit: 'GJ' }, 'heat'],
  ['a room', 'zigbee2mqtt', { temperature: 21 }, 'temperature'],
  ['a plug', 'tasmota', { total: 1, unit: 'kWh', voltage: 230 }, 'electricity'],
  ['nothing known', null, { total: 1 }, 'electricity'],
])('suggest: %s => %s', (_name, format, fields, want) => expect(suggest(format, fields).medium).toBe(want));

test.each([
  ['an id', 'id', 'M-7', 'M-7'],
  ['an address', 'address', '161', 'c1-161'],
  ['an address with other signs', 'address', 'plug-7/0 (Büro)', 'c1-plug-7-0-B-ro'],
] as const)('suggest: the id of %s', (_name, namedBy, name, want) => {
  expect(suggestMeter({ collector: 'c1', namedBy, name, format: null, fields: {} }).id).toBe(want);
});

test('suggest: an id that may be one, of a long collector and a long address too', () => {
  const long = { collector: 'c'.repeat(64), namedBy: 'address', format: null, fields: {} } as const;
  const one = suggestMeter({ ...long, name: `${'7'.repeat(80)}1` }).id;
  expect(one).toMatch(ID_PATTERN);
  expect(suggestMeter({ ...long, name: `${'7'.repeat(80)}2` }).id).not.toBe(one);
});
