import { QUARANTINE_REASONS } from '../../../domain/reading.ts';
import type { Health } from '../../../services/api/schemas/health.ts';
import type { ApiClient } from '../api-client.ts';
import { postCollector, postInstitution, postMeter } from '../pipeline-registry.ts';
import { readMetrics, sumOf } from '../read-metrics.ts';
import type { RunningPlatform } from '../start-platform.ts';
import { sendFuzzRound, type FuzzCast, type FuzzSent } from './fuzz-round.ts';
import { reconcile, type Reconciled, type ShownEntry, type ShownReading } from './ledger.ts';

/** How much, from which seed. */
export interface FuzzOptions {
  messages: number;
  seed: number;
  /** Messages between two looks at what became of them. */
  perRound: number;
  onRound?(round: FuzzRound): void;
}

/** What a round showed. */
export interface FuzzRound extends Reconciled {
  round: number;
  messages: number;
  /** Of those that the hostile streams held, how many the broker took: all are in quarantine. */
  hostile: number;
  residentMiB: number;
  /** JavaScript heap by thread. */
  heapMiB: { main: number; pipeline: number };
  seconds: number;
}

/** Settings of a platform that is fuzzed: as it is shipped, but that it lets nothing go and puts off nobody. */
export const FUZZ_SETTINGS = {
  LOG_LEVEL: 'error',
  MALLOC_ARENA_MAX: '2',
  QUARANTINE_MAX_MB: '100000',
  // Who connects again and again is put off, and would be fuzzing nothing but that.
  MQTT_MAX_CONNECTIONS_PER_USER: '1000',
} as const;

const MIB = 1024 * 1024;
const PLAIN_METERS = 6;
const LARGE_METERS = 2;
/** Entries of quarantine carry the bytes of their message: pages of large ones are kept short. */
const PAGE = { small: 5000, large: 10 };
const DRAINED_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;
const EVER = 'from=0&to=99999999999999';

/**
 * Sends fuzzed packets and payloads to a running platform, and holds each round against what API and metrics say: each
 * acknowledged message ends as readings or in quarantine, item by item, and is counted as that. The rest is told in
 * `problems`. Rejects where the platform ends, refuses a client that keeps to MQTT, or does not get done.
 */
export async function runFuzz(platform: RunningPlatform, options: FuzzOptions): Promise<FuzzRound[]> {
  const ended = platform.ended.then(({ code, signal, stderr }): never => {
    throw new Error(`the platform ended (${signal ?? code}): ${stderr.slice(-2000)}`);
  });
  return Promise.race([ended, rounds(platform, options)]);
}

async function rounds(platform: RunningPlatform, options: FuzzOptions): Promise<FuzzRound[]> {
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const users = {
    plain: await userOf(api, 'plain'),
    large: await userOf(api, 'large'),
    hostile: await userOf(api, 'hostile'),
  };
  const done: FuzzRound[] = [];
  let lastEntry = 0;
  for (let left = options.messages, number = 0; left > 0; number++) {
    const startedMs = performance.now();
    const messages = Math.min(options.perRound, left);
    left -= messages;
    const session = await platform.logIn();
    const cast: FuzzCast = {
      mqttUrl: platform.mqttUrl,
      plain: { ...users.plain, meters: await metersOf(session, 'plain', `p${number}`, PLAIN_METERS) },
      large: { ...users.large, meters: await metersOf(session, 'large', `l${number}`, LARGE_METERS) },
      hostile: users.hostile,
      nowMs: Date.now(),
    };
    const before = await readMetrics(platform.url);
    const sent = await sendFuzzRound(cast, messages, options.seed + number * 1000);
    const after = await drained(platform.url, session);
    const entries = await entriesSince(session, lastEntry);
    lastEntry = entries.reduce((most, { id }) => Math.max(most, id), lastEntry);
    const looked = await look(session, cast, sent, entries, (name) => sumOf(after, name) - sumOf(before, name));
    const now = await readMetrics(platform.url);
    const inMiB = (name: string): number => Math.round((now.get(name) ?? Number.NaN) / MIB);
    const residentMiB = inMiB('jieneng_process_resident_bytes');
    const heapMiB = {
      main: inMiB('jieneng_heap_bytes{thread="main"}'),
      pipeline: inMiB('jieneng_heap_bytes{thread="pipeline"}'),
    };
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    const round = { round: number, messages, ...looked, residentMiB, heapMiB, seconds };
    done.push(round);
    options.onRound?.(round);
  }
  return done;
}

