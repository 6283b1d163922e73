import { createTokenBucket } from './limits/token-bucket.ts';

/** Why a client did not get what it wanted; stable, for metrics. */
export type RefusalReason = keyof typeof WHY;

/** A refusal as it is told. */
export interface Refusal {
  clientId: string;
  username: string;
  reason: RefusalReason;
  why: string;
  /** Refusals since the last one told, which were counted only. */
  suppressed: number;
}

/** What is refused, in words. */
const WHY = {
  'bad-credentials': 'unknown user or wrong password',
  anonymous: 'no user name',
  'client-id-invalid': 'the client id is longer than 128 characters, or empty without a clean session',
  'client-id-taken': 'the client id belongs to another user',
  'too-many-connections': 'as many connections as MQTT_MAX_CONNECTIONS allows',
  'too-many-connections-of-user': 'as many connections of the user as MQTT_MAX_CONNECTIONS_PER_USER allows',
  'connecting-too-often': 'the user connects again and again',
  unavailable: 'the login could not be looked up',
  'protocol-version': 'a version of MQTT other than 3.1 and 3.1.1',
  malformed: 'a packet that breaks MQTT, such as a publish to a topic with wildcards',
  'no-connect': 'no CONNECT within the time allowed',
  'tls-failed': 'the TLS handshake failed',
  'oversize-packet': 'a packet larger than MQTT_MAX_PACKET_BYTES allows',
  'too-slow': 'the client does not read what it subscribed to',
  subscription: 'subscription',
} as const;

/** Refused after the login: the connection had been accepted. */
const LATER: ReadonlySet<RefusalReason> = new Set(['malformed', 'oversize-packet', 'too-slow', 'subscription']);

/** Counts refusals, and tells of some. */
export interface Refusals {
  note(reason: RefusalReason, who: { clientId: string; username: string }): void;
  /** By reason; reasons that did not occur are left out. */
  counts(): Partial<Record<RefusalReason, number>>;
  /** Connections that were not accepted. */
  connections(): number;
}

const KEEP_ALIVE_IS_OVER = 'keep alive timeout';
const UNACCEPTABLE_VERSION = 1;
const TOLD_AT_ONCE = 50;
const TOLD_PER_S = 1;
const MAX_TOLD_CHARACTERS = 128;

/** Counts all; tells the first 50 and then one a second, so that a storm does not bury the log. */
export function createRefusals(onRefused: (refusal: Refusal) => void, elapsedMs: () => number): Refusals {
  const counts = new Map<RefusalReason, number>();
  const allowance = createTokenBucket(TOLD_PER_S, TOLD_AT_ONCE, elapsedMs());
  let suppressed = 0;
  return {
    note: (reason, { clientId, username }) => {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      if (allowance.available(elapsedMs()) < 1) {
        suppressed++;
        return;
      }
      allowance.take(1);
      onRefused({ clientId: cut(clientId), username: cut(username), reason, why: WHY[reason], suppressed });
      suppressed = 0;
    },
    counts: () => Object.fromEntries(counts),
    connections: () => {
      let sum = 0;
      for (const [reason, count] of counts) if (!LATER.has(reason)) sum += count;
      return sum;
    },
  };
}

// Whoever connects may call itself anything.
function cut(name: string): string {
  return name.length <= MAX_TOLD_CHARACTERS ? name : `${name.slice(0, MAX_TOLD_CHARACTERS)}…`;
}

/** Why a connection ended that had broken the protocol; undefined where it ended for another reason, or is counted. */
export function breachOf(error: Error & { code?: unknown; errorCode?: unknown }): RefusalReason | undefined {
  // Of the system, or of the spool.
  if (error.code !== undefined || error.message === KEEP_ALIVE_IS_OVER) return undefined;
  // The return code in CONNACK: all others are given here, with reasons of their own.
  if (error.errorCode === undefined) return 'malformed';
  return error.errorCode === UNACCEPTABLE_VERSION ? 'protocol-version' : undefined;
}
