import { expect, test } from 'vitest';

import { createTryDecode } from '../../../app/try-decode.ts';
import type { ReadyMapping } from '../../../domain/ready-mappings/ready-mapping.ts';
import { READY_MAPPINGS, type ReadyFormat } from '../../../domain/ready-mappings/ready-mappings.ts';
import { createZone } from '../../../domain/zone.ts';

const tryDecode = createTryDecode(createZone('Asia/Shanghai'), () => Date.parse('2026-05-15T10:30:00+08:00'));

test('every example of the ready mappings gives readings by their own topics', () => {
  for (const [format, { topics, examples }] of Object.entries(READY_MAPPINGS) as [ReadyFormat, ReadyMapping][]) {
    for (const { topic, payload } of examples) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const tried = topics.map((pattern) =>
        tryDecode({ topic, pattern, payload: text, encoding: 'text', format, mapping: null }),
      );
      expect(
        tried.some(({ readings }) => readings.length > 0),
        `${format} ${topic}`,
      ).toBe(true);
    }
  }
});

test('a frame as hex, with its address and quantity', () => {
  const payload = '6861010000000068910833333433593333338A16';
  expect(
    tryDecode({
      topic: 'dtu/7/up',
      pattern: 'dtu/{collector}/up',
      payload,
      encoding: 'hex',
      format: 'frames',
      mapping: null,
    }),
  ).toEqual({
    readings: [{ meter: null, address: '000000000161', index: -1, fields: { total: 0.26, unit: 'kWh' } }],
    refused: [],
  });
});

test('what does not fit is told, not thrown', () => {
  const message = { payload: '{', encoding: 'text', format: 'tasmota', mapping: null } as const;
  expect(tryDecode({ ...message, topic: 'tele/plug/SENSOR', pattern: 'tele/{address}/SENSOR' }).refused).toMatchObject([
    { reason: 'not-json' },
  ]);
  expect(tryDecode({ ...message, topic: 'a/b', pattern: 'x/{y}' }).refused[0]?.detail).toContain('does not fit');
  expect(tryDecode({ ...message, topic: 'a/b', pattern: '{a}/{a}' }).refused[0]?.detail).toContain('no pattern');
});
