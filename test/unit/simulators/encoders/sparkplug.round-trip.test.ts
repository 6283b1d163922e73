import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import type { Decoded } from '../../../../gateway/decode/decoded.ts';
import { decodeSparkplug } from '../../../../gateway/decode/sparkplug-b/decode.ts';
import { createSparkplugSessions } from '../../../../gateway/decode/sparkplug-b/sessions.ts';
import {
  createSparkplugNode,
  type SparkplugMessage,
  type SparkplugMetric,
  type SparkplugValue,
} from '../../../../simulators/encoders/sparkplug-node.ts';
import { decimal } from '../../../support/decimal.ts';

// Thousands of frames are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const NOW_MS = Date.UTC(2026, 0, 8);
const RUNS = { numRuns: 200 };

/** The platform's side of a connection: decodes in the order of the spool. */
function listener(): { hear: (message: SparkplugMessage) => Decoded; gaps: () => number | undefined } {
  const sessions = createSparkplugSessions();
  let position = 0;
  return {
    hear: ({ topic, payload }) => {
      position++;
      return decodeSparkplug({ topic, payload, source: 'edge', receivedAtMs: NOW_MS, position }, sessions);
    },
    gaps: () => sessions.nodes()[0]?.gaps,
  };
}

const TYPES: { type: SparkplugMetric['type']; least: number; most: number }[] = [
  { type: 'Int32', least: -(2 ** 31), most: 2 ** 31 - 1 },
  { type: 'Int64', least: 0, most: Number.MAX_SAFE_INTEGER },
  { type: 'UInt32', least: 0, most: 2 ** 32 - 1 },
  { type: 'UInt64', least: 0, most: Number.MAX_SAFE_INTEGER },
  { type: 'Double', least: -9_999_999_999, most: 9_999_999_999 },
];
const QUANTITIES = [
  { name: 'total', field: (fields: Record<string, unknown>) => fields['total'], unit: 'kWh' },
  { name: 'rate', field: (fields: Record<string, unknown>) => fields['rate'], unit: 'kW' },
  { name: 'voltage', field: (fields: Record<string, unknown>) => fields['voltage'], unit: 'V' },
  {
    name: 'reverse',
    field: (fields: Record<string, unknown>) =>
      (fields['registers'] as Record<string, unknown> | undefined)?.['reverse'],
    unit: 'kWh',
  },
];

const numbers = fc.constantFrom(...TYPES).chain(({ type, least, most }) =>
  fc.integer({ min: least, max: most }).map((digits) => ({
    type,
    value: type === 'Double' ? decimal(digits, -3) : digits,
  })),
);
const devices = fc
  .array(
    fc.record({
      values: fc.array(numbers, { minLength: QUANTITIES.length, maxLength: QUANTITIES.length }),
      /** Of each quantity, how often it was measured later. */
      later: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: QUANTITIES.length, maxLength: QUANTITIES.length }),
      hasAliases: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .filter((all) => all.every(({ later }) => later.some((times) => times > 0)));

test('births and data by alias or name come out as they went in, at their times, without a gap', () => {
  fc.assert(
    fc.property(devices, fc.integer({ min: 0, max: 255 }), (all, session) => {
      const node = createSparkplugNode('group', 'edge', session);
      const { hear, gaps } = listener();
      expect(hear(node.birth(NOW_MS))).toEqual({ items: [], refused: [] });
      for (const [index, { values, later, hasAliases }] of all.entries()) {
        const device = `meter-${index}`;
        const metrics = QUANTITIES.map(({ name, unit }, at): SparkplugMetric => ({
          name,
          type: values[at]!.type,
          unit,
          ...(hasAliases && { alias: index * 10 + at }),
        }));
        const born = metrics.map((metric, at): SparkplugValue => ({ metric, value: values[at]!.value, atMs: NOW_MS }));
        expectValues(hear(node.deviceBirth(device, NOW_MS, born)), device, born);

        const told = metrics.flatMap((metric, at) =>
          Array.from({ length: later[at]! }, (_, time): SparkplugValue => ({
            metric,
            value: values[at]!.value,
            atMs: NOW_MS + 1000 * (time + 1),
            historical: true,
          })),
        );
        expectValues(hear(node.deviceData(device, NOW_MS, told)), device, told);
      }
      expect(gaps()).toBe(0);
      expect(hear(node.deviceDeath('meter-0', NOW_MS))).toEqual({ items: [], refused: [] });
      expect(hear(node.death())).toEqual({ items: [], refused: [] });
    }),
    RUNS,
  );
});

/** Each value is a field of the reading of its instant, and there is nothing else. */
function expectValues({ items, refused }: Decoded, device: string, values: readonly SparkplugValue[]): void {
  expect(refused).toEqual([]);
  const instants = new Set(values.map(({ atMs }) => atMs));
  expect(items).toHaveLength(instants.size);
  for (const { address, otherAddresses, fields } of items) {
    expect(address).toBe(device);
    expect(otherAddresses).toEqual([`edge/${device}`]);
    const found = QUANTITIES.map(({ name, field }) => [name, field(fields)]);
    const wanted = QUANTITIES.map(({ name }) => [
      name,
      values.find(({ metric, atMs }) => metric.name === name && atMs === fields['ts'])?.value,
    ]);
    expect(found).toEqual(wanted);
  }
}

test('the sequence runs over a node and its devices to 255 and on; what is lost is a gap', () => {
  const node = createSparkplugNode('group', 'edge', 7);
  const { hear, gaps } = listener();
  const metric: SparkplugMetric = { name: 'total', alias: 1, type: 'Double', unit: 'kWh' };
  const value = (at: number): SparkplugValue[] => [{ metric, value: at, atMs: NOW_MS + at }];
  hear(node.birth(NOW_MS));
  hear(node.deviceBirth('m', NOW_MS, value(0)));
  for (let at = 1; at <= 600; at++) hear(node.deviceData('m', NOW_MS, value(at)));
  expect(gaps()).toBe(0);
  node.deviceData('m', NOW_MS, value(601));
  hear(node.deviceData('m', NOW_MS, value(602)));
  expect(gaps()).toBe(1);
});

test('an alias without a birth is refused', () => {
  const node = createSparkplugNode('group', 'edge', 7);
  const metric: SparkplugMetric = { name: 'total', alias: 1, type: 'Double' };
  const data = node.deviceData('m', NOW_MS, [{ metric, value: 1 }]);
  expect(listener().hear(data).refused).toMatchObject([{ reason: 'unknown-alias' }]);
});
