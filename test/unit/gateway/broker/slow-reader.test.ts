import { expect, test, vi } from 'vitest';

import { publishFrame, subscribeFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { logInRaw, PACKET, type RawClient } from '../../../support/raw-mqtt-client.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const ALERTS = 4000;
const ALERT_BYTES = 4096;
const MIB = 1024 * 1024;

for (const clean of [true, false]) {
  test(`slow reader (${clean ? 'clean session' : 'session kept'}): others get every alert, readings go on, memory does not grow, and it is cut off`, async () => {
    const spool = await openTestSpool(await tempFolder());
    const broker = await openTestBroker(spool);
    const frozen = await subscribed('frozen', clean);
    const reading = await subscribed('reading', true);
    const meter = await logInRaw(broker.port, 'c1');
    frozen.socket.pause();

    for (let n = 0; n < ALERTS; n++) {
      // Resolves though one of the two does not read.
      await broker.publish(`energy/v1/alerts/i1/a${n % 10}`, `${n}`.padEnd(ALERT_BYTES), true);
      if (n % 100 !== 0) continue;
      await reading.received(PACKET.publish, n + 1);
      meter.send(publishFrame('energy/v1/c1/m1/reading', `${n}`, { qos: 1, messageId: n / 100 + 1 }));
      // A status goes the same way as an alert.
      meter.send(publishFrame('energy/v1/c1/status', 'online', { qos: 1, messageId: 1000 + n / 100 }));
      await meter.received(PACKET.puback, 2 * (n / 100 + 1));
    }
    await reading.received(PACKET.publish, ALERTS);
    await vi.waitFor(() => expect(broker.status()).toMatchObject({ connections: 2, refused: { 'too-slow': 1 } }));

    frozen.socket.resume();
    await frozen.closed;
    // It got what its side of the network had room for, and comes back to what is retained.
    expect(frozen.count(PACKET.publish)).toBeLessThan(ALERTS);
    const again = await logInRaw(broker.port, 'reader-all', { clientId: 'frozen', clean: true });
    again.send(subscribeFrame(1, 'energy/v1/alerts/#', 1));
    await again.received(PACKET.publish, 10);

    async function subscribed(clientId: string, isClean: boolean): Promise<RawClient> {
      const client = await logInRaw(broker.port, 'reader-all', { clientId, clean: isClean });
      client.send(subscribeFrame(1, 'energy/v1/alerts/#', 1));
      await client.received(PACKET.suback, 1);
      return client;
    }
  });
}

test('slow reader: a frozen client that asked for all that is retained holds up nobody', async () => {
  const spool = await openTestSpool(await tempFolder());
  const broker = await openTestBroker(spool);
  for (let n = 0; n < 2000; n++) await broker.publish(`energy/v1/alerts/i1/a${n}`, ''.padEnd(ALERT_BYTES, 'x'), true);
  const frozen = await logInRaw(broker.port, 'reader-all', { clientId: 'frozen' });
  frozen.socket.pause();
  for (let n = 1; n <= 20; n++) frozen.send(subscribeFrame(n, `energy/v1/alerts/${'+/'.repeat(n % 2)}#`, 1));
  const reader = await logInRaw(broker.port, 'reader-all', { clientId: 'reading' });
  reader.send(subscribeFrame(1, 'energy/v1/alerts/#', 1));
  await reader.received(PACKET.publish, 2000);
  await broker.publish('energy/v1/alerts/i1/live', 'x', true);
  await reader.received(PACKET.publish, 2001);
  // 160 MiB were asked for.
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(100 * MIB);
});
