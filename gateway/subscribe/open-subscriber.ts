import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';

import { messageOf, PlatformError } from '../../domain/errors.ts';
import type { Directory } from '../directory.ts';
import type { Intake } from '../intake.ts';
import { createReceiptTimes } from '../receipt-times.ts';
import type { SpoolMessage } from '../spool/record.ts';
import { createAcknowledgements, type Acknowledgements } from './acknowledgements.ts';
import { backoffMs, type BackoffLimits } from './backoff.ts';
import { createForeignTopics } from './foreign-topics.ts';
import { createOwnership } from './ownership.ts';
import { sortTopic } from './sort-topic.ts';
import { claimTopic, createSubscriptions } from './subscriptions.ts';

/** What {@link openSubscriber} needs. */
export interface SubscriberOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  /** PEM of the authorities that may have signed the broker's certificate; those that Node knows where left out. */
  ca?: Buffer | undefined;
  version: '5' | '3.1.1';
  /** Always the same: the broker keeps the session, and what came while the gateway was away, under it. */
  clientId: string;
  /** Messages that may be on their way to the disk at the same time. */
  window: number;
  /** Which of the gateways at this broker this one is. */
  gateway: string;
  takesUnassigned: boolean;
  /** Without a trailing slash, e.g. `energy/v1`. */
  baseTopic: string;
  /** `isAbandoned` lets the spool forget a message whose connection is gone: the broker delivers it again. */
  spool: { append(message: SpoolMessage, isAbandoned?: () => boolean): Promise<number> };
  directory: Directory;
  now(): number;
  random(): number;
  retryMs?: BackoffLimits;
  /** For how long a collector is still taken after another gateway has claimed it. */
  graceMs?: number;
  /** After one and a half times this in silence either side gives the connection up. */
  keepaliveS?: number;
  /** How long close() waits for what is on its way to the disk. */
  closeMs?: number;
  /** Told when the connection's state changes, for the log; `error` is empty while it goes well. */
  onConnection?(state: ConnectionState): void;
}

/** How the connection to the broker is. */
export interface ConnectionState {
  connected: boolean;
  /** Since when, epoch milliseconds. */
  sinceMs: number;
  /** What went wrong last; empty where nothing has since it connected. */
  lastError: string;
  /** Without credentials. */
  url: string;
  version: '5' | '3.1.1';
  /** Subscriptions that hold. */
  subscriptions: number;
  /** Filters that the broker refused, with what it said. */
  refusedSubscriptions: Record<string, string>;
  /** Messages taken and not acknowledged yet. */
  pending: number;
  /** Messages that another gateway takes, and of other systems what they retain and what nobody asked for. */
  letGo: number;
}

/** The client of an external broker, connected or trying to be. */
export interface Subscriber extends Intake {
  connection(): ConnectionState;
  /** The directory was replaced: subscriptions follow. */
  directoryChanged(): void;
}

const CONNECT_TIMEOUT_MS = 15_000;
const SESSION_FOR_EVER = 0xffff_ffff;
const WINDOW_BYTES = 32 * 1024 * 1024;
/** A connection that held for so long was a good one: the next attempt comes soon. */
const STEADY_MS = 30_000;
const DEFAULTS = { retryMs: { first: 250, longest: 30_000 }, graceMs: 30_000, keepaliveS: 30, closeMs: 2000 };

/** The session is this client's, and what it has not acknowledged comes again. */
interface Connection {
  stream: MqttClient['stream'];
  acknowledgements: Acknowledgements;
  isGone: boolean;
  /** What lets mqtt.js go on with the next packet, while the window is full. */
  goOn: (() => void) | undefined;
  /** Told when nothing is pending any more. */
  onIdle: (() => void) | undefined;
}

/**
 * Takes messages from an external broker instead of the embedded one. Resolves at once: the broker may be away, refuse
 * the password or break off, the client comes back for ever, and health says so. A message at QoS 1 is acknowledged
 * when it is in the spool, on disk, in the order of receipt; so many at once as the window allows, beyond that the
 * socket is not read. Acknowledgements that are due when a connection ends are forgotten with it, never sent on another
 * one: the broker delivers those messages again.
 */
