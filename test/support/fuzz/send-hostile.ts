import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import type { HostileStream } from './hostile-stream.ts';

const ANSWER_WITHIN_MS = 30_000;
const CONNACK_BYTES = 4;
const PUBACK_BYTES = 4;

/** What came of a stream. */
export interface HostileOutcome {
  /** Payloads, of those sent as they should be, of which a PUBACK has come. */
  acknowledged: string[];
  /** The connection, where it stays open. */
  open?: Socket;
}

/**
 * Sends a stream to the broker and waits until the broker has let go of the connection, unless it stays open. Rejects
 * where what was sent as it should be is not answered.
 */
export async function sendHostile(port: number, stream: HostileStream): Promise<HostileOutcome> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let received = 0;
  socket.on('data', (bytes: Buffer) => (received += bytes.length));
  await once(socket, 'connect');
  let acknowledged: string[] = [];
  if (stream.login !== undefined) {
    const { connect: first, publishes, payloads } = stream.login;
    socket.write(Buffer.concat([first, ...publishes]));
    const wanted = CONNACK_BYTES + publishes.length * PUBACK_BYTES;
    await bounded(
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (received >= wanted || socket.destroyed) resolve();
        };
        socket.on('data', look);
        socket.on('close', look);
        look();
      }),
      `${stream.kind}: ${wanted} bytes of answers`,
    );
    // They come in the order of the messages; another connection may have taken the client id over meanwhile.
    acknowledged = payloads.slice(0, Math.max(0, Math.floor((received - CONNACK_BYTES) / PUBACK_BYTES)));
  }
  for (const piece of stream.rest) socket.write(piece);
  if (stream.staysOpen) return { acknowledged, open: socket };
  socket.end();
  await bounded(closed, `${stream.kind}: the connection's end`);
  return { acknowledged };
}

async function bounded(wanted: Promise<void>, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the broker did not give ${name}`)), ANSWER_WITHIN_MS);
  });
  await Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}
