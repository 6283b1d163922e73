import type { Kysely } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';

import type { ReplayOrder } from '../../../domain/quarantine-filter.ts';
import {
  openRelationalQuarantine,
  type RelationalQuarantine,
} from '../../../gateway/quarantine/relational-quarantine.ts';
import type { QuarantineEntry } from '../../../gateway/quarantine/quarantine.ts';
import { openReplay, type Replay, type ReplayOptions } from '../../../gateway/replay.ts';
import { encodeRecord, parseRecord, sealRecord, type SpoolMessage } from '../../../gateway/spool/record.ts';
import type { Database, ReplayRequestTable } from '../../../storage/relational/schema.ts';
import { openRegistry } from '../../support/open-registry.ts';
import { quarantineEntry } from '../../support/quarantine-entry.ts';

const NOW = 1_767_225_600_000;
vi.setConfig({ testTimeout: 30_000 });

interface Bench {
  db: Kysely<Database>;
  quarantine: RelationalQuarantine;
  /** What was put into the spool, in order. */
  appended: SpoolMessage[];
  spool: { accepting: boolean; committed: number; drained: number; append: (message: SpoolMessage) => Promise<number> };
  errors: unknown[];
  request(order: ReplayOrder, given?: Partial<ReplayRequestTable>): Promise<number>;
  open(options?: Partial<ReplayOptions>): Replay;
  state(id: number): Promise<{ state: string; messages: number; error: string | null } | undefined>;
  /** Positions that stand in quarantine. */
  kept(): Promise<number[]>;
}

async function bench(): Promise<Bench> {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  const quarantine = await openRelationalQuarantine({
    db,
    now: () => NOW,
    retentionMs: Number.MAX_SAFE_INTEGER,
    maxBytes: Number.MAX_SAFE_INTEGER,
    sweepMs: 1e9,
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => quarantine.close());
  const appended: SpoolMessage[] = [];
  const errors: unknown[] = [];
  const spool: Bench['spool'] = {
    accepting: true,
    committed: 5_000_000,
    drained: 5_000_000,
    append: async (message) => {
      appended.push(asWritten(message));
      return appended.length;
    },
  };
  return {
    db,
    quarantine,
    appended,
    spool,
    errors,
    request: async (order, given = {}) => {
      const { id } = await db
        .insertInto('replay_request')
        .values({
          requested_at: NOW,
          requested_by: null,
          filter: JSON.stringify(order),
          state: 'waiting',
          finished_at: null,
          error: null,
          ...(given as object),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },
    open: (options) => {
      const replay = openReplay({
        db,
        spool: {
          append: (message) => spool.append(message),
          accepting: () => spool.accepting,
          committed: () => spool.committed,
        },
        useRegistry: () => Promise.resolve(),
        drained: () => Promise.resolve(spool.drained),
        now: () => NOW,
        pollMs: 10,
        waitMs: 1,
        maxLagBytes: 1000,
        onError: (error) => errors.push(error),
        ...options,
      });
      onTestFinished(() => replay.close());
      return replay;
    },
    state: (id) =>
      db.selectFrom('replay_request').select(['state', 'messages', 'error']).where('id', '=', id).executeTakeFirst(),
    kept: async () => {
      const rows = await db.selectFrom('quarantine_message').select('position').orderBy('position').execute();
      return rows.map(({ position }) => position);
    },
  };
}

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const done = (messages: number) => ({ state: 'done', messages, error: null });

test('each message once, as it came, the oldest first; then it is out of quarantine, and the others stay', async () => {
  const { quarantine, appended, request, open, state, kept, db } = await bench();
  const payload = Buffer.from([0, 255, 1]);
  await quarantine.put([
    quarantineEntry(10, { index: 0, payload, receivedAtMs: NOW + 5, topic: 'energy/v1/c1/readings' }),
    quarantineEntry(10, {
      index: 3,
      payload,
      receivedAtMs: NOW + 5,
      topic: 'energy/v1/c1/readings',
      reason: 'bad-value',
    }),
    quarantineEntry(20, { reason: 'bad-unit' }),
    quarantineEntry(30, { receivedAtMs: NOW + 1 }),
    quarantineEntry(40, { collector: 'c2', topic: 'energy/v1/c2/m9/reading', receivedAtMs: NOW + 9 }),
  ]);
  const id = await request({ reasons: ['not-json'] });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(3)));
  expect(appended.map(({ source, topic, receivedAtMs }) => [source, topic, receivedAtMs])).toEqual([
    ['c1', 'energy/v1/c1/m1/reading', NOW + 1],
    ['c1', 'energy/v1/c1/readings', NOW + 5],
    ['c2', 'energy/v1/c2/m9/reading', NOW + 9],
  ]);
  expect(Buffer.from(appended[1]!.payload)).toEqual(payload);
  expect(await kept()).toEqual([20]);
  expect(await db.selectFrom('quarantine').select('position').execute()).toEqual([{ position: 20 }]);
});

test('many messages, in pages, each once', async () => {
  const { quarantine, appended, request, open, state, kept } = await bench();
  await quarantine.put(Array.from({ length: 1000 }, (_, n) => quarantineEntry(n)));
  await quarantine.put(
    Array.from({ length: 4 }, (_, n) => quarantineEntry(2000 + n, { payload: Buffer.alloc(900_000, n) })),
  );
  const id = await request({ collector: 'c1' });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(1004)));
  expect(appended.map(({ receivedAtMs }) => receivedAtMs - NOW)).toEqual([
    ...Array.from({ length: 1000 }, (_, n) => n),
    2000,
    2001,
    2002,
    2003,
  ]);
  expect(await kept()).toEqual([]);
});

