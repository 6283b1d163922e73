/**
 * Value information of EN 13757-3 (tables 10 to 12) by quantity; `power` is that of ten by which the number counts in
 * the unit named, so `energyWh(3)` counts kWh.
 */
export const MBUS_VIF = {
  /** Powers −3 to 4. */
  energyWh: (power: number): number[] => [0x00 | (power + 3)],
  /** Powers 0 to 7. */
  energyJ: (power: number): number[] => [0x08 | power],
  /** Powers −1 and 0. */
  energyMwh: (power: number): number[] => [0xfb, power + 1],
  /** Powers −1 and 0. */
  energyGj: (power: number): number[] => [0xfb, 0x08 | (power + 1)],
  /** Powers −6 to 1. */
  volumeM3: (power: number): number[] => [0x10 | (power + 6)],
  /** Powers −3 to 4. */
  powerW: (power: number): number[] => [0x28 | (power + 3)],
  /** Powers −6 to 1. */
  flowM3PerHour: (power: number): number[] => [0x38 | (power + 6)],
  /** Powers −3 to 0. */
  supplyC: (power: number): number[] => [0x58 | (power + 3)],
  /** Powers −3 to 0. */
  returnC: (power: number): number[] => [0x5c | (power + 3)],
  /** Powers −3 to 0. */
  differenceK: (power: number): number[] => [0x60 | (power + 3)],
  /** Hours at work. */
  operatingHours: (): number[] => [0x26],
  /** Powers −9 to 6. */
  voltage: (power: number): number[] => [0xfd, 0x40 | (power + 9)],
  /** Powers −12 to 3. */
  current: (power: number): number[] => [0xfd, 0x50 | (power + 12)],
  /** Energy that a meter gave back: counts only what is negative (table 15). */
  backwards: (vif: readonly number[]): number[] => [...vif, 0x3c],
  /** Date and time, type F. */
  dateTime: (): number[] => [0x6d],
} as const;

/** Local date and time as type F (annex A): to the minute; the UTC fields of `local` are taken as the local ones. */
export function mbusDateTime(local: Date): number {
  const year = local.getUTCFullYear() % 100;
  const minute = local.getUTCMinutes();
  const hour = local.getUTCHours();
  const day = local.getUTCDate() | ((year & 0x07) << 5);
  const month = (local.getUTCMonth() + 1) | ((year & 0x78) << 1);
  // As a record's number is signed, so is this.
  return minute | (hour << 8) | (day << 16) | (month << 24) | 0;
}
