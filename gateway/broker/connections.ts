import type { Socket } from 'node:net';

import type { Principal } from './acl.ts';
import type { Gate } from './limits/gate.ts';
import type { BrokerLimits } from './limits/broker-limits.ts';
import { createTokenBucket, type TokenBucket } from './limits/token-bucket.ts';
import type { RefusalReason } from './refusals.ts';

/** A socket, and what is known of who is behind it. */
export interface Connection {
  /** What MQTT is spoken on: the socket itself, or TLS over it. */
  stream: Socket;
  gate: Gate;
  /** The CONNECT named no client id: the broker made one up, which is nobody's to take over. */
  hasMadeUpId: boolean;
  clientId: string;
  /** Undefined until the login. */
  principal: Principal | undefined;
  /** Of the token it logged in with; undefined where it came without one. */
  tokenHash: string | undefined;
  /** Messages that wait for the disk. */
  inFlight: number;
  /** True where nobody waits for an acknowledgement any more. */
  isAbandoned: () => boolean;
  /** Filters granted. */
  readonly filters: Set<string>;
}

/** Who is connected, within the limits. */
export interface Connections {
  /** False where there is no room for another socket: nobody has to be put out for it who logged in. */
  makeRoom(): boolean;
  /** Counts a connection until its socket has closed. */
  add(connection: Connection): void;
  /** The user is `principal`: lets it in, or tells why not. */
  logIn(connection: Connection, principal: Principal): RefusalReason | undefined;
  /** Clients logged in. */
  count(): number;
  /** All of them, not logged in ones too. */
  all(): Iterable<Connection>;
}

/** A socket that has not logged in after this makes room for others where there is no other. */
const MAY_WAIT_MS = 1000;
/** Logins of a user at once, for each connection that it may have; a tenth of that a second goes on. */
const LOGINS_PER_CONNECTION = 5;

/** Nobody connected. `onPutOut` is told of each silent socket that had to go for another. */
export function createConnections(limits: BrokerLimits, elapsedMs: () => number, onPutOut: () => void): Connections {
  // In order of arrival, with when.
  const pending = new Map<Connection, number>();
  const loggedIn = new Set<Connection>();
  const byClientId = new Map<string, Connection>();
  const ofUser = new Map<string, number>();
  const logins = new Map<string, TokenBucket>();

  function remove(connection: Connection): void {
    pending.delete(connection);
    if (!loggedIn.delete(connection)) return;
    const user = connection.principal!.id;
    const left = ofUser.get(user)! - 1;
    if (left === 0) ofUser.delete(user);
    else ofUser.set(user, left);
    if (byClientId.get(connection.clientId) === connection) byClientId.delete(connection.clientId);
  }

  function loginsOf(user: string): TokenBucket {
    let bucket = logins.get(user);
    if (bucket === undefined) {
      const burst = limits.maxConnectionsPerUser * LOGINS_PER_CONNECTION;
      logins.set(user, (bucket = createTokenBucket(burst / 10, burst, elapsedMs())));
    }
    return bucket;
  }

  return {
    makeRoom: () => {
      if (pending.size + loggedIn.size < limits.maxConnections) return true;
      const [oldest] = pending;
      if (oldest === undefined || elapsedMs() - oldest[1] < MAY_WAIT_MS) return false;
      // Silent sockets must not shut out who has something to say.
      pending.delete(oldest[0]);
      oldest[0].stream.destroy();
      onPutOut();
      return true;
    },
    add: (connection) => {
      pending.set(connection, elapsedMs());
      connection.stream.once('close', () => remove(connection));
    },
    logIn: (connection, principal) => {
      const { clientId } = connection;
      const namesake = byClientId.get(clientId);
      if (namesake !== undefined && namesake.principal!.id !== principal.id) return 'client-id-taken';
      const allowance = loginsOf(principal.id);
      if (allowance.available(elapsedMs()) < 1) return 'connecting-too-often';
      // It is about to be closed for this one (MQTT-3.1.4-2).
      if (namesake !== undefined) remove(namesake);
      const already = ofUser.get(principal.id) ?? 0;
      if (already >= limits.maxConnectionsPerUser) return 'too-many-connections-of-user';
      allowance.take(1);
      pending.delete(connection);
      loggedIn.add(connection);
      ofUser.set(principal.id, already + 1);
      byClientId.set(clientId, connection);
      connection.principal = principal;
      return undefined;
    },
    count: () => loggedIn.size,
    all: function* () {
      yield* pending.keys();
      yield* loggedIn;
    },
  };
}
