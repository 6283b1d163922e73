import type { PublishPacket } from 'aedes';
import { expect, onTestFinished, test } from 'vitest';

import { NOWHERE, QuietAedes } from '../../../../gateway/broker/quiet-aedes.ts';

const toEverybody: PublishPacket = {
  cmd: 'publish',
  topic: 'energy/v1/alerts/i1/a1',
  payload: 'x',
  qos: 1,
  dup: false,
  retain: false,
};

test('quiet aedes: what is published to nowhere ends at once and reaches nobody; the next message does', async () => {
  const aedes = new QuietAedes();
  await aedes.listen();
  onTestFinished(() => new Promise<void>((resolve) => aedes.close(resolve)));
  const delivered: string[] = [];
  const listen = (packet: { topic: string }, next: () => void): void => {
    delivered.push(packet.topic);
    next();
  };
  for (const topic of [NOWHERE, toEverybody.topic]) {
    await new Promise<void>((resolve) => aedes.subscribe(topic, listen, resolve));
  }
  const published: (string | undefined)[] = [];
  aedes.on('publish', ({ topic }) => published.push(topic));

  await publish(aedes, { ...toEverybody, topic: NOWHERE });
  await publish(aedes, toEverybody);
  expect(delivered).toEqual([toEverybody.topic]);
  expect(published).toEqual([toEverybody.topic]);
});

function publish(aedes: QuietAedes, packet: PublishPacket): Promise<void> {
  return new Promise((resolve, reject) => aedes.publish(packet, (error) => (error ? reject(error) : resolve())));
}
