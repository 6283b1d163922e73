import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { decodeMessage } from '../../../../gateway/decode/decode-message.ts';
import { createSparkplugSessions } from '../../../../gateway/decode/sparkplug-b/sessions.ts';
import { spoolMessage } from '../../../support/spool-message.ts';

const context = {
  baseTopic: 'energy/v1',
  findBinding: () => undefined,
  zone: createZone('Asia/Shanghai'),
  sessions: createSparkplugSessions(),
};
const reasonOf = (topic: string, text = '{"total":1}'): string | undefined =>
  decodeMessage({ ...spoolMessage(text, { topic }), position: 16 }, context).refused[0]?.reason;

for (const { topic, text, want } of [
  { topic: 'energy/v1/c1/m1/reading', want: undefined },
  { topic: 'energy/v1/c1/readings', text: '[{"meter":"m1","total":1}]', want: undefined },
  { topic: 'energy/v1/c2/m1/reading', want: 'topic-not-allowed' },
  { topic: 'energy/v1/c10/m1/reading', want: 'topic-not-allowed' },
  { topic: 'energy/v1/alerts/i1/a1', want: 'topic-not-allowed' },
  { topic: '$SYS/broker/uptime', want: 'topic-not-allowed' },
  { topic: 'c1/m1/reading', want: 'topic-not-allowed' },
  { topic: '', want: 'topic-not-allowed' },
  { topic: 'energy/v1/c1/frames', want: 'not-a-frame' },
  { topic: 'energy/v1/c1/m1/reading/deeper', want: 'unknown-topic' },
  { topic: 'energy/v1/c1/status', want: 'unknown-topic' },
  { topic: 'energy/v1/c1/m1/reading', text: 'no', want: 'not-json' },
]) {
  test(`message: ${topic} ${text ?? ''} => ${want ?? 'decoded'}`, () => expect(reasonOf(topic, text)).toBe(want));
}

test('message: whatever the bytes and the topic, nothing is thrown and nothing disappears', () => {
  const topics = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('energy/v1/c1/m1/reading', 'energy/v1/c1/readings', 'energy/v1/c1/frames'),
  );
  fc.assert(
    fc.property(topics, fc.uint8Array({ maxLength: 60 }), (topic, payload) => {
      const { items, refused } = decodeMessage({ ...spoolMessage('', { topic, payload }), position: 16 }, context);
      expect(items.length + refused.length).toBeGreaterThan(0);
    }),
  );
});
