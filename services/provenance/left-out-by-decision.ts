import type { UsageMeter } from '../usage/meter-config.ts';
import type { CountedReadings } from '../usage/readings-that-count.ts';
import type { AccountLeftOut } from './account.ts';

/** The stored readings of a range that decisions leave out, by decision. */
export function leftOutByDecision(
  { decisions = [] }: UsageMeter,
  range: { fromMs: number; toMs: number },
  { times, values }: CountedReadings,
): AccountLeftOut[] {
  return decisions.flatMap(({ kind, fromMs, toMs, id }) => {
    if (kind !== 'exclude' && kind !== 'value') return [];
    const start = Math.max(range.fromMs, fromMs);
    const end = Math.min(range.toMs, toMs ?? fromMs + 1);
    const found = [...times.keys()].filter((index) => times[index]! >= start && times[index]! < end);
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return [];
    const point = { atMs: times[first]!, register: values[first]!, source: 'reading' as const };
    return [
      {
        fromMs: point.atMs,
        toMs: times[last]!,
        reason: 'decision' as const,
        readings: found.length,
        first: point,
        decision: id,
      },
    ];
  });
}
