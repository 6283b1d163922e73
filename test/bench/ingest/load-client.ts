import { once } from 'node:events';
import { connect } from 'node:net';

import { connectFrame } from '../../support/mqtt-frames.ts';
import { createReadingFrames, type ReadingShape } from './reading-frames.ts';

/** One connection of the load. */
export interface LoadConnection {
  clientId: string;
  username: string;
  token: string;
  /** Topics of its meters, all of one length; they take turns. */
  topics: string[];
}

/** A message whose way is followed. */
export interface LoadSample {
  topic: string;
  /** Device time of its last reading. */
  ts: number;
  acknowledgedAtMs: number;
}

/** A connected client that publishes what it is told to and counts what is acknowledged. */
export interface LoadClient {
  /** Publishes so many messages at once. */
  publish(messages: number): void;
  /** The acknowledgement of the next message is told to `onSample`. */
  sampleNext(): void;
  close(): void;
}

const MAX_MESSAGE_ID = 65_535;
const PUBACK = 0x40;
const ACK_BYTES = 4;

/** Connects over a bare socket; rejects unless the broker accepts. `onAcknowledged` is told how many came at once. */
export async function openLoadClient(
  port: number,
  connection: LoadConnection,
  shape: ReadingShape,
  told: { onAcknowledged(client: LoadClient, messages: number): void; onSample(sample: LoadSample): void },
): Promise<LoadClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const { clientId, username, token } = connection;
  socket.write(connectFrame({ clientId, username, password: token }));
  const [accepted] = (await once(socket, 'data')) as [Buffer];
  if (accepted.readUInt32BE(0) !== 0x2002_0000) throw new Error(`${connection.clientId} was refused`);

  const meters = connection.topics.map((topic) => ({ topic, frames: createReadingFrames(topic, shape) }));
  const frameBytes = meters[0]!.frames.bytes;
  const sampled = new Map<number, Omit<LoadSample, 'acknowledgedAtMs'>>();
  let isSampling = false;
  let sent = 0;
  let rest: Buffer = Buffer.alloc(0);

  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const count = Math.floor(bytes.length / ACK_BYTES);
    for (let at = 0; at < count * ACK_BYTES; at += ACK_BYTES) {
      if (bytes[at] !== PUBACK) throw new Error(`not a PUBACK: ${bytes.toString('hex', at, at + ACK_BYTES)}`);
      if (sampled.size > 0) tellSample(bytes.readUInt16BE(at + 2));
    }
    rest = bytes.subarray(count * ACK_BYTES);
    told.onAcknowledged(client, count);
  });

  function tellSample(messageId: number): void {
    const sample = sampled.get(messageId);
    if (sample === undefined) return;
    sampled.delete(messageId);
    told.onSample({ ...sample, acknowledgedAtMs: Date.now() });
  }

  const client: LoadClient = {
    publish: (messages) => {
      const bytes = Buffer.allocUnsafe(messages * frameBytes);
      for (let n = 0; n < messages; n++, sent++) {
        const { topic, frames } = meters[sent % meters.length]!;
        const messageId = (sent % MAX_MESSAGE_ID) + 1;
        const ts = frames.writeNext(bytes, n * frameBytes, messageId);
        if (!isSampling) continue;
        isSampling = false;
        sampled.set(messageId, { topic, ts });
      }
      socket.write(bytes);
    },
    sampleNext: () => (isSampling = true),
    close: () => socket.destroy(),
  };
  return client;
}
