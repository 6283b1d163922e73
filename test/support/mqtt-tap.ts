import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/** What passed on one connection. */
export interface TappedConnection {
  /** Message ids of PUBLISH packets at QoS 1 from the broker, in the order in which they passed. */
  published: number[];
  /** Message ids of the PUBACKs for them, likewise. */
  acknowledged: number[];
  pings: number;
  /** Breaks it off. */
  cut(): void;
}

/** A way through to a broker that tells what passes. */
export interface MqttTap {
  url: string;
  connections: TappedConnection[];
}

/** Opens it in front of `port` of loopback; closed when the test has finished. */
export async function openMqttTap(port: number): Promise<MqttTap> {
  const connections: TappedConnection[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1');
    const tapped: TappedConnection = {
      published: [],
      acknowledged: [],
      pings: 0,
      cut: () => {
        client.destroy();
        broker.destroy();
      },
    };
    connections.push(tapped);
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', tapped.cut);
      socket.on('close', tapped.cut);
    }
    client.on(
      'data',
      packetReader((first, body) => {
        if (first >> 4 === 4) tapped.acknowledged.push(body.readUInt16BE(0));
        if (first >> 4 === 12) tapped.pings++;
      }),
    );
    broker.on(
      'data',
      packetReader((first, body) => {
        if (first >> 4 !== 3 || ((first >> 1) & 3) !== 1) return;
        tapped.published.push(body.readUInt16BE(2 + body.readUInt16BE(0)));
      }),
    );
    client.pipe(broker);
    broker.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, connections };
}

/** Calls back with the first byte and the body of each packet, however the bytes are cut. */
function packetReader(onPacket: (first: number, body: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (let shift = 0; ; shift += 7) {
        const byte = rest[at];
        if (byte === undefined) return;
        length |= (byte & 127) << shift;
        at++;
        if (byte < 128) break;
      }
      if (rest.length < at + length) return;
      onPacket(rest[0]!, rest.subarray(at, at + length));
      rest = rest.subarray(at + length);
    }
  };
}
