import { bug } from '../../../domain/errors.ts';
import type { WireFormat } from '../../../domain/wire-format.ts';
import { acrelData } from '../../encoders/acrel.ts';
import type { JsonMessage, PlugReading } from '../../encoders/json-message.ts';
import { shellyNotification, shellyStatus } from '../../encoders/shelly.ts';
import { tasmotaSensor } from '../../encoders/tasmota.ts';
import { zigbeeState } from '../../encoders/zigbee2mqtt.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import type { Speech } from './speech.ts';

/** How devices with a format of their own write a reading with its time, and what else they say at present. */
interface PlugFormat {
  timed: (address: string, reading: PlugReading) => JsonMessage;
  besides?: (address: string, reading: PlugReading) => JsonMessage[];
}

const VOLTAGE = 230;

const FORMATS: Partial<Record<WireFormat, PlugFormat>> = {
  // The address is that of a channel: `device/channel`.
  'shelly-gen2': {
    timed: (address, reading) => shellyNotification(...channelOf(address), reading),
    besides: (address, reading) => shellyStatus(...channelOf(address), reading),
  },
  tasmota: { timed: tasmotaSensor },
  zigbee2mqtt: { timed: zigbeeState },
  acrel: {
    timed: (address, reading) => acrelData({ product: 'ADW300', gatewaySn: address, meterSn: address }, reading),
  },
};

/** A device that publishes JSON on topics of its own: a message for each reading. */
export function plugSpeech(model: MeterModel, format: WireFormat): Speech {
  const { timed, besides } = FORMATS[format] ?? bug(`no device speaks ${format}`);
  const address = model.spec.address ?? bug(`${model.spec.id} has no address`);
  const reading = (ms: number): PlugReading => {
    const powerW = Math.round((model.rateAt(ms) ?? 0) * 10_000) / 10;
    return {
      atMs: ms,
      totalKwh: model.valueAt(ms),
      powerW,
      voltage: VOLTAGE,
      current: Math.round((powerW / VOLTAGE) * 1000) / 1000,
    };
  };
  return {
    history: (times, order) => order(times.map((ms) => ({ ...timed(address, reading(ms)), readings: 1 }))),
    present: (ms) => [
      { ...timed(address, reading(ms)), readings: 1 },
      ...(besides?.(address, reading(ms)) ?? []).map((message) => ({ ...message, readings: 0 })),
    ],
  };
}

function channelOf(address: string): [device: string, channel: number] {
  const at = address.lastIndexOf('/');
  return [address.slice(0, at), Number(address.slice(at + 1))];
}
