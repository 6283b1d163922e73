import type { SpoolMessage } from '../../gateway/spool/record.ts';
import { seededRandom } from './seeded-random.ts';

/** A city's meters as {@link meterMessages} lets them report. */
export interface MeterCity {
  collectors: number;
  metersEach: number;
  rounds: number;
  seed: number;
}

const START_MS = 1_767_225_600_000;
const ROUND_MS = 900_000;

/**
 * Native JSON readings, one a message, in the order of receipt: each meter every quarter of an hour at a moment of its
 * own. Half of the collectors stamp the quarter, half the moment; registers in hundredths that rise by a random amount.
 */
export function meterMessages({ collectors, metersEach, rounds, seed }: MeterCity): SpoolMessage[] {
  const random = seededRandom(seed);
  const meters = Array.from({ length: collectors * metersEach }, (_, n) => ({
    source: `c${100 + (n % collectors)}`,
    topic: `energy/v1/c${100 + (n % collectors)}/m${1000 + n}/reading`,
    stampsQuarter: n % collectors < collectors / 2,
    offsetMs: Math.floor(random() * ROUND_MS),
    hundredths: Math.floor(random() * 1e8),
  }));
  const messages: SpoolMessage[] = [];
  for (let round = 0; round < rounds; round++) {
    const roundMs = START_MS + round * ROUND_MS;
    for (const meter of meters) {
      meter.hundredths += Math.floor(random() * 300);
      const momentMs = roundMs + meter.offsetMs;
      const ts = meter.stampsQuarter ? roundMs : momentMs;
      messages.push({
        receivedAtMs: momentMs + 20 + Math.floor(random() * 400),
        source: meter.source,
        topic: meter.topic,
        payload: Buffer.from(JSON.stringify({ ts, total: meter.hundredths / 100 })),
      });
    }
  }
  return messages.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}
