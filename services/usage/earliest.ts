/** Behind every instant that there is. */
export const FAR_MS = 8.64e15;

/** Keeps the earlier of what is noted under a key and `fromMs`. */
export function noteEarliest(earliest: Map<string, number>, key: string, fromMs: number): void {
  earliest.set(key, Math.min(fromMs, earliest.get(key) ?? FAR_MS));
}
