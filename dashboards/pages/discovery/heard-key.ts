import type { HeardMeterItem } from '../../../services/api/schemas/discovery.ts';

/** Names a heard meter among others. */
export function heardKey({ collector, namedBy, name }: Pick<HeardMeterItem, 'collector' | 'namedBy' | 'name'>): string {
  return `${collector} ${namedBy} ${name}`;
}
