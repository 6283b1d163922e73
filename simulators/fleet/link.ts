import mqtt, { type IClientOptions } from 'mqtt';

import { messageOf, PlatformError } from '../../domain/errors.ts';

/** A collector's connection: publishes at QoS 1 with a bounded number of messages in flight. */
export interface Link {
  /** Resolves once the message has found room in the window, not when it is acknowledged. */
  publish(topic: string, payload: string | Buffer, options?: { retain?: boolean }): Promise<void>;
  /** Resolves when every message so far is acknowledged; rejects with the first refusal. */
  drained(): Promise<void>;
  /** False while the broker is away. What was published before then is kept and sent again. */
  readonly connected: boolean;
  /**
   * Waits for acknowledgements while the broker is there, then disconnects. With `force` it drops what is in flight.
   */
  close(force?: boolean): Promise<void>;
}

/** What the broker says of a collector that went without a word. */
export interface Will {
  topic: string;
  payload: string | Buffer;
  retain: boolean;
}

export interface LinkOptions {
  url: string;
  username: string;
  password: string;
  /** Messages in flight at most. */
  window?: number;
  /** Asked for before every connection, the first and those after a loss. */
  will?: () => Will;
}

/**
 * Connects to a broker. Throws PlatformError `unauthenticated` where it refuses the user, `not-ready` (retryable)
 * where it cannot be reached. Once connected it reconnects by itself.
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { username, window = 24 } = options;
  const settings: IClientOptions = {
    clientId: `${username}-simulator`,
    username,
    password: options.password,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
    ...(options.will && { will: willOf(options.will()) }),
  };
  const client = await mqtt.connectAsync(options.url, settings, false).catch((thrown: unknown) => {
    throw refusal(thrown, options);
  });
  let inFlight = 0;
  let failure: unknown;
  const waiting: (() => void)[] = [];
  const wake = (): void => waiting.splice(0).forEach((resume) => resume());
  // A broken connection is mended by the client itself; without a listener the process would end.
  client.on('error', () => {});
  client.on('close', () => {
    if (options.will) client.options.will = willOf(options.will());
    wake();
  });

  async function until(ready: () => boolean): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- each turn waits for an acknowledgement
    while (failure === undefined && !ready()) await new Promise<void>((resume) => waiting.push(resume));
    if (failure !== undefined) throw failure;
  }

  return {
    async publish(topic, payload, { retain = false } = {}) {
      await until(() => inFlight < window);
      inFlight++;
      client.publish(topic, payload, { qos: 1, retain }, (error) => {
        inFlight--;
        if (error) failure ??= new PlatformError('not-ready', `${username}: ${messageOf(error)}`, { cause: error });
        wake();
      });
    },
    drained: () => until(() => inFlight === 0),
    get connected() {
      return client.connected;
    },
    async close(force = false) {
      // A broker that goes away meanwhile acknowledges nothing more: whoever closes does not wait for its return.
      if (!force && failure === undefined) await until(() => inFlight === 0 || !client.connected);
      failure ??= new PlatformError('not-ready', `${username}: closed`);
      wake();
      await client.endAsync(force || inFlight > 0);
    },
  };
}

function willOf({ topic, payload, retain }: Will): NonNullable<IClientOptions['will']> {
  return { topic, payload: Buffer.from(payload as string), qos: 1, retain };
}

function refusal(thrown: unknown, { url, username }: LinkOptions): PlatformError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  // CONNACK 2: identifier rejected; 4: bad user name or password; 5: not authorized.
  if (code === 2) return new PlatformError('unauthenticated', `${url} refused the client id of ${username}`);
  if (code === 4 || code === 5)
    return new PlatformError('unauthenticated', `${url} refused collector ${username}: wrong token`);
  const detail = messageOf(thrown) || String(code);
  return new PlatformError('not-ready', `cannot reach the broker at ${url}: ${detail}`, {
    retryable: true,
    cause: thrown,
  });
}
