/** Base of every topic (docs/formats/mqtt.md). */
const BASE_TOPIC = 'energy/v1';

/** Where a meter's readings go. */
export function readingTopic(collector: string, meter: string): string {
  return `${BASE_TOPIC}/${collector}/${meter}/reading`;
}

/** Where a collector hands on its meters' frames. */
export function framesTopic(collector: string): string {
  return `${BASE_TOPIC}/${collector}/frames`;
}

/** Where a collector says whether it is there (retained). */
export function statusTopic(collector: string): string {
  return `${BASE_TOPIC}/${collector}/status`;
}
