import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

import { connectFrame, type ConnectFields } from './mqtt-frames.ts';

/** Packets that a broker sends. */
export const PACKET = { connack: 2, publish: 3, puback: 4, pubrec: 5, pubcomp: 7, suback: 9, pingresp: 13 } as const;

/** A client that does what it is told, right or wrong: bytes out, packets in. */
export interface RawClient {
  readonly socket: Socket;
  send(...frames: readonly Buffer[]): void;
  /** Packets of a type that have come. */
  count(type: number): number;
  /** Bodies of the packets of a type that have come. */
  bodies(type: number): readonly Buffer[];
  /** Resolves when so many packets of a type have come; rejects when the connection ends before. */
  received(type: number, count: number): Promise<void>;
  /** Resolves when the connection is gone, with the error that ended it, if any. */
  readonly closed: Promise<Error | undefined>;
}

/** Opens a socket that says nothing yet; destroyed when the test has finished. */
export async function openRawClient(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let problem: Error | undefined;
  socket.on('error', (error) => (problem = error));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return rawClientOn(socket, () => problem);
}

/** Opens a socket and logs in as `user` with its token; resolves with the return code in CONNACK. */
export async function logInRaw(
  port: number,
  user: string,
  fields: Partial<ConnectFields> = {},
): Promise<RawClient & { returnCode: number }> {
  const client = await openRawClient(port);
  client.send(connectFrame({ clientId: `${user}-raw`, username: user, password: `token-${user}`, ...fields }));
  await client.received(PACKET.connack, 1);
  return { ...client, returnCode: client.bodies(PACKET.connack)[0]![1]! };
}

/** Speaks on a stream that is connected already. */
export function rawClientOn(socket: Socket, problem: () => Error | undefined = () => undefined): RawClient {
  const bodies = new Map<number, Buffer[]>();
  let waiting: { type: number; count: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  const count = (type: number): number => bodies.get(type)?.length ?? 0;

  socket.on('data', (chunk: Buffer) => {
    rest = takePackets(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), (type, body) => {
      const known = bodies.get(type);
      if (known === undefined) bodies.set(type, [body]);
      else known.push(body);
    });
    waiting = waiting.filter((one) => {
      if (count(one.type) < one.count) return true;
      one.resolve();
      return false;
    });
  });
  const closed = new Promise<Error | undefined>((resolve) => {
    socket.once('close', () => {
      isClosed = true;
      for (const { type, reject } of waiting) reject(new Error(`closed after ${count(type)} packets of type ${type}`));
      resolve(problem());
    });
  });
  return {
    socket,
    closed,
    count,
    bodies: (type) => bodies.get(type) ?? [],
    send: (...frames) => void socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames)),
    received: (type, wanted) =>
      new Promise((resolve, reject) => {
        if (count(type) >= wanted) resolve();
        else if (isClosed) reject(new Error(`closed after ${count(type)} packets of type ${type}`));
        else waiting.push({ type, count: wanted, resolve, reject });
      }),
  };
}

// Returns what is no whole packet yet.
function takePackets(bytes: Buffer, onPacket: (type: number, body: Buffer) => void): Buffer {
  let at = 0;
  for (;;) {
    let length = 0;
    let header = 1;
    for (let shift = 0; ; shift += 7, header++) {
      const byte = bytes[at + header];
      if (byte === undefined) return bytes.subarray(at);
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = at + header + 1 + length;
    if (end > bytes.length) return bytes.subarray(at);
    onPacket(bytes[at]! >> 4, bytes.subarray(end - length, end));
    at = end;
  }
}
