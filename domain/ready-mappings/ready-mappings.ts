import { acrel } from './acrel.ts';
import type { ReadyMapping } from './ready-mapping.ts';
import { shellyGen2 } from './shelly-gen2.ts';
import { tasmota } from './tasmota.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

/** The mappings that ship with the platform, by their wire format. */
export const READY_MAPPINGS = {
  'shelly-gen2': shellyGen2,
  tasmota,
  zigbee2mqtt,
  acrel,
} as const satisfies Record<string, ReadyMapping>;

/** A wire format that is decoded by a mapping of the platform's own. */
export type ReadyFormat = keyof typeof READY_MAPPINGS;

/** The mapping of a format, or undefined where it has none of the platform's own. */
export function readyMappingOf(format: string): ReadyMapping | undefined {
  return Object.hasOwn(READY_MAPPINGS, format) ? READY_MAPPINGS[format as ReadyFormat] : undefined;
}
