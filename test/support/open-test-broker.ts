import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';

import { hashToken } from '../../gateway/broker/credentials.ts';
import { openBroker, type Broker, type BrokerOptions } from '../../gateway/broker/open-broker.ts';
import { createDirectory } from '../../gateway/directory.ts';
import type { Spool } from '../../gateway/spool/open-spool.ts';

/** When every message of a test came in. */
export const RECEIVED_AT_MS = 1_767_225_600_000;

/** A broker with the users c1, c2, c3, c4 (collectors), reader-all and reader-i1; each user's token is `token-` + id. */
export interface TestBroker extends Broker {
  refused: Parameters<BrokerOptions['onRefused']>[0][];
  /** A real client over TCP, MQTT 3.1.1, that does not reconnect. Rejects with the return code as `code`. */
  connect(user: string, options?: IClientOptions): Promise<MqttClient>;
}

/** Opens a broker on `port`, a free one where left out, in front of `spool`; closed when the test has finished. */
export async function openTestBroker(
  spool: Spool,
  port = 0,
  settings: Partial<BrokerOptions> = {},
): Promise<TestBroker> {
  const directory = createDirectory();
  const withToken = (id: string) => ({ id, tokenHash: hashToken(`token-${id}`) });
  directory.replace({
    collectors: ['c1', 'c2', 'c3', 'c4'].map(withToken),
    readers: [
      { ...withToken('reader-all'), institutions: 'all' },
      { ...withToken('reader-i1'), institutions: ['i1'] },
    ],
    meters: [],
  });
  const owners = new Map<string, string>();
  const refused: TestBroker['refused'] = [];
  const broker = await openBroker({
    host: '127.0.0.1',
    port,
    baseTopic: 'energy/v1',
    spool,
    directory,
    owners: {
      claim: async (clientId, username) => {
        if (!owners.has(clientId)) owners.set(clientId, username);
        return owners.get(clientId) === username;
      },
    },
    now: () => RECEIVED_AT_MS,
    onRefused: (event) => refused.push(event),
    ...settings,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= broker.close());
  onTestFinished(close);

  let clients = 0;
  const connect = async (user: string, options: IClientOptions = {}): Promise<MqttClient> => {
    const client = await connectAsync(
      `mqtt://127.0.0.1:${broker.port}`,
      {
        username: user,
        password: `token-${user}`,
        clientId: `${user}-${clients++}`,
        protocolVersion: 4,
        reconnectPeriod: 0,
        ...options,
      },
      false,
    );
    client.on('error', () => undefined);
    onTestFinished(() => client.endAsync(true));
    return client;
  };
  return { ...broker, close, refused, connect };
}
