import { afterEach, beforeEach, expect, test } from 'vitest';

import { openStrangerLog } from '../../../../gateway/heard/open-stranger-log.ts';
import { openRegistry } from '../../../support/open-registry.ts';

let registry: Awaited<ReturnType<typeof openRegistry>>;
beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

const open = (given: { maximum?: number; everyMs?: number; onError?: (error: unknown) => void } = {}) =>
  openStrangerLog({ db: registry.db, maximum: 1000, everyMs: 1e6, onError: () => undefined, ...given });
const stranger = (name: string, atMs: number, clientId = 'x') => ({ name, atMs, clientId, address: '10.0.0.7' });
const rows = () => registry.db.selectFrom('heard_collector').selectAll().orderBy('name').execute();

test('attempts are summed up by name and written together, with the last one', async () => {
  const log = open();
  log.note(stranger('dtu-7', 2000, 'second'));
  log.note(stranger('dtu-7', 1000, 'first'));
  log.note(stranger('dtu-8', 3000));
  expect(await rows()).toEqual([]);
  await log.close();
  expect(await rows()).toEqual([
    { name: 'dtu-7', first_at: 1000, last_at: 2000, times: 2, client_id: 'second', address: '10.0.0.7' },
    { name: 'dtu-8', first_at: 3000, last_at: 3000, times: 1, client_id: 'x', address: '10.0.0.7' },
  ]);
  const next = open();
  next.note(stranger('dtu-7', 5000, 'third'));
  await next.close();
  expect((await rows())[0]).toMatchObject({ first_at: 1000, last_at: 5000, times: 3, client_id: 'third' });
});

test('they are written by themselves after a while', async () => {
  const log = open({ everyMs: 10 });
  log.note(stranger('dtu-7', 1000));
  await expect.poll(async () => (await rows()).length, { timeout: 10_000, interval: 10 }).toBe(1);
  await log.close();
});

test('a flood of names costs a bounded piece of memory and of the list', async () => {
  const log = open();
  for (let n = 0; n < 100_000; n++) log.note(stranger(`guess-${n}`, n));
  await log.close();
  expect((await rows()).length).toBe(200);
  const bounded = open({ maximum: 50 });
  bounded.note(stranger('dtu-7', 1e9));
  await bounded.close();
  const left = await rows();
  expect([left.length, left.some(({ name }) => name === 'dtu-7')]).toEqual([50, true]);
});

test('a device that tries again and again is listed however many names are guessed beside it', async () => {
  for (let round = 0; round < 3; round++) {
    const log = open({ maximum: 300 });
    const guess = (from: number): void => {
      for (let n = 0; n < 500; n++) log.note(stranger(`guess-${round}-${from + n}`, round * 10_000 + from + n));
    };
    guess(0);
    if (round === 0) for (const atMs of [600, 700]) log.note(stranger('dtu-7', atMs));
    guess(1000);
    await log.close();
  }
  const left = await rows();
  expect(left).toHaveLength(300);
  expect(left.find(({ name }) => name === 'dtu-7')).toMatchObject({ times: 2, last_at: 700 });
  expect(left.map(({ name }) => name)).toContain('guess-2-1499');
});

test('nothing is noted where nothing is to be kept', async () => {
  const log = open({ maximum: 0 });
  log.note(stranger('dtu-7', 1000));
  await log.close();
  expect(await rows()).toEqual([]);
});

test('what could not be written is with the next ones', async () => {
  const errors: unknown[] = [];
  const log = open({ everyMs: 5, onError: (error) => errors.push(error) });
  await registry.db.schema.alterTable('heard_collector').renameTo('elsewhere').execute();
  log.note(stranger('dtu-7', 1000));
  await expect.poll(() => errors.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
  log.note(stranger('dtu-7', 2000));
  await registry.db.schema.alterTable('elsewhere').renameTo('heard_collector').execute();
  await expect.poll(rows, { timeout: 10_000, interval: 10 }).toMatchObject([{ times: 2, last_at: 2000 }]);
  await log.close();
});