async function look(
  api: ApiClient,
  cast: FuzzCast,
  sent: FuzzSent,
  entries: readonly ShownEntry[],
  rise: (metric: string) => number,
): Promise<Reconciled & { hostile: number }> {
  const readings = new Map<string, ShownReading[]>();
  for (const meter of [...cast.plain.meters, ...cast.large.meters]) {
    readings.set(meter, await api.items<ShownReading>(`/meters/${meter}/readings?${EVER}`));
  }
  const ofHostile = entries.filter(({ collector }) => collector === cast.hostile.username);
  const others = entries.filter(({ collector }) => collector !== cast.hostile.username);
  const result = reconcile(sent.acknowledged, others, readings);

  const kept = new Set(ofHostile.map(({ payload }) => Buffer.from(payload, 'base64').toString()));
  const lost = sent.hostileAcknowledged.filter((payload) => !kept.has(payload));
  const conflicts = rise('jieneng_readings_conflict_total');
  const counted = rise('jieneng_readings_stored_total') + rise('jieneng_readings_duplicate_total') + conflicts;
  const taken = rise('jieneng_mqtt_messages_acknowledged_total');
  const checks: [what: string, found: number, wanted: number][] = [
    ['values stored, duplicate or conflicting', counted, result.values],
    ...QUARANTINE_REASONS.map((reason): (typeof checks)[number] => [
      `entries counted as quarantined, ${reason}`,
      rise(`jieneng_quarantined_total{reason="${reason}"}`),
      entries.filter((entry) => entry.reason === reason).length,
    ]),
    ['steps of the drain that failed', rise('jieneng_store_retries_total'), 0],
    ['messages acknowledged', taken, sent.acknowledged.length + ofHostile.length],
    [
      'hostile messages acknowledged and in quarantine',
      sent.hostileAcknowledged.length - lost.length,
      sent.hostileAcknowledged.length,
    ],
  ];
  const wrong = checks.filter(([, found, wanted]) => found !== wanted);
  if (result.displaced > conflicts)
    wrong.push(['values of receipt time displaced, at most', result.displaced, conflicts]);
  return {
    ...result,
    hostile: ofHostile.length,
    problemCount: result.problemCount + wrong.length,
    problems: [...wrong.map(([what, found, wanted]) => `${what}: ${found} instead of ${wanted}`), ...result.problems],
  };
}

/** Resolves with the metrics once all that was taken is stored or in quarantine. */
async function drained(url: string, api: ApiClient): Promise<Map<string, number>> {
  const deadline = performance.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const { parts } = await api.get<Health>('/health');
    const metrics = await readMetrics(url);
    const behind = sumOf(metrics, 'jieneng_drain_lag_bytes');
    if (parts['spool']?.['pending'] === 0 && behind === 0) return metrics;
    if (performance.now() > deadline) throw new Error(`not drained, ${behind} bytes behind: ${JSON.stringify(parts)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function entriesSince(api: ApiClient, last: number): Promise<ShownEntry[]> {
  const found: ShownEntry[] = [];
  for (const [collector, limit] of [
    ['plain', PAGE.small],
    ['large', PAGE.large],
    ['hostile', PAGE.small],
  ] as const) {
    let cursor = '';
    for (;;) {
      const page = await api.get<{ items: ShownEntry[]; next: string | null }>(
        `/quarantine?collector=${collector}&limit=${limit}${cursor}`,
      );
      const fresh = page.items.filter(({ id }) => id > last);
      found.push(...fresh);
      if (page.next === null || fresh.length < page.items.length) break;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }
  return found;
}

async function userOf(api: ApiClient, id: string): Promise<{ username: string; password: string }> {
  return { username: id, password: await postCollector(api, id) };
}

async function metersOf(api: ApiClient, collectorId: string, prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  for (const id of ids) await postMeter(api, { id, institutionId: 'office', collectorId });
  return ids;
}
