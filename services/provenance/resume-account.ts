import type { Metric } from '../../domain/quantity.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { newAccount, stateFromText, type AccountState } from '../usage/account-state.ts';

/** The accounting of a meter as it stood before the readings from `fromMs` on. */
export interface ResumedAccount {
  fromMs: number;
  state: AccountState;
}

/** What of a store is asked where an account goes on. */
export type ResumeStore = Pick<SeriesStore, 'baseUsageAtEach' | 'registerBeforeEach' | 'registerFromEach'>;

/**
 * Where the accounting of a meter can go on, so that all that lies behind `atMs` is told: at the interval that holds it.
 * Where nothing is stored of its usage yet it begins with its first reading.
 */
export async function resumeAccount(
  store: ResumeStore,
  meter: string,
  atMs: number,
  metric: Metric,
): Promise<ResumedAccount> {
  const row = (await store.baseUsageAtEach([{ meter, atMs }])).get(meter);
  if (row !== undefined) {
    const before = (await store.registerBeforeEach([{ meter, atMs: row.startMs }], metric)).get(meter);
    const last = before && { atMs: before.observedAtMs, register: before.value };
    if (last !== undefined || row.state !== '') return { fromMs: row.startMs, state: stateFromText(row.state, last) };
  }
  return { fromMs: Number.NEGATIVE_INFINITY, state: newAccount() };
}
