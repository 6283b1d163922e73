import type { Kysely } from 'kysely';

import { messageOf } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { alertToApi } from './alert-message.ts';
import type { AlertMessage, Notifier } from './notifier.ts';
import { institutionOfWithdrawal } from './write-changes.ts';

/** Rows read at once. */
const PAGE = 200;
/** From its so-manieth failure on, a row does not hold up those behind it: the fault may be its own. */
const PATIENCE = 5;

/** The pause before a database that is away is asked again grows no further than after so many failures. */
const BLIND_PATIENCE = 6;

export interface OutboxOptions {
  db: Kysely<Database>;
  zone: Zone;
  now: () => number;
  /** By the channel that stands in the row. */
  notifiers: Readonly<Record<string, Notifier>>;
  /** How long to wait after the so-manieth failure; default 1 s doubling up to 5 min. */
  backoffMs?: (attempts: number) => number;
  /** A channel that does not answer within this counts as failed; default 30 s. */
  timeoutMs?: number;
  onError?: (error: unknown) => void;
}

/** Delivers what stands in the outbox, in the background. */
export interface Outbox {
  /** There may be something new. Returns at once. */
  wake(): void;
  /** Stops after the delivery under way; what is not delivered goes out after the next start. */
  close(): Promise<void>;
}

interface Row {
  id: number;
  channel: string;
  alert_id: string;
  attempts: number;
}

/**
 * Starts delivering: rows in order, at least once each, a failed one again after a pause that grows. A message carries
 * the alert as it now stands, so rows of one alert that wait together go out as one.
 */
export function openOutbox(options: OutboxOptions): Outbox {
  const { db, zone, now, notifiers } = options;
  const backoffMs = options.backoffMs ?? ((attempts) => Math.min(300_000, 1000 * 2 ** Math.min(attempts - 1, 10)));
  let closed = false;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let timer: NodeJS.Timeout | undefined;
  /** Passes in a row that could not even look what waits. */
  let blindPasses = 0;

  function wake(): void {
    if (closed) return;
    if (running !== undefined) {
      isAskedAgain = true;
      return;
    }
    clearTimeout(timer);
    running = deliverAll()
      .then(
        (failures) => {
          blindPasses = 0;
          return failures;
        },
        (thrown: unknown) => {
          options.onError?.(thrown);
          blindPasses++;
          return Math.min(blindPasses, BLIND_PATIENCE);
        },
      )
      .then((failures) => {
        running = undefined;
        if (closed) return;
        if (failures > 0) {
          timer = setTimeout(wake, backoffMs(failures));
          timer.unref();
        } else if (isAskedAgain) {
          isAskedAgain = false;
          wake();
        }
      });
  }

  /** One pass over what waits; the most attempts that the rows left behind have had, 0 where none is left. */
  async function deliverAll(): Promise<number> {
    let failures = 0;
    let afterId = 0;
    for (;;) {
      const rows = await waitingRows(db, Object.keys(notifiers), afterId);
      if (rows.length === 0 || closed) return failures;
      for (const group of groupedByAlert(rows)) {
        if (closed) return failures;
        const attempts = await deliver(group);
        failures = Math.max(failures, attempts);
        if (attempts > 0 && attempts < PATIENCE) return failures;
      }
      afterId = rows.at(-1)!.id;
    }
  }

  /** 0 where it was delivered, else how often it has failed by now. */
  async function deliver(group: readonly Row[]): Promise<number> {
    const { channel, alert_id } = group[0]!;
    const ids = group.map(({ id }) => id);
    try {
      const message = await messageFor(db, zone, alert_id);
      if (message !== undefined) await within(options.timeoutMs ?? 30_000, notifiers[channel]!.publish(message));
      const note = message === undefined ? 'the alert is not there any more' : null;
      await db.updateTable('outbox').set({ delivered_at: now(), last_error: note }).where('id', 'in', ids).execute();
      return 0;
    } catch (thrown) {
      options.onError?.(thrown);
      const attempts = Math.max(...group.map((row) => row.attempts)) + 1;
      await db
        .updateTable('outbox')
        .set({ attempts, last_error: messageOf(thrown).slice(0, 500) })
        .where('id', 'in', ids)
        .execute();
      return attempts;
    }
  }

  wake();
  return {
    wake,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** A client that is not connected may keep a message instead of failing: the rows behind must not wait for it. */
async function within(timeoutMs: number, delivery: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([delivery, late]);
  } finally {
    clearTimeout(timer);
  }
}

function waitingRows(db: Kysely<Database>, channels: string[], afterId: number): Promise<Row[]> {
  return db
    .selectFrom('outbox')
    .select(['id', 'channel', 'alert_id', 'attempts'])
    .where('delivered_at', 'is', null)
    .where('channel', 'in', channels)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(PAGE)
    .execute();
}

function groupedByAlert(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.channel}/${row.alert_id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

async function messageFor(db: Kysely<Database>, zone: Zone, alertId: string): Promise<AlertMessage | undefined> {
  const row = await db
    .selectFrom('alert')
    .innerJoin('institution', 'institution.id', 'alert.institution_id')
    .leftJoin('meter as point', 'point.id', 'alert.subject')
    .selectAll('alert')
    .select(['institution.name as institution_name', 'point.name as subject_name'])
    .where('alert.id', '=', alertId)
    .executeTakeFirst();
  if (row !== undefined) {
    return {
      institution: row.institution_id,
      alertId,
      alert: row.state === 'closed' ? null : alertToApi(row, zone),
    };
  }
  const event = await db
    .selectFrom('alert_event')
    .select('note')
    .where('alert_id', '=', alertId)
    .where('kind', '=', 'withdrawn')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const institution = institutionOfWithdrawal(event?.note ?? null);
  return institution === undefined ? undefined : { institution, alertId, alert: null };
}
