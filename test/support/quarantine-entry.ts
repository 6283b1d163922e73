import type { QuarantineEntry } from '../../gateway/quarantine/quarantine.ts';

/** A whole message of collector c1 that is no JSON, but for what is given. */
export function quarantineEntry(position: number, given: Partial<QuarantineEntry> = {}): QuarantineEntry {
  return {
    position,
    index: -1,
    receivedAtMs: 1_767_225_600_000 + position,
    topic: 'energy/v1/c1/m1/reading',
    collector: 'c1',
    meter: 'm1',
    payload: Buffer.from(`payload ${position}`),
    reason: 'not-json',
    detail: 'The payload is not JSON',
    ...given,
  };
}
