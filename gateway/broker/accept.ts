import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Client } from 'aedes';

import type { Connection, Connections } from './connections.ts';
import {
  MAX_CONNECT_BYTES,
  MAX_CONTROL_BYTES,
  MAX_IN_FLIGHT,
  MAX_PACKETS_AT_ONCE,
  SUBSCRIBES_PER_S,
  type BrokerLimits,
} from './limits/broker-limits.ts';
import { createGate } from './limits/gate.ts';
import type { RefusalReason, Refusals } from './refusals.ts';
import type { TlsContext } from './tls-context.ts';

/** What {@link createAcceptor} needs. */
export interface AcceptOptions {
  limits: BrokerLimits;
  connections: Connections;
  refusals: Refusals;
  /** Lets MQTT be spoken on the stream. */
  handle(stream: Socket): Client;
  onAccepted(client: Client, connection: Connection): void;
}

/**
 * Makes connections of sockets, over TLS where there is a context: within the limits, with a gate before the parser,
 * and put out when they have not said CONNECT in time, a TLS handshake included.
 */
export function createAcceptor(options: AcceptOptions): (socket: Socket, tls?: TlsContext) => void {
  const { limits, connections, refusals } = options;
  const packetLimits = {
    maxPublishBytes: limits.maxPacketBytes,
    maxControlBytes: Math.min(MAX_CONTROL_BYTES, limits.maxPacketBytes),
    subscribeCost: Math.max(1, Math.floor(limits.maxMessagesPerS / SUBSCRIBES_PER_S)),
  };

  return (socket, tls) => {
    socket.on('error', () => socket.destroy());
    if (!connections.makeRoom()) {
      refusals.note('too-many-connections', { clientId: '', username: '' });
      socket.destroy();
      return;
    }
    const stream = tls === undefined ? socket : overTls(socket, tls, () => cut('tls-failed'));
    const timeout = setTimeout(() => cut('no-connect'), limits.connectTimeoutMs);
    stream.once('close', () => clearTimeout(timeout));
    const gate = createGate(stream, {
      limits: packetLimits,
      maxConnectBytes: MAX_CONNECT_BYTES,
      maxPacketsAtOnce: MAX_PACKETS_AT_ONCE,
      isBusy: () => connection.inFlight >= MAX_IN_FLIGHT,
      onConnect: () => clearTimeout(timeout),
      onBreach: (breach) => cut(breach),
    });
    const connection: Connection = {
      stream,
      gate,
      hasMadeUpId: false,
      clientId: '',
      principal: undefined,
      tokenHash: undefined,
      inFlight: 0,
      isAbandoned: () => client.closed,
      filters: new Set(),
    };
    connections.add(connection);
    const client = options.handle(stream);
    options.onAccepted(client, connection);

    function cut(reason: RefusalReason): void {
      refusals.note(reason, { clientId: connection.clientId, username: connection.principal?.id ?? '' });
      stream.destroy();
    }
  };
}

function overTls(socket: Socket, tls: TlsContext, onFailed: () => void): Socket {
  const stream = new TLSSocket(socket, { isServer: true, secureContext: tls.current() });
  let isSecure = false;
  stream.once('secure', () => (isSecure = true));
  // Says why only to a server of its own; an end before the handshake is all that others get to see.
  stream.once('_tlsError', () => isSecure || onFailed());
  return stream;
}
