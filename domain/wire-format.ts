/**
 * Wire formats that the gateway decodes. `frames` (a frame of whatever protocol, as a DTU hands it on) and `mapping`
 * (JSON by a field mapping) are ways of being bound to a topic; a frame itself is one of those with a standard.
 */
export const WIRE_FORMATS = {
  'native-json': { zh: '平台 JSON', en: 'Platform JSON' },
  'dlt645-2007': { zh: 'DL/T 645-2007', en: 'DL/T 645-2007' },
  'dlt645-1997': { zh: 'DL/T 645-1997', en: 'DL/T 645-1997' },
  cjt188: { zh: 'CJ/T 188', en: 'CJ/T 188' },
  mbus: { zh: 'M-Bus（EN 13757-3）', en: 'M-Bus (EN 13757-3)' },
  'sparkplug-b': { zh: 'Sparkplug B', en: 'Sparkplug B' },
  'shelly-gen2': { zh: 'Shelly 第二代', en: 'Shelly gen2' },
  tasmota: { zh: 'Tasmota', en: 'Tasmota' },
  zigbee2mqtt: { zh: 'Zigbee2MQTT', en: 'Zigbee2MQTT' },
  acrel: { zh: '安科瑞', en: 'Acrel' },
  frames: { zh: '表计报文（透传）', en: 'Meter frames (passed through)' },
  mapping: { zh: '字段映射', en: 'Field mapping' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type WireFormat = keyof typeof WIRE_FORMATS;
export const WIRE_FORMAT_IDS = Object.keys(WIRE_FORMATS) as WireFormat[];

/** Formats that a topic of another system may be bound to. */
export const BINDING_FORMATS = [
  'native-json',
  'frames',
  'sparkplug-b',
  'shelly-gen2',
  'tasmota',
  'zigbee2mqtt',
  'acrel',
  'mapping',
] as const satisfies readonly WireFormat[];
export type BindingFormat = (typeof BINDING_FORMATS)[number];
