import type { Spool } from '../../gateway/spool/open-spool.ts';
import type { SpoolIo } from '../../gateway/spool/spool-io.ts';
import { createControlledIo } from './controlled-io.ts';
import { openTestBroker } from './open-test-broker.ts';
import { openTestSpool } from './open-test-spool.ts';
import { tempFolder } from './temp-folder.ts';

/** What is held, and how the gateway is made wrong, to see that the wrong one is found. */
export interface HeldPublish {
  qos: 1 | 2;
  hold: 'write' | 'datasync' | 'create' | 'syncFolder';
  wrongSpool?: (spool: Spool) => Spool;
  wrongIo?: (io: SpoolIo) => SpoolIo;
}

/**
 * Publishes with a real client while an operation of the disk is held, and tells which acknowledgements came out
 * meanwhile: none, where PUBACK and PUBREC wait for the disk. Resolves after the operation was let go and the
 * publish was acknowledged to the end.
 */
export async function acknowledgementsWhileHeld(options: HeldPublish): Promise<string[]> {
  const io = createControlledIo();
  // Every message begins a new segment where the creation of one is held.
  const segmentBytes = options.hold === 'create' || options.hold === 'syncFolder' ? 1 : 1024 * 1024;
  const opened = await openTestSpool(await tempFolder(), { io: options.wrongIo?.(io) ?? io, segmentBytes });
  const broker = await openTestBroker(options.wrongSpool?.(opened) ?? opened);
  const client = await broker.connect('c1');
  const other = await broker.connect('c2');
  const acknowledgements: string[] = [];
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'puback' || cmd === 'pubrec' || cmd === 'pubcomp') acknowledgements.push(cmd);
  });
  await client.publishAsync('energy/v1/c1/m1/reading', '{"total":1}', { qos: options.qos });
  acknowledgements.length = 0;

  const gate = io.hold(options.hold);
  const published = client.publishAsync('energy/v1/c1/m1/reading', '{"total":2}', { qos: options.qos });
  await gate.reached;
  // The status is not spooled: its acknowledgements, while the disk has nothing to do but what is held, show that the
  // broker and the network have had time enough.
  for (let quiet = 0; quiet < 5; quiet = io.busy() === 0 ? quiet + 1 : 0) {
    await other.publishAsync('energy/v1/c2/status', 'online', { qos: 1, retain: true });
  }
  const meanwhile = [...acknowledgements];
  gate.release();
  await published;
  return meanwhile;
}