export function openSubscriber(options: SubscriberOptions): Subscriber {
  const { baseTopic, spool, directory } = options;
  const limits = { ...DEFAULTS, ...withoutUndefined(options) };
  const receiptTime = createReceiptTimes(() => options.now());
  const status = { connections: 0, received: 0, acknowledged: 0, refusedConnections: 0 };
  const collectorStatus = new Map<string, string>();
  const unsent = new Set<(error: PlatformError) => void>();
  const claimsBelow = claimTopic(baseTopic, '');
  let connection: Connection | undefined;
  let state = { connected: false, sinceMs: options.now(), lastError: '' };
  let letGo = 0;
  let failures = 0;
  let isClosing = false;

  const ownership = createOwnership({
    gateway: options.gateway,
    takesUnassigned: options.takesUnassigned,
    graceMs: limits.graceMs,
  });
  ownership.useAssignments(directory.assignments(), options.now());

  const client = connect(clientOptions(options));
  client.setMaxListeners(0);
  const foreign = createForeignTopics(directory, ownership, options.takesUnassigned);
  const subscriptions = createSubscriptions({
    ...options,
    client,
    ownership,
    foreign,
    onError: (error) => failed(error),
  });

  // mqtt.js acknowledges what this calls back without an error, and takes the next packet only then: one fdatasync a
  // message. Told of an error it sends nothing and goes on; the acknowledgement is sent from here when it is due.
  client.handleMessage = (packet, done) => {
    const current = currentConnection();
    if (current.isGone || isClosing) return done(ACKNOWLEDGED_LATER);
    take(packet, current);
    if (current.acknowledgements.isFull()) current.goOn = () => done(ACKNOWLEDGED_LATER);
    else done(ACKNOWLEDGED_LATER);
  };

  function take(packet: IPublishPacket, current: Connection): void {
    const { topic } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const settle = current.acknowledgements.owe(packet.qos === 0 ? undefined : packet.messageId, payload.length);
    if (topic.startsWith(claimsBelow)) {
      ownership.sawClaim(topic.slice(claimsBelow.length), payload.toString(), options.now());
      subscriptions.follow();
      return settle();
    }
    const sorted = sortTopic(topic, payload.length, baseTopic);
    if (sorted.kind === 'own') return settle();
    if (sorted.kind === 'status') {
      collectorStatus.set(sorted.collector, payload.toString());
      return settle();
    }
    const source = sorted.kind === 'foreign' ? '' : sorted.source;
    if (!(sorted.kind === 'foreign' ? takesForeign(packet) : ownership.takes(source, options.now()))) {
      letGo++;
      return settle();
    }
    status.received++;
    spool
      .append({ receivedAtMs: receiptTime(topic), source, topic, payload }, () => current.isGone)
      .then(
        () => {
          status.acknowledged++;
          settle();
        },
        // Not on disk: not acknowledged. What came after it waits behind it, until the broker delivers all of it again.
        (error: unknown) => {
          if (current.isGone || isClosing) return;
          failed(error);
          current.stream.destroy();
        },
      );
  }

  // Whose it is the drain finds out again, by the bindings as they are then.
  function takesForeign({ topic, retain }: IPublishPacket): boolean {
    const collector = foreign.collectorOf(topic);
    // What other systems retain is handed out at each subscribing, however old it is.
    return collector !== undefined && !retain && ownership.keeps(collector, options.now());
  }

  function currentConnection(): Connection {
    if (connection?.stream === client.stream) return connection;
    const { stream } = client;
    const fresh: Connection = {
      stream,
      isGone: false,
      goOn: undefined,
      onIdle: undefined,
      acknowledgements: createAcknowledgements({
        windowMessages: options.window,
        windowBytes: WINDOW_BYTES,
        send: (packets) => stream.write(packets),
        onSettled: () => {
          const { goOn } = fresh;
          fresh.goOn = undefined;
          goOn?.();
          if (fresh.acknowledgements.pending() === 0) fresh.onIdle?.();
        },
      }),
    };
    stream.once('close', () => {
      fresh.isGone = true;
      fresh.goOn = undefined;
      fresh.acknowledgements.abandon();
      fresh.onIdle?.();
    });
    connection = fresh;
    return fresh;
  }

  function failed(error: unknown): void {
    state = { ...state, lastError: wordsOf(error) };
    options.onConnection?.(describe());
  }

  client.on('connect', ({ sessionPresent }) => {
    state = { connected: true, sinceMs: options.now(), lastError: '' };
    // A session that the broker does not know any more has neither subscriptions nor, perhaps, retained claims.
    if (!sessionPresent) {
      subscriptions.lost();
      ownership.forgetClaims();
    }
    subscriptions.follow();
    options.onConnection?.(describe());
  });
  client.on('disconnect', ({ reasonCode }) =>
    failed(new Error(`The broker ended the connection (0x${(reasonCode ?? 0).toString(16)})`)),
  );
  client.on('error', (error) => {
    if ('code' in error && typeof error.code === 'number' && !client.connected) status.refusedConnections++;
    failed(error);
    // After a packet that nobody understands neither side knows where the next one begins.
    if (client.connected) client.stream.destroy();
  });
  // Before mqtt.js sets its timer by it.
  client.prependListener('close', () => {
    failures = state.connected && options.now() - state.sinceMs >= STEADY_MS ? 1 : failures + 1;
    client.options.reconnectPeriod = backoffMs(failures, limits.retryMs, () => options.random());
    if (!state.connected) return;
    const lastError = state.lastError || 'The broker closed the connection';
    state = { connected: false, sinceMs: options.now(), lastError };
    options.onConnection?.(describe());
  });

  // Claims that did not come back, subscriptions that were refused, collectors whose time of grace is over.
  const timer = setInterval(() => subscriptions.follow(), Math.max(50, limits.graceMs / 4));
  // While the window is full nothing is read, so no answer to a ping either: the broker must hear from us all the same.
  const pings = setInterval(
    () => {
      if (connection?.goOn === undefined || !client.connected) return;
      client.sendPing();
      client.reschedulePing(true);
    },
    (limits.keepaliveS * 1000) / 3,
  );

  function describe(): ConnectionState {
    return {
      ...state,
      url: withoutCredentials(options.url),
      version: options.version,
      subscriptions: subscriptions.count(),
      refusedSubscriptions: Object.fromEntries(subscriptions.refused()),
      pending: connection?.acknowledgements.pending() ?? 0,
      letGo,
    };
  }

  return {
    status: () => ({ ...status, connections: state.connected ? 1 : 0 }),
    statusOf: (collector) => collectorStatus.get(collector),
    connection: describe,
    directoryChanged: () => {
      ownership.useAssignments(directory.assignments(), options.now());
      subscriptions.follow();
    },
    publish: (topic, payload, retain) =>
      new Promise((resolve, reject) => {
        // Kept in memory until there is a connection it would be lost with the process, and its sender none the wiser.
        if (!client.connected || isClosing) return reject(notConnected());
        unsent.add(reject);
        client.publish(topic, payload, { qos: 1, retain }, (error) => {
          unsent.delete(reject);
          if (error) reject(error);
          else resolve();
        });
      }),
    close: async () => {
      isClosing = true;
      clearInterval(timer);
      clearInterval(pings);
      const current = connection;
      if (current !== undefined && !current.isGone && current.acknowledgements.pending() > 0) {
        await within(limits.closeMs, (resolve) => (current.onIdle = resolve));
      }
      for (const reject of unsent) reject(notConnected());
      await disconnect(client, limits.closeMs);
    },
  };
}

