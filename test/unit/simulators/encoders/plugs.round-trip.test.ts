import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { decodeMessage } from '../../../../gateway/decode/decode-message.ts';
import { acrelData } from '../../../../simulators/encoders/acrel.ts';
import type { JsonMessage, PlugReading } from '../../../../simulators/encoders/json-message.ts';
import { shellyNotification, shellyStatus } from '../../../../simulators/encoders/shelly.ts';
import { tasmotaSensor } from '../../../../simulators/encoders/tasmota.ts';
import { zigbeeState } from '../../../../simulators/encoders/zigbee2mqtt.ts';
import { decimal } from '../../../support/decimal.ts';
import { fieldContext, spooledSample } from '../../../support/field-samples.ts';

// Thousands of messages are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const RUNS = { numRuns: 1000 };
const context = fieldContext();

/** Powers come out as what the message carries, divided once. A reading with its last digits: register and what was given back with `places` decimals in kWh. */
const readings = (places: number) =>
  fc
    .record({
      seconds: fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }),
      total: fc.integer({ min: 0, max: 99_999_999 }),
      reverse: fc.integer({ min: 0, max: 99_999_999 }),
      powerDeciwatts: fc.integer({ min: -40_000, max: 400_000 }),
      voltage: fc.integer({ min: 0, max: 4_000 }),
      current: fc.integer({ min: 0, max: 99_999 }),
      powerFactor: fc.integer({ min: -100, max: 100 }),
    })
    .map((digits) => ({
      digits,
      reading: {
        atMs: digits.seconds * 1000,
        totalKwh: decimal(digits.total, -places),
        reverseKwh: decimal(digits.reverse, -places),
        powerW: decimal(digits.powerDeciwatts, -1),
        voltage: decimal(digits.voltage, -1),
        current: decimal(digits.current, -3),
        powerFactor: decimal(digits.powerFactor, -2),
      } satisfies PlugReading,
    }));

function itemsOf({ topic, payload }: JsonMessage): { address: string | undefined; fields: Record<string, unknown> }[] {
  const { items, refused } = decodeMessage(spooledSample(topic, Buffer.from(payload), 0), context);
  expect(refused).toEqual([]);
  return items.map(({ address, fields }) => ({ address, fields }));
}

test('Shelly gen2: registers in Wh by notification with their time, by state without, power in kW', () => {
  fc.assert(
    fc.property(readings(2), fc.integer({ min: 0, max: 9 }), ({ digits, reading }, channel) => {
      const address = `shelly-7/${channel}`;
      const registers = { total: digits.total * 10, registers: { reverse: digits.reverse * 10 }, unit: 'Wh' };
      expect(itemsOf(shellyNotification('shelly-7', channel, reading))).toEqual([
        { address, fields: { ts: reading.atMs, ...registers } },
      ]);
      const [energy, network] = shellyStatus('shelly-7', channel, reading);
      expect(itemsOf(energy!)).toEqual([{ address, fields: registers }]);
      expect(itemsOf(network!)).toEqual([
        {
          address,
          fields: {
            rate: decimal(digits.powerDeciwatts, -4),
            voltage: reading.voltage,
            current: reading.current,
            powerFactor: reading.powerFactor,
          },
        },
      ]);
    }),
    RUNS,
  );
});

test('Tasmota: register in kWh at a local time, network quantities beside it', () => {
  fc.assert(
    fc.property(readings(3), ({ digits, reading }) => {
      expect(itemsOf(tasmotaSensor('plug-1', reading))).toEqual([
        {
          address: 'plug-1',
          fields: {
            ts: reading.atMs,
            total: reading.totalKwh,
            unit: 'kWh',
            rate: decimal(digits.powerDeciwatts, -4),
            voltage: reading.voltage,
            current: reading.current,
            powerFactor: reading.powerFactor,
          },
        },
      ]);
    }),
    RUNS,
  );
});

test('Zigbee2MQTT: register in kWh at the time at which the device was last seen', () => {
  fc.assert(
    fc.property(readings(2), ({ digits, reading }) => {
      expect(itemsOf(zigbeeState('plug-2', reading))).toEqual([
        {
          address: 'plug-2',
          fields: {
            ts: reading.atMs,
            total: reading.totalKwh,
            unit: 'kWh',
            rate: decimal(digits.powerDeciwatts, -4),
            voltage: reading.voltage,
            current: reading.current,
          },
        },
      ]);
    }),
    RUNS,
  );
});

test('Acrel: registers in kWh of the meter behind the gateway, at a local time', () => {
  fc.assert(
    fc.property(readings(2), fc.stringMatching(/^1\d{13}$/), ({ reading }, meterSn) => {
      const meter = { product: 'AWT100', gatewaySn: '12109132830001', meterSn };
      expect(itemsOf(acrelData(meter, reading))).toEqual([
        {
          address: meterSn,
          fields: {
            ts: reading.atMs,
            total: reading.totalKwh,
            registers: { reverse: reading.reverseKwh },
            unit: 'kWh',
            rate: reading.powerW / 1000,
            powerFactor: reading.powerFactor,
            voltageA: reading.voltage,
            currentA: reading.current,
          },
        },
      ]);
    }),
    RUNS,
  );
});
