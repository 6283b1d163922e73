import { expect, test, vi } from 'vitest';

import { createControlledIo } from '../../../support/controlled-io.ts';
import { publishFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { logInRaw, openRawClient, PACKET, type RawClient } from '../../../support/raw-mqtt-client.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const BURST = 5000;

test('close: all that the spool holds was acknowledged, in the middle of a load, and no connection is reset', async () => {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const broker = await openTestBroker(spool);
  const clients = await Promise.all(['c1', 'c2', 'c3', 'c4'].map((user) => logInRaw(broker.port, user)));
  for (const [index, client] of clients.entries()) sendBurst(client, `c${index + 1}`, index % 2 === 0 ? 1 : 2);
  await clients[0]!.received(PACKET.puback, 100);
  // More than can be on its way: at the close some wait in the sockets, some for the disk.
  for (const [index, client] of clients.entries()) sendBurst(client, `c${index + 1}`, index % 2 === 0 ? 1 : 2);
  await broker.close();
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual(clients.map(() => undefined));
  await spool.close();

  const { messages } = await spoolContents(folder, spool.committed());
  const acknowledged = clients.map((client) => client.count(PACKET.puback) + client.count(PACKET.pubrec));
  const held = clients.map((_, index) => messages.filter(({ source }) => source === `c${index + 1}`).length);
  expect(acknowledged).toEqual(held);
  expect(messages.length).toBeGreaterThan(100);
  expect(messages.length).toBeLessThan(4 * 2 * BURST);
});

test('close: what waits for the disk is acknowledged when the disk has it', async () => {
  const io = createControlledIo();
  const folder = await tempFolder();
  const spool = await openTestSpool(folder, { io });
  const broker = await openTestBroker(spool);
  const client = await logInRaw(broker.port, 'c1');
  const gate = io.hold('datasync');
  client.send(publishFrame('energy/v1/c1/m1/reading', '1', { qos: 1, messageId: 1 }));
  await gate.reached;
  const closing = broker.close();
  gate.release();
  await closing;
  await client.closed;
  expect(client.count(PACKET.puback)).toBe(1);
});

test('close: a full disk and a client that does not read hold it up for a moment only', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io });
  const broker = await openTestBroker(spool);
  const client = await logInRaw(broker.port, 'c1');
  const frozen = await logInRaw(broker.port, 'c2');
  const silent = await openRawClient(broker.port);
  frozen.socket.pause();
  io.fail('datasync', 'ENOSPC', Number.POSITIVE_INFINITY);
  client.send(publishFrame('energy/v1/c1/m1/reading', '1', { qos: 1, messageId: 1 }));
  await vi.waitFor(() => expect(spool.accepting()).toBe(false));
  await broker.close();
  await Promise.all([client.closed, silent.closed]);
  expect(client.count(PACKET.puback)).toBe(0);
});

test('close: nobody gets in any more', async () => {
  const spool = await openTestSpool(await tempFolder());
  const broker = await openTestBroker(spool);
  await broker.close();
  await expect(openRawClient(broker.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(broker.publish('energy/v1/alerts/i1/a1', 'x', false)).rejects.toThrow('closed');
});

function sendBurst(client: RawClient, user: string, qos: 1 | 2): void {
  client.send(
    ...Array.from({ length: BURST }, (_, n) =>
      publishFrame(`energy/v1/${user}/m1/reading`, `{"total":${n}}`, { qos, messageId: n + 1 }),
    ),
  );
}
