import type { ReadingRow } from '../../../domain/reading.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';

/** Meters in kWh, ten of them an institution's: one main meter and nine below it. */
const METERS_OF_AN_INSTITUTION = 10;

/** The meters `m0`… of the institutions `i0`…, read every `intervalS` seconds. */
export function syntheticMeters(count: number, intervalS: number): UsageMeter[] {
  return Array.from({ length: count }, (_, index) => {
    const institution = Math.floor(index / METERS_OF_AN_INSTITUTION);
    const place = index % METERS_OF_AN_INSTITUTION;
    return {
      id: `m${index}`,
      medium: 'electricity',
      registerUnit: 'kWh',
      registerModulus: 1_000_000,
      ratedMaximum: null,
      expectedIntervalS: intervalS,
      parentId: place === 0 ? null : `m${institution * METERS_OF_AN_INSTITUTION}`,
      multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
      shares: [
        {
          institutionId: `i${institution}`,
          subItem: place === 0 ? null : `A${((place - 1) % 3) + 1}`,
          share: 1,
          validFrom: '1970-01-01',
          validTo: null,
        },
      ],
    };
  });
}

/** The `n`-th reading of a meter: registers rise by hundredths that differ from meter to meter and hour to hour. */
export function syntheticReading(index: number, n: number, atMs: number): ReadingRow {
  const hundredths = n * (20 + (index % 17)) + ((n * (index + 3)) % 13);
  const main = index % METERS_OF_AN_INSTITUTION === 0 ? 12 : 1;
  return {
    meter: `m${index}`,
    metric: 'total',
    observedAtMs: atMs,
    value: (hundredths * main) / 100,
    receivedAtMs: atMs + 800,
    flags: 0,
    position: n * 1_000_000 + index,
  };
}

/** What the registers of a meter show from its first reading to its `n`-th, in millionths. */
export function syntheticUsageMicro(index: number, n: number): bigint {
  const [first, last] = [syntheticReading(index, 0, 0).value, syntheticReading(index, n, 0).value];
  return BigInt(Math.round((last - first) * 100)) * 10_000n;
}
