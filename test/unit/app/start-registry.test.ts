import { expect, onTestFinished, test } from 'vitest';

import { startRegistry, type RegistryStart } from '../../../app/start-registry.ts';
import { PlatformError } from '../../../domain/errors.ts';

const outage = (): PlatformError => new PlatformError('store-unavailable', 'nobody there', { retryable: true });

function start(steps: () => Promise<void>): RegistryStart {
  const started = startRegistry(steps, 1);
  onTestFinished(() => started.close());
  return started;
}

test('start: done at once where the registry answers', async () => {
  const started = start(() => Promise.resolve());
  expect(await started.within(1000)).toBe(true);
  expect(started.failure()).toBe('');
});

test('start: where it does not answer it is waited for, then told, and done in the background when it does', async () => {
  let isDown = true;
  let tries = 0;
  const started = start(async () => {
    tries++;
    if (isDown) throw outage();
  });
  expect(await started.within(20)).toBe(false);
  expect(started.failure()).toBe('nobody there');
  expect(tries).toBeGreaterThan(1);
  isDown = false;
  await started.ready;
  expect(started.failure()).toBe('');
});

test('start: one that comes within the time is waited for', async () => {
  let tries = 0;
  const started = start(async () => {
    if (++tries < 5) throw outage();
  });
  expect(await started.within(5000)).toBe(true);
});

test('start: what trying again would not change is told at once, also to who waits in the background', async () => {
  const started = start(() => Promise.reject(new PlatformError('config-invalid', 'not UTF8')));
  await expect(started.within(1000)).rejects.toThrow('not UTF8');
  await expect(started.ready).rejects.toThrow('not UTF8');
});

test('start: closed it tries no more', async () => {
  let tries = 0;
  const started = start(async () => {
    tries++;
    throw outage();
  });
  await started.within(5);
  started.close();
  const before = tries;
  await new Promise((resolve) => setImmediate(resolve));
  expect(tries - before).toBeLessThanOrEqual(1);
});
