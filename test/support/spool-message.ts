import type { SpoolMessage } from '../../gateway/spool/record.ts';

/** A small message; `text` is its payload. */
export function spoolMessage(text: string, fields: Partial<SpoolMessage> = {}): SpoolMessage {
  return {
    receivedAtMs: 1_767_225_600_000,
    source: 'c1',
    topic: 'energy/v1/c1/m1/reading',
    payload: Buffer.from(text),
    ...fields,
  };
}
