import { readdir } from 'node:fs/promises';

import { expect, test, vi } from 'vitest';

import { createControlledIo, type ControlledIo } from '../../../support/controlled-io.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { spoolMessage } from '../../../support/spool-message.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const texts = async (folder: string, end: number): Promise<string[]> =>
  (await spoolContents(folder, end)).messages.map(({ payload }) => Buffer.from(payload).toString());

for (const code of ['ENOSPC', 'EDQUOT']) {
  for (const operation of ['write', 'datasync', 'create', 'syncFolder'] as const) {
    // Creating a file and syncing its folder happen only when a segment is created.
    const segmentBytes = operation === 'create' || operation === 'syncFolder' ? 1 : 1024 * 1024;

    test(`spool: ${code} from ${operation}: nothing is acknowledged meanwhile, nothing is lost, it goes on by itself`, async () => {
      const folder = await tempFolder();
      const io = createControlledIo();
      const spool = await openTestSpool(folder, { io, segmentBytes });
      await spool.append(spoolMessage('before'));
      const committedBefore = spool.committed();

      io.fail(operation, code, Number.POSITIVE_INFINITY);
      let acknowledged = 0;
      const during = ['during 1', 'during 2'].map((text) =>
        spool.append(spoolMessage(text)).then(() => acknowledged++),
      );
      await vi.waitFor(() => expect(spool.accepting()).toBe(false));
      const attempts = attemptsOf(io, operation);
      await attempts(5);
      expect(acknowledged).toBe(0);
      expect(spool.committed()).toBe(committedBefore);
      expect(spool.pending()).toBe(2);
      expect(io.openFiles()).toBeLessThanOrEqual(1);

      io.fail(operation, code, 0);
      await Promise.all(during);
      await spool.append(spoolMessage('after'));
      expect(spool.accepting()).toBe(true);
      expect(await texts(folder, spool.committed())).toEqual(['before', 'during 1', 'during 2', 'after']);
      expect(spool.fatal).toEqual([]);

      await spool.close();
      const reopened = await openTestSpool(folder);
      expect(await texts(folder, reopened.committed())).toEqual(['before', 'during 1', 'during 2', 'after']);
    });
  }
}

test('spool: after a full disk it goes on in a new segment', async () => {
  const folder = await tempFolder();
  const io = createControlledIo();
  const spool = await openTestSpool(folder, { io });
  await spool.append(spoolMessage('before'));
  io.fail('datasync', 'ENOSPC');
  await spool.append(spoolMessage('after'));
  expect((await readdir(folder)).length).toBe(2);
});

test('spool: opened on a full disk it does not accept, and begins by itself when there is space', async () => {
  const folder = await tempFolder();
  const io = createControlledIo();
  io.fail('write', 'ENOSPC', Number.POSITIVE_INFINITY);
  const spool = await openTestSpool(folder, { io });
  expect(spool.accepting()).toBe(false);
  io.fail('write', 'ENOSPC', 0);
  await vi.waitFor(() => expect(spool.accepting()).toBe(true));
  await spool.append(spoolMessage('a'));
  expect(await texts(folder, spool.committed())).toEqual(['a']);
});

test('spool: closed on a full disk it rejects what it could not keep', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io });
  io.fail('write', 'ENOSPC', Number.POSITIVE_INFINITY);
  const append = expect(spool.append(spoolMessage('a'))).rejects.toMatchObject({ code: 'spool-failed' });
  await vi.waitFor(() => expect(spool.accepting()).toBe(false));
  await spool.close();
  await append;
});

for (const operation of ['write', 'datasync'] as const) {
  test(`spool: another error from ${operation} is fatal, told once, and acknowledges nothing, not even at closing`, async () => {
    const folder = await tempFolder();
    const io = createControlledIo();
    const spool = await openTestSpool(folder, { io });
    await spool.append(spoolMessage('before'));
    const committed = spool.committed();

    // It fails once: a second fsync may well succeed, without the bytes of the first.
    io.fail(operation, 'EIO');
    const outcome = spool.append(spoolMessage('lost?')).then(
      () => 'acknowledged',
      () => 'rejected',
    );
    await vi.waitFor(() => expect(spool.fatal.length).toBe(1));
    expect(spool.fatal[0]).toMatchObject({ code: 'spool-failed', retryable: false, cause: { code: 'EIO' } });
    expect(spool.accepting()).toBe(false);
    await expect(spool.append(spoolMessage('later'))).rejects.toMatchObject({ code: 'spool-failed' });

    await spool.close();
    expect(await outcome).toBe('rejected');
    expect(spool.committed()).toBe(committed);
    expect(spool.fatal.length).toBe(1);
  });
}

test('spool: an error other than a full disk at opening is thrown', async () => {
  const io = createControlledIo();
  io.fail('create', 'EACCES');
  const folder = await tempFolder();
  await expect(openTestSpool(folder, { io })).rejects.toMatchObject({ code: 'EACCES' });
});

// Waits until `operation` was tried so many times more.
function attemptsOf(io: ControlledIo, operation: 'write' | 'datasync' | 'create' | 'syncFolder') {
  return async (times: number): Promise<void> => {
    const goal = io.failed(operation) + times;
    await vi.waitFor(() => expect(io.failed(operation)).toBeGreaterThanOrEqual(goal));
  };
}
