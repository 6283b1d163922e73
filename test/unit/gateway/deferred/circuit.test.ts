import { expect, onTestFinished, test, vi } from 'vitest';

import { PlatformError } from '../../../../domain/errors.ts';
import { createCircuit, isOutage } from '../../../../gateway/deferred/circuit.ts';

const cases: { name: string; error: unknown; want: boolean }[] = [
  {
    name: 'a store that cannot be reached now',
    error: new PlatformError('store-unavailable', 'down', { retryable: true }),
    want: true,
  },
  { name: 'a step that was closed', error: new PlatformError('store-unavailable', 'closed'), want: false },
  { name: 'a refusal', error: new PlatformError('store-rejected', 'no', { retryable: true }), want: false },
  { name: 'an error of the engine', error: new Error('SQLITE_FULL'), want: false },
];
for (const { name, error, want } of cases) test(`outage: ${name}`, () => expect(isOutage(error)).toBe(want));

test('circuit: opened once, it asks until the store answers, and tells both', async () => {
  let isDown = true;
  let asked = 0;
  const told: string[] = [];
  const circuit = createCircuit({
    probe: async () => {
      asked++;
      if (isDown) throw new Error(`still down ${asked}`);
    },
    probeMs: 1,
    now: () => 42,
    onOpened: (failure) => told.push(`opened: ${failure}`),
    onClosed: () => told.push('closed'),
  });
  onTestFinished(() => circuit.close());
  expect(circuit.isOpen()).toBe(false);
  circuit.open(new Error('down'));
  circuit.open(new Error('down, says another'));
  expect(circuit.status()).toEqual({ failure: 'down', sinceMs: 42 });
  await vi.waitFor(() => expect(asked).toBeGreaterThan(3));
  expect(circuit.isOpen()).toBe(true);
  expect(circuit.status().failure).toMatch(/^still down \d+$/);
  isDown = false;
  await vi.waitFor(() => expect(circuit.isOpen()).toBe(false));
  expect(told).toEqual(['opened: down', 'closed']);
  expect(circuit.status()).toEqual({ failure: '', sinceMs: undefined });
  const before = asked;
  circuit.open(new Error('again'));
  await vi.waitFor(() => expect(asked).toBe(before + 1));
});

test('circuit: closed it asks no more', async () => {
  let asked = 0;
  const circuit = createCircuit({
    probe: async () => void asked++,
    probeMs: 1,
    now: () => 42,
    onOpened: () => undefined,
    onClosed: () => undefined,
  });
  circuit.open(new Error('down'));
  circuit.close();
  circuit.open(new Error('down'));
  expect(asked).toBe(0);
});