test('what comes back while it runs is left alone', async () => {
  const { quarantine, appended, spool, request, open, state, kept } = await bench();
  await quarantine.put(Array.from({ length: 400 }, (_, n) => quarantineEntry(n)));
  spool.append = async (message) => {
    appended.push(asWritten(message));
    const position = 10_000 + appended.length;
    await quarantine.put([quarantineEntry(position, { receivedAtMs: message.receivedAtMs, reason: 'not-json' })]);
    return position;
  };
  const id = await request({ reasons: ['not-json'] });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(400)));
  expect(appended).toHaveLength(400);
  expect((await kept()).length).toBe(400);
  expect(Math.min(...(await kept()))).toBeGreaterThan(10_000);
});

test('nothing is taken out before its bytes are on disk', async () => {
  const { quarantine, spool, request, open, state, kept } = await bench();
  await quarantine.put([quarantineEntry(1), quarantineEntry(2)]);
  const waiting: (() => void)[] = [];
  spool.append = () => new Promise((resolve) => waiting.push(() => resolve(1)));
  const id = await request({ collector: 'c1' });
  open();
  await soon(() => expect(waiting).toHaveLength(2));
  waiting[0]!();
  expect(await kept()).toEqual([1, 2]);
  waiting[1]!();
  await soon(async () => expect(await state(id)).toEqual(done(2)));
  expect(await kept()).toEqual([]);
});

test('closed while the disk is full it ends at once; opened again it goes on within its old bounds', async () => {
  const { quarantine, appended, spool, request, open, state, kept } = await bench();
  await quarantine.put([quarantineEntry(1), quarantineEntry(2)]);
  const append = spool.append;
  let asked = 0;
  spool.append = () => {
    asked++;
    return new Promise(() => undefined);
  };
  const id = await request({ collector: 'c1' });
  const first = open();
  await soon(() => expect(asked).toBe(2));
  await first.close();
  expect(await state(id)).toMatchObject({ state: 'running', messages: 0 });
  expect(await kept()).toEqual([1, 2]);

  await quarantine.put([quarantineEntry(3)]);
  spool.append = append;
  open();
  await soon(async () => expect(await state(id)).toEqual(done(2)));
  expect(appended).toHaveLength(2);
  expect(await kept()).toEqual([3]);
});

