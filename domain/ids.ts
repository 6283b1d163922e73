/** Ids of collectors and meters as they stand in topics (MQTT contract, docs/formats/mqtt.md). */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** Names that no collector may take because they stand in the topic tree already. */
const RESERVED_COLLECTOR_IDS: ReadonlySet<string> = new Set(['alerts']);

/** True for an id that a collector or a meter may carry. */
export function isValidId(id: string): boolean {
  return ID_PATTERN.test(id) && !RESERVED_COLLECTOR_IDS.has(id);
}
