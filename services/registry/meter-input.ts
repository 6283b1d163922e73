import type { NewMeter } from '../api/schemas/meter.ts';

/** A meter to be entered; what may be left out is what the schema fills in. Either an institution or shares. */
export type MeterInput = Omit<NewMeter, 'multiplier' | 'expectedIntervalS'> &
  Partial<Pick<NewMeter, 'multiplier' | 'expectedIntervalS'>>;
