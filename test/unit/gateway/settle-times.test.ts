import { expect, test } from 'vitest';

import type { ReadingRow } from '../../../domain/reading.ts';
import { sequenceKey } from '../../../gateway/redelivery.ts';
import { REDELIVERED_WITHIN_MS, settleTimes } from '../../../gateway/settle-times.ts';
import { createMemoryRedeliveries } from '../../support/memory-redeliveries.ts';

const NOW = 1_767_225_600_000;
const DAY_MS = REDELIVERED_WITHIN_MS;

interface Delivery {
  at: number;
  seq?: number;
  content?: string;
  meter?: string;
}

/** Batches of deliveries as they come in; `want`: the time that each ends with. */
const cases: { name: string; batches: Delivery[][]; want: number[][] }[] = [
  { name: 'the first keeps its receipt', batches: [[{ at: NOW }]], want: [[NOW]] },
  { name: 'again in the same batch', batches: [[{ at: NOW }, { at: NOW + 5 }]], want: [[NOW, NOW]] },
  { name: 'again in a later batch', batches: [[{ at: NOW }], [{ at: NOW + 5 }]], want: [[NOW], [NOW]] },
  {
    name: 'again and again, each time counted from the first',
    batches: [[{ at: NOW }], [{ at: NOW + DAY_MS - 1 }], [{ at: NOW + DAY_MS }]],
    want: [[NOW], [NOW], [NOW + DAY_MS]],
  },
  {
    name: 'another number, content or meter is another reading',
    batches: [
      [{ at: NOW }],
      [
        { at: NOW + 1, seq: 2 },
        { at: NOW + 2, content: 'b' },
        { at: NOW + 3, meter: 'n' },
      ],
    ],
    want: [[NOW], [NOW + 1, NOW + 2, NOW + 3]],
  },
  {
    name: 'a counter that began anew, each of its readings delivered twice',
    batches: [
      [
        { at: NOW, content: 'a' },
        { at: NOW + 1, content: 'b' },
      ],
      [
        { at: NOW + 2, content: 'b' },
        { at: NOW + 3, content: 'a' },
      ],
    ],
    want: [
      [NOW, NOW + 1],
      [NOW + 1, NOW],
    ],
  },
  {
    name: 'drained once more from the beginning: the same times',
    batches: [
      [{ at: NOW }, { at: NOW + 5 }],
      [{ at: NOW }, { at: NOW + 5 }],
    ],
    want: [
      [NOW, NOW],
      [NOW, NOW],
    ],
  },
  {
    name: 'bytes older than what is remembered keep their own time and do not take its place',
    batches: [[{ at: NOW }], [{ at: NOW - 9 }], [{ at: NOW + 5 }]],
    want: [[NOW], [NOW - 9], [NOW]],
  },
];
for (const { name, batches, want } of cases)
  test(`redelivery without a time: ${name}`, async () => {
    const memory = createMemoryRedeliveries();
    for (const [index, deliveries] of batches.entries()) {
      const batch = batchOf(deliveries);
      await settleTimes(batch, memory);
      expect(batch.rows.map(({ observedAtMs }) => observedAtMs)).toEqual(want[index]!.flatMap((at) => [at, at]));
    }
  });

test('redelivery without a time: remembered before anything is settled; a failure settles nothing', async () => {
  const memory = createMemoryRedeliveries();
  const batch = batchOf([{ at: NOW }]);
  memory.before = (call) => {
    if (call === 'remember') throw new Error('disk full');
  };
  await expect(settleTimes(batch, memory)).rejects.toThrow('disk full');
  memory.before = () => undefined;
  await settleTimes(batch, memory);
  expect([...memory.times.values()]).toEqual([NOW]);
});

test('redelivery without a time: readings with a time ask nothing, old ones are forgotten', async () => {
  const memory = createMemoryRedeliveries();
  memory.times.set(sequenceKey({ meter: 'm', seq: 1, digest: 'old' }), NOW - DAY_MS - 1);
  await settleTimes({ ...batchOf([{ at: NOW }]), undated: [] }, memory);
  expect(memory.times.size).toBe(1);
  await settleTimes(batchOf([{ at: NOW }]), memory);
  expect([...memory.times.values()]).toEqual([NOW]);
});

/** Two rows for each delivery, as a reading with two quantities gives. */
function batchOf(deliveries: readonly Delivery[]): Parameters<typeof settleTimes>[0] {
  const rows = deliveries.flatMap(({ at, meter = 'm' }, index) =>
    (['total', 'rate'] as const).map((metric): ReadingRow => ({
      meter,
      metric,
      observedAtMs: at,
      value: 1,
      receivedAtMs: at,
      flags: 1,
      position: index,
    })),
  );
  const undated = deliveries.map(({ seq = 1, content = 'a' }, index) => ({
    seq,
    content,
    from: index * 2,
    to: index * 2 + 2,
  }));
  return { rows, undated };
}
