/** How much of the broker one client, one user and all of them together may take. */
export interface BrokerLimits {
  /** Bytes of a PUBLISH behind its fixed header; a larger one costs the connection before it is read. */
  maxPacketBytes: number;
  /** Sockets at a time, those that have not logged in yet included. */
  maxConnections: number;
  maxConnectionsPerUser: number;
  /** Packets of one user a second, over all of its connections; beyond it the user is read later. */
  maxMessagesPerS: number;
  /** Bytes of one user a second, likewise. */
  maxBytesPerS: number;
  /** Levels of a topic; aedes takes 100 at most. */
  maxTopicLevels: number;
  /** From accepting a socket to the last byte of its CONNECT, a TLS handshake included. */
  connectTimeoutMs: number;
}

/** The limits where nothing else is set. */
export const DEFAULT_LIMITS: BrokerLimits = {
  maxPacketBytes: 1024 * 1024,
  maxConnections: 10_000,
  maxConnectionsPerUser: 20,
  maxMessagesPerS: 50_000,
  maxBytesPerS: 32 * 1024 * 1024,
  maxTopicLevels: 100,
  connectTimeoutMs: 10_000,
};

/** Of a client id. MQTT 3.1's 23 characters would shut out honest clients. */
export const MAX_CLIENT_ID_CHARACTERS = 128;
/** A CONNECT holds ids, a token and a last will. */
export const MAX_CONNECT_BYTES = 8 * 1024;
/** SUBSCRIBE, UNSUBSCRIBE and the packets of a few bytes. */
export const MAX_CONTROL_BYTES = 16 * 1024;
/** Packets of one client that are dealt with before others have their turn. */
export const MAX_PACKETS_AT_ONCE = 500;
/** Messages of one client that wait for the disk; more are read when some of them have got there. */
export const MAX_IN_FLIGHT = 2000;
/** Filters of one client: a collector has one, a reader some. */
export const MAX_SUBSCRIPTIONS = 100;
/** What may wait for a client that does not read; past it the client is cut off, and finds the alerts retained. */
export const MAX_UNSENT_BYTES = 1024 * 1024;
/** SUBSCRIBE packets that a user may send in a second: each looks through what is retained. */
export const SUBSCRIBES_PER_S = 50;
