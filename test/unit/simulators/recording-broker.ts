import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { Aedes } from 'aedes';

/** A message as the broker got it. */
interface RecordedMessage {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
  username: string;
}

/** A real broker on a free port that keeps what is published and lets in who knows the token. */
export interface RecordingBroker {
  url: string;
  messages: RecordedMessage[];
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
  broker.authenticate = (client, username, password, done) => {
    usernames.set(client.id, username ?? '');
    done(null, isAllowed(username ?? '', password?.toString() ?? ''));
  };
  broker.authorizePublish = (client, { topic, payload, qos, retain }, done) => {
    messages.push({
      topic,
      payload: payload.toString(),
      qos,
      retain,
      username: usernames.get(client?.id ?? '') ?? '',
    });
    if (breaks()) client?.conn.destroy();
    else void before().then(() => done(null));
  };
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    close: () =>
      new Promise((resolve) => {
        broker.close(() => server.close(() => resolve()));
      }),
  };
}