test('it waits for a spool that takes nothing, and for a drain that is far behind', async () => {
  const { quarantine, appended, spool, request, open, state } = await bench();
  await quarantine.put([quarantineEntry(1)]);
  spool.accepting = false;
  let looked = 0;
  const id = await request({ collector: 'c1' });
  open({ drained: () => Promise.resolve((looked++, spool.drained)) });
  await soon(async () => expect(await state(id)).toMatchObject({ state: 'running' }));
  spool.committed += 2000;
  spool.accepting = true;
  const before = looked;
  await soon(() => expect(looked).toBeGreaterThan(before + 5));
  expect(appended).toEqual([]);
  spool.drained += 1000;
  await soon(async () => expect(await state(id)).toEqual(done(1)));
});

test('what was drained by the old registry, and came to quarantine only then, is taken too', async () => {
  const { quarantine, appended, spool, request, open, state } = await bench();
  const steps: string[] = [];
  spool.drained = 0;
  const id = await request({ meter: 'm1', reasons: ['not-json'], automatic: true });
  open({
    useRegistry: async () => void steps.push('registry'),
    drained: async () => {
      steps.push('drained?');
      if (steps.length === 4) {
        await quarantine.put([quarantineEntry(7)]);
        spool.drained = spool.committed;
      }
      return spool.drained;
    },
  });
  await soon(async () => expect(await state(id)).toEqual(done(1)));
  expect(steps.slice(0, 2)).toEqual(['registry', 'drained?']);
  expect(appended).toHaveLength(1);
});

test("the platform's own requests that find nothing leave no trace, a person's say so", async () => {
  const { db, request, open, state } = await bench();
  const own = (n: number): object => ({ filter: JSON.stringify({ meter: `m${n}`, automatic: true }) });
  const row = { requested_at: NOW, requested_by: null, state: 'waiting', finished_at: null, error: null, filter: '' };
  await db
    .insertInto('replay_request')
    .values(Array.from({ length: 600 }, (_, n) => ({ ...row, ...own(n) })))
    .execute();
  const id = await request({ meter: 'm1' });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(0)));
  expect(await db.selectFrom('replay_request').select('id').execute()).toEqual([{ id }]);
});

test('a request that cannot be read, or that fails again and again, is given up; the others are served', async () => {
  const { quarantine, spool, request, open, state, kept, errors } = await bench();
  await quarantine.put([quarantineEntry(1), quarantineEntry(2, { collector: 'c2' })]);
  const append = spool.append;
  spool.append = (message) => (message.source === 'c2' ? Promise.reject(new Error('no such disk')) : append(message));
  const unreadable = await request({}, { filter: '{"ids":"all"}' });
  const failing = await request({ collector: 'c2' });
  const good = await request({ collector: 'c1' });
  open();
  await soon(async () => expect(await state(failing)).toMatchObject({ state: 'failed' }));
  expect(await state(failing)).toEqual({ state: 'failed', messages: 0, error: 'no such disk' });
  expect(await state(unreadable)).toMatchObject({ state: 'failed', error: 'The request cannot be read' });
  expect(await state(good)).toEqual(done(1));
  expect(await kept()).toEqual([2]);
  expect(errors).toHaveLength(5);
});

test('woken it looks at once', async () => {
  const { quarantine, request, open, state } = await bench();
  const replay = open({ pollMs: 1e9 });
  await quarantine.put([quarantineEntry(1)]);
  const id = await request({ ids: [1] });
  replay.wake();
  await soon(async () => expect(await state(id)).toEqual(done(1)));
});

