import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { readCopy, writeCopy, type CopyRow } from '../../../../app/copies/copy-file.ts';
import { createCopyWriter } from '../../../../app/copies/copy-writer.ts';
import { intakeRows, meterRows, readIntakeCopy, readMetersCopy } from '../../../../app/copies/registry-copy.ts';
import type { IntakeSnapshot } from '../../../../gateway/directory.ts';
import type { UsageMeter } from '../../../../services/usage/meter-config.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const ROWS: CopyRow[] = [
  ['collector', { id: '集中器', tokenHash: 'ab' }],
  ['collector', { id: 'b', tokenHash: '' }],
];

test('copy: comes back as it was written, is nobody else’s to read, and leaves nothing beside', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'x.copy');
  await writeCopy(path, [], 1);
  await writeFile(`${path}.new`, 'left behind', { mode: 0o644 });
  await writeCopy(path, ROWS, 42);
  expect(await readCopy(path)).toEqual({ ok: true, savedAtMs: 42, rows: ROWS });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['x.copy']);
});

test('copy: any byte damaged, or cut anywhere, it is none, and says so', async () => {
  const path = join(await tempFolder(), 'x.copy');
  expect(await readCopy(path)).toMatchObject({ ok: false, missing: true });
  await writeCopy(path, ROWS, 42);
  const bytes = await readFile(path);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    await writeFile(path, damaged);
    const copy = await readCopy(path);
    // A digit of the number of lines is of no account.
    if (copy.ok) expect(copy.rows).toEqual(ROWS);
    else expect(copy).toMatchObject({ missing: false, problem: expect.stringContaining('cannot be used') as string });
    // The last line's break is of no account either.
    if (at === bytes.length - 1) continue;
    await writeFile(path, bytes.subarray(0, at));
    expect(await readCopy(path), `cut at ${at}`).toMatchObject({ ok: false, missing: false });
  }
});

test('copy: many changes are written once, the last of them too, and failures are told', async () => {
  const path = join(await tempFolder(), 'x.copy');
  let n = 0;
  let asked = 0;
  const writer = createCopyWriter({
    path,
    rows: () => {
      asked++;
      return [['n', n]];
    },
    now: () => 1,
    onError: () => expect.unreachable(),
  });
  for (; n < 100; n++) writer.soon();
  await writer.settled();
  expect(await readCopy(path)).toMatchObject({ rows: [['n', 100]] });
  expect(asked).toBe(1);
  n = 101;
  writer.soon();
  await vi.waitFor(async () => expect(await readCopy(path)).toMatchObject({ rows: [['n', 101]] }), 5000);

  const told: unknown[] = [];
  const failing = createCopyWriter({
    path: join(path, 'no-folder'),
    rows: () => [],
    now: () => 1,
    onError: (error) => told.push(error),
  });
  failing.soon();
  await failing.settled();
  expect(told).toHaveLength(1);
});

test('copy: the registry’s parts come back, sixty thousand meters without a long pause', async () => {
  const folder = await tempFolder();
  const intake: IntakeSnapshot = {
    collectors: [{ id: 'c1', tokenHash: 'aa', gateway: null }],
    readers: [{ id: 'r', tokenHash: 'bb', institutions: ['x'] }],
    bindings: [{ id: 'b', collectorId: null, topic: 'a/{meter}', format: 'tasmota', mapping: null }],
  };
  await writeCopy(join(folder, 'intake'), intakeRows(intake), 1);
  expect(await readIntakeCopy(join(folder, 'intake'))).toEqual({ ok: true, savedAtMs: 1, copy: intake });

  const snapshot = {
    collectorIds: ['c1'],
    meters: Array.from({ length: 60_000 }, (_, n) => ({
      id: `m${n}`,
      collectorId: 'c1',
      medium: 'electricity' as const,
      registerUnit: 'kWh',
      address: String(n).padStart(12, '0'),
    })),
    bindings: intake.bindings,
  };
  const usage = [{ id: 'm1', shares: [] }] as unknown as UsageMeter[];
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await writeCopy(join(folder, 'meters'), meterRows({ snapshot, usage }), 2);
  clearInterval(watch);
  expect(longest).toBeLessThan(100);
  expect(await readMetersCopy(join(folder, 'meters'))).toEqual({ ok: true, savedAtMs: 2, copy: { snapshot, usage } });
});
