import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readCsvColumn } from '../../../../simulators/replay/read-csv-column.ts';
import { registerOfRows } from '../../../../simulators/replay/register-of-rows.ts';
import { replayCsv } from '../../../../simulators/replay/replay-csv.ts';
import { HOUR_MS, local } from '../instants.ts';
import { openRecordingBroker } from '../recording-broker.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function csv(...lines: string[]): Promise<string> {
  const file = join(folder, 'data.csv');
  await writeFile(file, lines.join('\n'));
  return file;
}

test('a column is read by heading or index, its times in the zone', async () => {
  const file = await csv('\uFEFFdatetime,"load, all [kWh]",x', '2018-01-01 01:00:00,2.5,7', '2018-01-01 00:00,1,', '');
  const want = [
    { startMs: local('2018-01-01'), amount: 1 },
    { startMs: local('2018-01-01T01:00'), amount: 2.5 },
  ];
  expect(await readCsvColumn(file, 'load, all [kWh]')).toEqual(want);
  expect(await readCsvColumn(file, 1)).toEqual(want);
  expect((await readCsvColumn(file, '2')).map(({ amount }) => amount)).toEqual([undefined, 7]);
  const [london] = await readCsvColumn(file, 1, 'Europe/London');
  expect(london!.startMs).toBe(Date.parse('2018-01-01T00:00:00Z'));
});

test.each([
  {
    name: 'a column that is not there',
    lines: ['t,a', '2018-01-01 00:00:00,1'],
    column: 'b',
    want: 'no column "b"; there are a',
  },
  { name: 'the column of times', lines: ['t,a', '2018-01-01 00:00:00,1'], column: 0, want: 'no column "0"' },
  { name: 'a time that is none', lines: ['t,a', 'yesterday,1'], column: 'a', want: 'line 2: no time in "yesterday"' },
])('refused: $name', async ({ lines, column, want }) => {
  const file = await csv(...lines);
  await expect(readCsvColumn(file, column)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(want) as string,
  });
});

test('a year of tenths sums without drift: every difference is its row, and there is one reading more than rows', () => {
  const start = local('2018-01-01');
  const rows = Array.from({ length: 8760 }, (_, i) => ({ startMs: start + i * HOUR_MS, amount: ((i * 7) % 53) / 10 }));
  const readings = registerOfRows(rows);
  expect(readings).toHaveLength(8761);
  expect(readings[0]).toEqual({ ts: start, total: 0 });
  for (const [i, { amount }] of rows.entries()) {
    expect(readings[i + 1]!.ts).toBe(start + (i + 1) * HOUR_MS);
    expect(readings[i + 1]!.total - readings[i]!.total).toBeCloseTo(amount, 8);
  }
  const tenths = rows.reduce((sum, _, i) => sum + ((i * 7) % 53), 0);
  expect(readings.at(-1)!.total).toBe(tenths / 10);
});

test('rows without an amount have no reading, rows of zero only where zero is a reading', () => {
  const rows = [4, undefined, 0, 3].map((amount, i) => ({ startMs: i * HOUR_MS, amount }));
  const hours = (skipZero: boolean): [number, number][] =>
    registerOfRows(rows, { skipZero }).map(({ ts, total }) => [ts / HOUR_MS, total]);
  expect(hours(false)).toEqual([
    [0, 0],
    [1, 4],
    [3, 4],
    [4, 7],
  ]);
  expect(hours(true)).toEqual([
    [0, 0],
    [1, 4],
    [4, 7],
  ]);
  expect(registerOfRows([])).toEqual([]);
});

test('a replay arrives whole, in batches, in its unit; at a speed it takes the time it must', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `2018-01-0${1 + Math.floor(i / 24)} ${String(i % 24).padStart(2, '0')}:00:00,${i}`,
  );
  const file = await csv('datetime,heat [kWh]', ...rows);
  const broker = await openRecordingBroker((username, token) => username === 'c1' && token === 'secret');
  const base = { url: broker.url, collector: 'c1', token: 'secret', meter: 'm1', file, column: 1, unit: 'kWh' };
  try {
    expect(await replayCsv({ ...base, batch: 12 })).toBe(31);
    const arrays = broker.messages.map(
      ({ payload }) => JSON.parse(payload) as { ts: number; total: number; unit: string }[],
    );
    expect(arrays.map((array) => array.length)).toEqual([12, 12, 7]);
    expect(new Set(broker.messages.map(({ topic, qos }) => `${topic} ${qos}`))).toEqual(
      new Set(['energy/v1/c1/m1/reading 1']),
    );
    expect(arrays.flat().at(-1)).toEqual({ ts: local('2018-01-02T06:00'), total: 435, unit: 'kWh' });

    const started = performance.now();
    // 30 hours in 0.3 s
    expect(await replayCsv({ ...base, speed: 360_000 })).toBe(31);
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
    expect(broker.messages.length).toBeGreaterThan(3 + 10);

    await expect(replayCsv({ ...base, token: 'wrong' })).rejects.toMatchObject({ code: 'unauthenticated' });
  } finally {
    await broker.close();
  }
});
