import type { SeriesStore } from '../../storage/series/port.ts';
import type { AccountPoint, AccountRun, MeterAccount } from './account.ts';

const CHUNK_MS = 31 * 86_400_000;

/**
 * The account of a meter that tells nothing but how much flows: its stored intervals are the integral of its rates, an
 * estimate throughout, and all of its readings are parts of it. The points of the run are rates.
 */
export async function rateAccount(
  store: Pick<SeriesStore, 'registers' | 'meterUsage'>,
  meter: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<MeterAccount> {
  let micro = 0n;
  let readings = 0;
  let [first, last]: (AccountPoint | undefined)[] = [];
  for (let at = fromMs; at < toMs; at += CHUNK_MS) {
    const untilMs = Math.min(toMs, at + CHUNK_MS);
    for (const hour of await store.meterUsage('hour', [meter], at, untilMs)) micro += hour.micro;
    for (const { times, values } of await store.registers([meter], at, untilMs, 'rate')) {
      readings += times.length;
      const pointOf = (index: number): AccountPoint => ({
        atMs: times[index]!,
        register: values[index]!,
        source: 'reading',
      });
      if (times.length > 0) [first, last] = [first ?? pointOf(0), pointOf(times.length - 1)];
    }
  }
  const account = { meter, fromMs, toMs, amountMicro: micro, gaps: [], leftOut: [], more: false };
  if (first === undefined || last === undefined) return { ...account, runs: [] };
  const run: AccountRun = {
    kind: 'rate',
    begins: 'range',
    first,
    last,
    multiplier: 1,
    rollovers: [],
    micro,
    startCut: undefined,
    endCut: undefined,
    readings,
  };
  return { ...account, runs: [run] };
}
