import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, onTestFinished, test } from 'vitest';

import { connectFrame, publishFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const ALL_IDS = 65_535;
const ANSWER_BYTES = 4;
const MIB = 1024 * 1024;

test('held messages: 65,535 of QoS 2 that are never released cost the broker next to nothing', async () => {
  const spool = await openTestSpool(await tempFolder());
  const broker = await openTestBroker(spool);
  const frames = Array.from({ length: ALL_IDS }, (_, n) =>
    publishFrame('energy/v1/c1/m1/reading', '{"ts":1767225600000,"total":1000.125}', { qos: 2, messageId: n + 1 }),
  );
  const burst = Buffer.concat(frames);
  frames.length = 0;
  // Once before it counts: what is compiled and cached on the way is no message.
  for (const id of ['warm-up', 'warm-up-2']) await hold(id, burst);
  const before = usedBytes();
  await hold('counted', burst);
  const grown = usedBytes() - before;
  expect(broker.status()).toMatchObject({ connections: 3, acknowledged: 3 * ALL_IDS });
  // aedes' own memory of them takes 327 bytes each, 20 MiB; its set of their ids alone 2 MiB and more.
  expect(grown).toBeLessThan(MIB);

  async function hold(clientId: string, bytes: Buffer): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: broker.port, noDelay: true });
    onTestFinished(() => void socket.destroy());
    socket.write(connectFrame({ clientId, username: 'c1', password: 'token-c1' }));
    await once(socket, 'data');
    let answers = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        answers += chunk.length;
        if (answers === ALL_IDS * ANSWER_BYTES) resolve();
      });
    });
    socket.write(bytes);
    await all;
  }
}, 30_000);

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
