import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { Aedes } from 'aedes';

/** A message as the broker got it. */
interface RecordedMessage {
  topic: string;
  /** As text. */
  payload: string;
  bytes: Buffer;
  qos: number;
  retain: boolean;
  username: string;
}

/** A real broker on a free port that keeps what is published and lets in who knows the token. */
export interface RecordingBroker {
  url: string;
  messages: RecordedMessage[];
  /** User names that were turned away. */
  refused: string[];
  /** Cuts every connection, as a broken line does. */
  cut(): void;
  close(): Promise<void>;
}

/** `breaks`: the connection is cut instead of an acknowledgement; `before`: what an acknowledgement waits for. */
export async function openRecordingBroker(
  isAllowed: (username: string, token: string) => boolean = () => true,
  breaks: () => boolean = () => false,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<RecordingBroker> {
  const broker = await Aedes.createBroker();
  const messages: RecordedMessage[] = [];
  const usernames = new Map<string, string>();
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  broker.authenticate = (client, username, password, done) => {
    usernames.set(client.id, username ?? '');
    const isIn = isAllowed(username ?? '', password?.toString() ?? '');
    if (!isIn) refused.push(username ?? '');
    done(null, isIn);
  };
  broker.authorizePublish = (client, { topic, payload, qos, retain }, done) => {
    messages.push({
      topic,
      payload: payload.toString(),
      bytes: Buffer.from(payload),
      qos,
      retain,
      username: usernames.get(client?.id ?? '') ?? '',
    });
    if (breaks()) client?.conn.destroy();
    else void before().then(() => done(null));
  };
  const server = createServer(broker.handle);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    refused,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        broker.close(() => server.close(() => resolve()));
      }),
  };
}
