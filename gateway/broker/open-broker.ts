import { createServer, type AddressInfo, type Socket } from 'node:net';

import type { AedesPublishPacket, AuthenticateError, Client } from 'aedes';

import { PlatformError } from '../../domain/errors.ts';
import { ID_PATTERN } from '../../domain/ids.ts';
import type { Directory } from '../directory.ts';
import type { Spool } from '../spool/open-spool.ts';
import { routeOf } from '../topic.ts';
import { mayReceive, maySubscribe, type Principal } from './acl.ts';
import type { ClientOwners } from './client-owners.ts';
import { tokenMatches } from './credentials.ts';
import { NOWHERE, QuietAedes } from './quiet-aedes.ts';

/** What {@link openBroker} needs. */
export interface BrokerOptions {
  host: string;
  port: number;
  /** Without a trailing slash, e.g. `energy/v1`. */
  baseTopic: string;
  spool: Spool;
  directory: Directory;
  owners: ClientOwners;
  now(): number;
  onRefused(event: { clientId: string; username: string; why: string }): void;
}

/** Counters of the broker; they only rise, but for `connections`. */
export interface BrokerStatus {
  connections: number;
  received: number;
  acknowledged: number;
  refusedConnections: number;
}

/** The embedded MQTT broker, listening. */
export interface Broker {
  readonly port: number;
  status(): BrokerStatus;
  /** Publishes on behalf of the platform, at QoS 1; an empty retained payload clears the topic. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** What the collector last said on its status topic, its last will included; undefined since the broker was opened. */
  statusOf(collector: string): string | undefined;
  /** Takes no more connections, closes those there are. */
  close(): Promise<void>;
}

/** What the broker sets of aedes beside its hooks. */
export const BROKER_LIMITS = {
  // Ids follow ID_PATTERN; MQTT 3.1's 23 characters would shut out honest clients.
  maxClientsIdLength: 128,
  // The most that aedes takes; a deeper topic is a broken client's, and costs it the connection.
  maxTopicLevels: 100,
} as const;

const MAX_STATUS_BYTES = 64;

/**
 * Opens the broker. A publish at QoS 1 or 2 is acknowledged only after its bytes are in the spool, on disk:
 * `authorizePublish` is the one hook that runs before PUBACK. Throws PlatformError `port-busy`.
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { baseTopic, spool, directory } = options;
  const principals = new WeakMap<Client, Principal>();
  const status: BrokerStatus = { connections: 0, received: 0, acknowledged: 0, refusedConnections: 0 };

  const aedes = new QuietAedes({
    ...BROKER_LIMITS,

    authenticate: (client, username, password, done) => {
      admit(client, username ?? '', password ?? new Uint8Array())
        .then((why) => {
          if (why === undefined) return done(null, true);
          status.refusedConnections++;
          options.onRefused({ clientId: client.id, username: username ?? '', why });
          done(refusal(4, why), false);
        })
        .catch((error: unknown) => done(refusal(3, String(error)), false));
    },

    authorizePublish: (client, packet, done) => {
      const principal = client === null ? undefined : principals.get(client);
      if (principal === undefined) {
        // The will of a connection that is gone: whose name it would be below is not known any more.
        toNowhere(packet);
        return done();
      }
      const source = principal.id;
      if (
        principal.kind === 'collector' &&
        packet.topic === `${baseTopic}/${source}/status` &&
        packet.payload.length <= MAX_STATUS_BYTES
      ) {
        return done();
      }
      // An error here would close the socket, and a persistent client would send the same again for ever:
      // whatever it is, it is kept, acknowledged, and sorted out behind the spool.
      status.received++;
      const { topic } = packet;
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      toNowhere(packet);
      spool.append({ receivedAtMs: options.now(), source, topic, payload }).then(() => {
        status.acknowledged++;
        done();
      }, done);
    },

    authorizeSubscribe: (client, subscription, done) => {
      const principal = principals.get(client);
      const allowed = principal !== undefined && maySubscribe(principal, subscription.topic, baseTopic);
      if (!allowed) options.onRefused({ clientId: client.id, username: principal?.id ?? '', why: 'subscription' });
      // No subscription at all answers SUBACK 0x80 and leaves the client connected.
      done(null, allowed ? subscription : null);
    },

    authorizeForward: (client, packet) => {
      const principal = principals.get(client);
      return principal !== undefined && mayReceive(principal, packet.topic, baseTopic) ? packet : null;
    },
  });
  await aedes.listen();

  async function admit(client: Client, username: string, password: Uint8Array): Promise<string | undefined> {
    const hash = ID_PATTERN.test(username) ? directory.tokenHashOf(username) : undefined;
    // An unknown user costs the same as a wrong password.
    const matches = tokenMatches(password, hash ?? '0'.repeat(64));
    if (hash === undefined || !matches) return 'unknown user or wrong password';
    const readable = directory.readableBy(username);
    // An id that the broker made up is nobody's to take over.
    if (!client.id.startsWith('aedes_') && !(await options.owners.claim(client.id, username))) {
      return 'the client id belongs to another user';
    }
    principals.set(
      client,
      readable === undefined
        ? { kind: 'collector', id: username }
        : { kind: 'reader', id: username, institutions: readable },
    );
    return undefined;
  }

  aedes.on('client', () => (status.connections = aedes.connectedClients));
  aedes.on('clientDisconnect', () => (status.connections = aedes.connectedClients));

  const collectorStatus = new Map<string, string>();
  await new Promise<void>((resolve) => {
    const remember = (packet: AedesPublishPacket, next: () => void): void => {
      const route = routeOf(packet.topic, baseTopic);
      if (route.kind === 'status') collectorStatus.set(route.collector, packet.payload.toString());
      next();
    };
    aedes.subscribe(`${baseTopic}/+/status`, remember, resolve);
  });

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PlatformError('port-busy', `Port ${options.port} (MQTT) is in use; set MQTT_PORT to a free one`)
          : error,
      );
    });
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    status: () => ({ ...status }),
    statusOf: (collector) => collectorStatus.get(collector),
    publish: (topic, payload, retain) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload, retain, qos: 1, dup: false } as AedesPublishPacket;
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      // Those that never said CONNECT are not among aedes' clients.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

// Acknowledged all the same, but neither distributed nor retained.
function toNowhere(packet: { topic: string; retain: boolean }): void {
  packet.topic = NOWHERE;
  packet.retain = false;
}

function refusal(returnCode: 3 | 4, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
