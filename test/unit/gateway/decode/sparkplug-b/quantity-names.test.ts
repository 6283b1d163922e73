import { expect, test } from 'vitest';

import { quantityNamed } from '../../../../../gateway/decode/sparkplug-b/quantity-names.ts';

test.each([
  ['total', 'total', undefined],
  ['Energy', 'total', undefined],
  ['Active Energy', 'total', undefined],
  ['activeEnergy', 'total', undefined],
  ['kWh', 'total', 'kWh'],
  ['energy_wh', 'total', 'Wh'],
  ['Energy (MWh)', 'total', 'MWh'],
  ['power', 'rate', undefined],
  ['power_w', 'rate', 'W'],
  ['Active-Power kW', 'rate', 'kW'],
  ['flow', 'flow', undefined],
  ['flow m3/h', 'flow', 'm3/h'],
  ['volume', 'volume', undefined],
  ['Supply Temperature', 'supply', undefined],
  ['return_temp', 'return', undefined],
  ['T1', 't1', undefined],
  ['谷', 't4', undefined],
  ['exportEnergy', 'reverse', undefined],
  ['Voltage L1', 'voltageA', undefined],
  ['current_b', 'currentB', undefined],
  ['powerFactor', 'powerFactor', undefined],
  ['temperature_c', 'temperature', '°C'],
])('%s is %s', (name, quantity, unit) => expect(quantityNamed(name)).toMatchObject({ quantity, unit }));

test.each([
  '',
  'Rebirth',
  'bdSeq',
  'constructor',
  '__proto__',
  'energy_today',
  'total_w_',
  'toString',
  '_'.repeat(250),
])('nothing: %s', (name) => expect(quantityNamed(name)).toBeUndefined());