/** What stands in the spool of it. */
function asWritten(message: SpoolMessage): SpoolMessage {
  const record = encodeRecord(message);
  sealRecord(record, 0);
  const parsed = parseRecord(record, 0, 0);
  if (parsed.kind !== 'record') throw new Error(`No record: ${parsed.kind}`);
  return parsed.message;
}

test('registered meters: what came by their ids and by their addresses on their own collectors, each once', async () => {
  const { quarantine, appended, request, open, state, kept, db } = await bench();
  const unknown = (position: number, meter: string, given: Partial<QuarantineEntry> = {}): QuarantineEntry =>
    quarantineEntry(position, { meter, reason: 'unknown-meter', ...given });
  const frame = (position: number, address: string, given: Partial<QuarantineEntry> = {}): QuarantineEntry =>
    quarantineEntry(position, { meter: '', address, reason: 'unknown-address', ...given });
  await quarantine.put([
    unknown(1, 'm1'),
    // Judged anew, whoever sent it.
    unknown(2, 'm1', { collector: 'c2' }),
    unknown(3, 'm2'),
    frame(4, '161'),
    frame(5, '161', { collector: 'c2' }),
    frame(6, '162'),
    // It was another collector's before.
    unknown(7, 'm1', { reason: 'foreign-meter' }),
    unknown(8, 'm1', { reason: 'foreign-meter', collector: 'c2' }),
    frame(9, '161', { reason: 'foreign-meter' }),
    unknown(10, 'm1', { reason: 'meter-removed' }),
    // Wrong in itself: it would come back.
    unknown(11, 'm1', { reason: 'bad-value' }),
    // The address was another meter's before, which has ended.
    frame(14, '161', { reason: 'meter-removed', meter: 'm0' }),
    // Of two of them at once.
    unknown(12, 'm1', { index: 0 }),
    unknown(12, 'm3', { index: 1 }),
    frame(13, '163', { collector: 'c3' }),
  ]);
  const meters = [
    { id: 'm1', collector: 'c1', address: '161' },
    { id: 'm3', collector: 'c1' },
    { id: 'm4', collector: 'c3', address: '163' },
    ...Array.from({ length: 1000 }, (_, n) => ({ id: `never${n}`, collector: 'c1', address: `9${n}` })),
  ];
  const id = await request({ meters, automatic: true });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(9)));
  expect(await kept()).toEqual([3, 5, 6, 8, 11]);
  expect(appended).toHaveLength(9);
  expect(await db.selectFrom('heard_meter').select('name').execute()).toEqual([]);
});

test('registered meters: one that was heard by another notation of its address', async () => {
  const { db, request, open, state } = await bench();
  const quarantine = await openRelationalQuarantine({
    db,
    now: () => NOW,
    retentionMs: Number.MAX_SAFE_INTEGER,
    maxBytes: Number.MAX_SAFE_INTEGER,
    sweepMs: 1e9,
    heardMaximum: 10,
    onError: () => undefined,
  });
  onTestFinished(() => quarantine.close());
  const heard = { format: 'cjt188', fields: { total: 1 }, otherAddresses: ['5678'] } as const;
  await quarantine.put([quarantineEntry(1, { meter: '', address: '12345678', reason: 'unknown-address', heard })]);
  const id = await request({ meters: [{ id: 'm1', collector: 'c1', address: '5678' }], automatic: true });
  open();
  await soon(async () => expect(await state(id)).toEqual(done(1)));
  await soon(async () => expect(await db.selectFrom('heard_meter').select('name').execute()).toEqual([]));
});

test('registered meters: a request that finds none of them goes without a trace', async () => {
  const { quarantine, request, open, state, kept } = await bench();
  await quarantine.put([quarantineEntry(1)]);
  const id = await request({ meters: [{ id: 'm9', collector: 'c1', address: '9' }], automatic: true });
  open();
  await soon(async () => expect(await state(id)).toBeUndefined());
  expect(await kept()).toEqual([1]);
});