const ACKNOWLEDGED_LATER = new Error('acknowledged later');
const DISCONNECT = Buffer.from([0xe0, 0]);

function clientOptions(options: SubscriberOptions): IClientOptions {
  const { protocol, hostname, port, username, password } = new URL(options.url);
  const isTls = protocol === 'mqtts:';
  return {
    protocol: isTls ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isTls ? 8883 : 1883) : Number(port),
    ...withoutUndefined({
      username: options.username ?? (decodeURIComponent(username) || undefined),
      password: options.password ?? (decodeURIComponent(password) || undefined),
      ca: options.ca,
    }),
    clientId: options.clientId,
    protocolVersion: options.version === '5' ? 5 : 4,
    clean: false,
    ...(options.version === '5'
      ? { properties: { sessionExpiryInterval: SESSION_FOR_EVER, receiveMaximum: options.window } }
      : {}),
    keepalive: options.keepaliveS ?? DEFAULTS.keepaliveS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: (options.retryMs ?? DEFAULTS.retryMs).first,
    // A wrong password may be mended at the broker: it is tried again like anything else.
    reconnectOnConnackError: true,
    // Subscriptions are followed here, by what the broker answered to each.
    resubscribe: false,
  };
}

// DISCONNECT behind the last acknowledgements. mqtt.js would wait for those of its own publishes first.
async function disconnect(client: MqttClient, withinMs: number): Promise<void> {
  client.options.reconnectPeriod = 0;
  const { stream } = client;
  if (client.connected) {
    await within(withinMs, (resolve) => {
      stream.once('close', resolve);
      stream.end(DISCONNECT);
    });
  }
  await client.endAsync(true);
}

function within(ms: number, start: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function notConnected(): PlatformError {
  return new PlatformError('not-ready', 'There is no connection to the MQTT broker', { retryable: true });
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}

// A connection that was refused on every address of a name has no message of its own.
function wordsOf(error: unknown): string {
  return messageOf(error) || (error as NodeJS.ErrnoException).code || 'the connection failed';
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>;
}
