import { expect, test, vi } from 'vitest';

import { createControlledIo } from '../../../support/controlled-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const PATIENCE = { timeout: 4000 };

for (const how of ['disk-full', 'low-water'] as const) {
  test(`waiting: while ${how}, what nobody waits for any more is dropped, the rest stays and is committed in order`, async () => {
    const folder = await tempFolder();
    const io = createControlledIo();
    io.setFreeBytes(how === 'low-water' ? 0 : 1e9);
    if (how === 'disk-full') io.fail('write', 'ENOSPC', Number.POSITIVE_INFINITY);
    const spool = await openTestSpool(folder, { io, lowWaterBytes: 1000 });
    const probe = spool.append(spoolMessage('probe'));
    await vi.waitFor(() => expect(spool.state()).toBe(how), PATIENCE);

    const gone = new Set<number>();
    const outcomes = Array.from({ length: 20 }, (_, n) =>
      spool
        .append(spoolMessage(`message ${n}`), () => gone.has(n))
        .then(
          () => 'acknowledged',
          (error: { code: string; retryable: boolean }) => `${error.code}, retryable ${error.retryable}`,
        ),
    );
    const bytesOfAll = spool.pendingBytes();
    expect(spool.pending()).toBe(21);
    for (let n = 0; n < 20; n += 2) gone.add(n);
    await vi.waitFor(() => expect(spool.pending()).toBe(11), PATIENCE);
    expect(spool.pendingBytes()).toBeLessThan(bytesOfAll);
    for (let n = 0; n < 20; n += 2) expect(await outcomes[n]).toBe('spool-full, retryable true');

    io.fail('write', 'ENOSPC', 0);
    io.setFreeBytes(1e9);
    await probe;
    for (let n = 1; n < 20; n += 2) expect(await outcomes[n]).toBe('acknowledged');
    expect(spool.pendingBytes()).toBe(0);
    const { messages } = await spoolContents(folder, spool.committed());
    const odd = Array.from({ length: 10 }, (_, n) => `message ${2 * n + 1}`);
    expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['probe', ...odd]);
  });
}

test('waiting: with clients that reconnect for as long as the disk is full, memory holds one copy each', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io });
  io.fail('write', 'ENOSPC', Number.POSITIVE_INFINITY);
  let connection = 0;
  const send = (): void => {
    const mine = connection;
    void spool.append(spoolMessage('x'.repeat(1000)), () => connection !== mine).catch(() => undefined);
  };
  send();
  await vi.waitFor(() => expect(spool.state()).toBe('disk-full'), PATIENCE);
  for (connection = 1; connection <= 20; connection++) {
    for (let n = 0; n < 10; n++) send();
    const current = connection;
    await vi.waitFor(() => expect(spool.pending()).toBe(10), PATIENCE);
    expect(connection).toBe(current);
  }
  expect(spool.pendingBytes()).toBeLessThan(11_000);
});

test('waiting: while it accepts nobody is dropped, gone or not', async () => {
  const folder = await tempFolder();
  const io = createControlledIo();
  const spool = await openTestSpool(folder, { io });
  const gate = io.hold('datasync');
  const appended = ['a', 'b', 'c'].map((text) => spool.append(spoolMessage(text), () => true));
  await gate.reached;
  expect(spool.pendingBytes()).toBeGreaterThan(0);
  gate.release();
  await Promise.all(appended);
  expect((await spoolContents(folder, spool.committed())).messages.length).toBe(3);
  expect(spool.pendingBytes()).toBe(0);
});

test('flush: true when all that was appended before is on disk, without waiting for what comes after', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io, commitBytes: 1 });
  expect(await spool.flush()).toBe(true);
  const gate = io.hold('datasync');
  let acknowledged = 0;
  const before = [1, 2, 3].map((n) => spool.append(spoolMessage(`${n}`)).then(() => acknowledged++));
  await gate.reached;
  let flushed = false;
  const flushing = spool.flush().then((isOnDisk) => {
    flushed = true;
    return [isOnDisk, acknowledged] as const;
  });
  const after = [4, 5, 6].map((n) => spool.append(spoolMessage(`${n}`)).then(() => acknowledged++));
  expect(flushed).toBe(false);
  gate.release();
  const [isOnDisk, acknowledgedThen] = await flushing;
  expect(isOnDisk).toBe(true);
  expect(acknowledgedThen).toBeGreaterThanOrEqual(3);
  expect(acknowledgedThen).toBeLessThan(6);
  await Promise.all([...before, ...after]);
});

for (const { code, state } of [
  { code: 'ENOSPC', state: 'disk-full' },
  { code: 'EIO', state: 'failed' },
]) {
  test(`flush: false when the disk is ${state}, also when it becomes so meanwhile`, async () => {
    const io = createControlledIo();
    const spool = await openTestSpool(await tempFolder(), { io, retryFullMs: 100_000 });
    io.fail('datasync', code, Number.POSITIVE_INFINITY);
    spool.append(spoolMessage('a')).catch(() => undefined);
    expect(await spool.flush()).toBe(false);
    expect(spool.state()).toBe(state);
    expect(await spool.flush()).toBe(false);
  });
}

test('flush: at closing, what can be committed is, and the flush says so', async () => {
  const spool = await openTestSpool(await tempFolder(), { commitBytes: 1 });
  const appended = [1, 2, 3].map((n) => spool.append(spoolMessage(`${n}`)));
  const flushing = spool.flush();
  await spool.close();
  expect(await flushing).toBe(true);
  await Promise.all(appended);
});
