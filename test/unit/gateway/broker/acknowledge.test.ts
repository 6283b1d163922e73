import { expect, test, vi } from 'vitest';

import type { Spool } from '../../../../gateway/spool/open-spool.ts';
import type { SpoolFile, SpoolIo } from '../../../../gateway/spool/spool-io.ts';
import { acknowledgementsWhileHeld } from '../../../support/acknowledgement-breach.ts';
import { createControlledIo } from '../../../support/controlled-io.ts';
import { openTestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

for (const qos of [1, 2] as const) {
  const packet = qos === 1 ? 'puback' : 'pubrec';

  for (const hold of ['write', 'datasync', 'create', 'syncFolder'] as const) {
    test(`broker: no ${packet} leaves while ${hold} is held, and it leaves afterwards`, async () => {
      expect(await acknowledgementsWhileHeld({ qos, hold })).toEqual([]);
    });
  }

  // The same check must find each way of acknowledging too early: else it shows nothing.
  test(`broker: the check finds a ${packet} that is sent before the write`, async () => {
    const found = await acknowledgementsWhileHeld({ qos, hold: 'write', wrongSpool: appendResolvesAtOnce });
    expect(found).toContain(packet);
  });

  test(`broker: the check finds a ${packet} that is sent after the write but before fdatasync`, async () => {
    const found = await acknowledgementsWhileHeld({ qos, hold: 'datasync', wrongIo: datasyncNotAwaited });
    expect(found).toContain(packet);
  });

  test(`broker: the check finds a ${packet} that is sent before the segment's folder is synced`, async () => {
    const found = await acknowledgementsWhileHeld({ qos, hold: 'syncFolder', wrongIo: folderSyncNotAwaited });
    expect(found).toContain(packet);
  });
}

for (const qos of [0, 1, 2] as const) {
  test(`broker: QoS ${qos} is in the spool, with source and receipt time, once it is acknowledged`, async () => {
    const folder = await tempFolder();
    const spool = await openTestSpool(folder);
    const broker = await openTestBroker(spool);
    const client = await broker.connect('c1');
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.publishAsync('energy/v1/c1/m1/reading', `${n}`, { qos })),
    );
    // QoS 0 has no acknowledgement: that of a later message stands for it.
    await client.publishAsync('energy/v1/c1/m1/reading', 'last', { qos: 1 });
    const { messages } = await spoolContents(folder, spool.committed());
    expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      ...Array.from({ length: 20 }, (_, n) => `${n}`),
      'last',
    ]);
    // No two at the same time: one without a time of its own would take the other's place.
    expect(messages.map(({ receivedAtMs }) => receivedAtMs - 1_767_225_600_000)).toEqual(
      Array.from({ length: 21 }, (_, n) => n),
    );
    expect(messages[0]).toMatchObject({
      source: 'c1',
      topic: 'energy/v1/c1/m1/reading',
      receivedAtMs: 1_767_225_600_000,
    });
    expect(broker.status()).toMatchObject({ received: 21, acknowledged: 21 });
  });
}

test('broker: on a full disk nothing is acknowledged, nobody is disconnected, and it goes on by itself', async () => {
  const folder = await tempFolder();
  const io = createControlledIo();
  const spool = await openTestSpool(folder, { io });
  const broker = await openTestBroker(spool);
  const client = await broker.connect('c1');
  const other = await broker.connect('c2');
  io.fail('datasync', 'ENOSPC', Number.POSITIVE_INFINITY);
  let acknowledged = false;
  const published = client.publishAsync('energy/v1/c1/m1/reading', '1', { qos: 1 }).then(() => (acknowledged = true));
  await vi.waitFor(() => expect(spool.accepting()).toBe(false));
  await other.publishAsync('energy/v1/c2/status', 'online', { qos: 1 });
  expect(acknowledged).toBe(false);
  expect(client.connected).toBe(true);
  io.fail('datasync', 'ENOSPC', 0);
  await published;
  expect((await spoolContents(folder, spool.committed())).messages.length).toBe(1);
});

test('broker: when the disk fails nothing is acknowledged any more', async () => {
  const io = createControlledIo();
  const spool = await openTestSpool(await tempFolder(), { io });
  const broker = await openTestBroker(spool);
  const client = await broker.connect('c1');
  const acknowledgements: string[] = [];
  client.on('packetreceive', ({ cmd }) => cmd === 'puback' && acknowledgements.push(cmd));
  io.fail('datasync', 'EIO');
  client.publish('energy/v1/c1/m1/reading', '1', { qos: 1 });
  await vi.waitFor(() => expect(spool.fatal.length).toBe(1));
  client.publish('energy/v1/c1/m1/reading', '2', { qos: 1 });
  await spool.close();
  await broker.close();
  await vi.waitFor(() => expect(client.connected).toBe(false));
  expect(acknowledgements).toEqual([]);
});

function appendResolvesAtOnce(spool: Spool): Spool {
  return {
    ...spool,
    append: (message) => {
      void spool.append(message);
      return Promise.resolve(0);
    },
  };
}

function datasyncNotAwaited(io: SpoolIo): SpoolIo {
  const wrong = (file: SpoolFile): SpoolFile => ({
    ...file,
    datasync: () => {
      void file.datasync();
      return Promise.resolve();
    },
  });
  return {
    ...io,
    create: async (path) => wrong(await io.create(path)),
    open: async (path) => wrong(await io.open(path)),
  };
}

function folderSyncNotAwaited(io: SpoolIo): SpoolIo {
  return {
    ...io,
    syncFolder: (folder) => {
      void io.syncFolder(folder);
      return Promise.resolve();
    },
  };
}
