import { known, localTime, type JsonMessage, type PlugReading } from './json-message.ts';

/** A meter behind an Acrel gateway. */
export interface AcrelMeter {
  product: string;
  gatewaySn: string;
  meterSn: string;
}

/** Data message of an Acrel gateway: register `wh` in kWh with two decimals, power in kW, local time as digits. */
export function acrelData({ product, gatewaySn, meterSn }: AcrelMeter, reading: PlugReading): JsonMessage {
  const { totalKwh, reverseKwh, powerW, voltage, current, powerFactor } = reading;
  const data = known({
    type: 'data',
    time: localTime(reading.atMs).replaceAll(/\D/g, ''),
    gwSN: gatewaySn,
    meterSN: meterSn,
    meterName: 'adl400',
    meterStatus: 'normal',
    ch: 0,
    ua: voltage,
    ia: current,
    p: powerW === undefined ? undefined : powerW / 1000,
    pf: powerFactor,
    pt: 1,
    ct: 1,
    wh: Math.round(totalKwh * 100) / 100,
    wl: reverseKwh === undefined ? undefined : Math.round(reverseKwh * 100) / 100,
  });
  return { topic: `/gw/acrelHW/${product}/data/${gatewaySn}`, payload: JSON.stringify(data) };
}
