import { MessageChannel } from 'node:worker_threads';

import { expect, onTestFinished, test } from 'vitest';

import { createRpc } from '../../../app/rpc/rpc.ts';
import { PlatformError } from '../../../domain/errors.ts';

interface Sums {
  add(a: bigint, b: bigint): Promise<bigint>;
  refuse(): Promise<void>;
  missing(): Promise<void>;
}

function connected(): { sums: Sums; caller: ReturnType<typeof createRpc> } {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  createRpc(port1, {
    sums: {
      add: (a: bigint, b: bigint) => a + b,
      refuse: () => {
        throw new PlatformError('store-unavailable', 'down', { retryable: true });
      },
    },
  });
  const caller = createRpc(port2, {});
  return { sums: caller.remote<Sums>('sums'), caller };
}

test('rpc: results come back with their types, calls in parallel to their callers', async () => {
  const { sums } = connected();
  expect(await Promise.all([sums.add(1n, 2n), sums.add(2n ** 62n, 1n)])).toEqual([3n, 2n ** 62n + 1n]);
});

test('rpc: a platform error keeps its code and whether it may be retried', async () => {
  const { sums } = connected();
  await expect(sums.refuse()).rejects.toMatchObject({ code: 'store-unavailable', message: 'down', retryable: true });
  await expect(sums.refuse()).rejects.toBeInstanceOf(PlatformError);
});

test('rpc: a method that is not served is a bug, not silence', async () => {
  const { sums } = connected();
  await expect(sums.missing()).rejects.toThrow('BUG: no sums.missing is served');
});

test('rpc: when the other end is gone, calls under way and later ones fail', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const caller = createRpc(port2, {});
  const sums = caller.remote<Sums>('sums');
  const underWay = sums.add(1n, 1n);
  caller.fail(new PlatformError('worker-failed', 'gone'));
  await expect(underWay).rejects.toMatchObject({ code: 'worker-failed' });
  await expect(sums.add(1n, 1n)).rejects.toMatchObject({ code: 'worker-failed' });
});
