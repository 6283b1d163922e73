import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import type { RegisterEvent, UsageMeter } from '../../services/usage/meter-config.ts';

export const LIFE_ZONE = createZone('Asia/Shanghai');
const zone = LIFE_ZONE;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = zone.at(2026, 3, 30);
/** Behind all that happens in a life. */
export const LIFE_END_MS = start + 12 * DAY;

/** A meter's life: readings every half hour with holes, glitches, devices one after another, multipliers by date. */
export interface Life {
  meter: UsageMeter;
  rows: ReadingRow[];
}

/** A life that the random numbers make, of a meter that counts for the institution `school`. */
export function lifeOf(id: string, random: () => number): Life {
  const instants: number[] = [];
  for (let at = start + Math.floor(random() * HOUR); at < start + 6 * DAY; at += HOUR / 2)
    if (random() > 0.1) instants.push(random() < 0.3 ? at - (at % 900_000) : at + Math.floor(random() * 60_000));
  const pick = (): number => Math.floor(random() * instants.length);
  const known = (register: number): number | null => (random() < 0.6 ? Math.round(register * 100) / 100 : null);
  // Now and then at the very instant of a reading.
  const instant = (): number => instants[pick()]! + (random() < 0.3 ? 0 : Math.floor(random() * 1_500_000));
  const changesAt = [...new Set(Array.from({ length: Math.floor(random() * 4) }, instant))].sort((a, b) => a - b);
  const installedMs = random() < 0.4 ? start + Math.floor(random() * DAY) - HOUR * 4 : undefined;
  const removedMs = random() < 0.4 ? start + 5 * DAY + Math.floor(random() * 30 * HOUR) : undefined;
  const marks = changesAt.filter((at) => at > (installedMs ?? 0) && at < (removedMs ?? LIFE_END_MS));

  const events: RegisterEvent[] = [];
  const rows: ReadingRow[] = [];
  let register = random() < 0.5 ? 980 + random() * 15 : random() * 500;
  const event = (kind: RegisterEvent['kind'], atMs: number, closing: number | null, opening: number | null): void =>
    void events.push({ kind, atMs, closingRegister: closing, openingRegister: opening });
  if (installedMs !== undefined) event('installation', installedMs, null, known(register));
  let next = 0;
  for (const at of instants) {
    for (; next < marks.length && marks[next]! <= at; next++) {
      const closing = known(register + random() * 2);
      register = random() < 0.2 ? 990 : Math.round(random() * 30_000) / 100;
      event('replacement', marks[next]!, closing, known(register));
      if (random() < 0.3) Object.assign(events.at(-1)!, { registerModulusBefore: 1000, ratedMaximumBefore: 80 });
    }
    register = (register + random() * 4) % 1000;
    const glitch = random() < 0.05 ? 700 : 0;
    rows.push(row(id, at, Math.round((register + glitch) * 100) / 100));
  }
  if (removedMs !== undefined) event('removal', removedMs, known(register + 1), null);
  const multipliers = [0, 1, 3, 4]
    .filter((day) => day === 0 || random() < 0.4)
    .map((day) => ({ multiplier: [1, 40, 0.3, 80][day % 4]!, validFrom: zone.date(start + day * DAY), validTo: null }));
  return { meter: { ...plainMeter(id), multipliers, ...(events.length === 0 ? {} : { events }) }, rows };
}

/** A meter in kWh that counts for the institution `school`, read every half hour. */
export const plainMeter = (id: string): UsageMeter => ({
  id,
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: 1000,
  ratedMaximum: null,
  expectedIntervalS: 1800,
  parentId: null,
  multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
  shares: [{ institutionId: 'school', subItem: null, share: 1, validFrom: '1970-01-01', validTo: null }],
});

function row(id: string, observedAtMs: number, value: number): ReadingRow {
  return { meter: id, metric: 'total', observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position: 1 };
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
