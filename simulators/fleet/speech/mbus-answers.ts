import { bug } from '../../../domain/errors.ts';
import { unitFactor } from '../../../domain/quantity.ts';
import type { MeterSpec } from '../../city/spec.ts';
import { encodeMbus } from '../../encoders/mbus.ts';
import type { MbusRecord } from '../../encoders/mbus-record.ts';
import { MBUS_VIF } from '../../encoders/mbus-vif.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import type { FrameAnswers } from './frame-speech.ts';
import { heatCircuitOf } from './heat-circuit.ts';

const MEDIA: Partial<Record<MeterSpec['medium'], number>> = { electricity: 0x02, gas: 0x03, heat: 0x04, water: 0x07 };
const MANUFACTURER = 'JNG';

/**
 * What a meter of EN 13757-3 answers: its register in MJ, Wh or litres, and what the medium has beside it. Its clock,
 * which knows no seconds, it does not tell.
 */
export function mbusAnswers(model: MeterModel): FrameAnswers {
  const { spec } = model;
  const medium = MEDIA[spec.medium] ?? bug(`M-Bus has no meters of ${spec.medium}`);
  const id = spec.address ?? bug(`${spec.id} has no address`);
  const frame = (records: readonly MbusRecord[]): Buffer =>
    encodeMbus({ id, manufacturer: MANUFACTURER, medium, records });
  return {
    register: (ms) => frame([registerRecord(model, ms)]),
    all: (ms) => [frame([registerRecord(model, ms), ...besides(model, ms)])],
  };
}

function registerRecord(model: MeterModel, ms: number): MbusRecord {
  const { medium, registerUnit = medium === 'heat' ? 'GJ' : '' } = model.spec;
  const value = model.valueAt(ms);
  if (medium === 'heat') {
    const inMj = (unitFactor('heat', registerUnit) ?? bug(`${model.spec.id} counts no heat`)) * 1000;
    return { vif: MBUS_VIF.energyJ(6), coding: 'int32', digits: Math.round(value * inMj) };
  }
  if (medium === 'electricity') return { vif: MBUS_VIF.energyWh(1), coding: 'bcd8', digits: Math.round(value * 100) };
  return { vif: MBUS_VIF.volumeM3(-3), coding: 'bcd12', digits: Math.round(value * 1000) };
}

function besides(model: MeterModel, ms: number): MbusRecord[] {
  const rate = model.rateAt(ms) ?? 0;
  if (model.spec.medium === 'electricity') return [watts(rate)];
  if (model.spec.medium !== 'heat') return [litresPerHour(rate)];
  const { powerKw, flowM3PerHour, volumeM3, supplyC, returnC } = heatCircuitOf(model, ms);
  return [
    { vif: MBUS_VIF.volumeM3(-2), coding: 'bcd8', digits: Math.round(volumeM3 * 100) },
    watts(powerKw),
    litresPerHour(flowM3PerHour),
    { vif: MBUS_VIF.supplyC(-2), coding: 'bcd4', digits: Math.round(supplyC * 100) },
    { vif: MBUS_VIF.returnC(-2), coding: 'bcd4', digits: Math.round(returnC * 100) },
  ];
}

function watts(kw: number): MbusRecord {
  return { vif: MBUS_VIF.powerW(0), coding: 'int32', digits: Math.round(kw * 1000) };
}

function litresPerHour(m3PerHour: number): MbusRecord {
  return { vif: MBUS_VIF.flowM3PerHour(-3), coding: 'bcd8', digits: Math.round(m3PerHour * 1000) };
}
