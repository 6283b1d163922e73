import type { Socket } from 'node:net';

import { createPacketWalk, type PacketLimits } from './packet-walk.ts';
import type { UserRate } from './user-rates.ts';

/** What {@link createGate} needs. */
export interface GateOptions {
  limits: PacketLimits;
  /** Bytes of the CONNECT; what is larger is none that this broker would take. */
  maxConnectBytes: number;
  /** Packets that are handed on at once. */
  maxPacketsAtOnce: number;
  /** True while so much that was handed on is not dealt with that nothing is to follow; the parser asks again then. */
  isBusy(): boolean;
  /** The whole CONNECT was handed on. */
  onConnect(): void;
  /** The first packet is no CONNECT, or one announces more than its limit: nothing of it was handed on. */
  onBreach(breach: 'no-connect' | 'oversize-packet', announcedBytes: number): void;
}

/** What stands between a connection's socket and the parser. */
export interface Gate {
  /** The user is known: what follows the CONNECT is handed on, as fast as `rate` allows. */
  open(rate: UserRate): void;
  /** Hands on nothing more, and throws away what still comes in, so that closing loses nothing that was sent. */
  shut(): void;
}

const CONNECT = 1;

/**
 * Puts a gate before what `socket.read(null)` hands to the parser, which takes a chunk at a time and the next one only
 * when all of its packets are dealt with:
 *
 * - a packet is cut off at its fixed header, before the parser would gather all of it;
 * - nothing passes between CONNECT and {@link Gate.open}: the parser's packets are dispatched as they come, and one
 *   that comes while its user is still being looked up would be acknowledged in nobody's name;
 * - a user that is too fast is read later. Its bytes stay in the socket, and TCP holds the sender back;
 * - however much has come in, others have their turn in between.
 */
export function createGate(socket: Socket, options: GateOptions): Gate {
  const read = socket.read.bind(socket) as (size?: number | null) => Buffer | null;
  const walk = createPacketWalk(options.limits);
  const connectWalk = createPacketWalk({ ...options.limits, maxControlBytes: options.maxConnectBytes });
  let phase: 'connect' | 'login' | 'open' | 'shut' = 'connect';
  let isFirstByte = true;
  let rate: UserRate | undefined;
  // Taken from the socket, not handed on yet.
  let held: Buffer | undefined;
  let isWaiting = false;

  // Node itself reads with a size; null is the parser's way.
  socket.read = ((size?: number | null) => (size === null ? take() : read(size))) as typeof socket.read;

  function take(): Buffer | null {
    if (phase === 'login' || phase === 'shut') return null;
    return phase === 'connect' ? takeConnect() : takeOpen(rate!);
  }

  function takeConnect(): Buffer | null {
    const bytes = read();
    if (bytes === null) return null;
    if (isFirstByte && bytes[0]! >> 4 !== CONNECT) return breach('no-connect', 0);
    isFirstByte = false;
    const end = connectWalk.advance(bytes, 0, bytes.length, connectWalk.isBetweenPackets ? 1 : 0);
    if (connectWalk.oversizeBytes !== undefined) return breach('oversize-packet', connectWalk.oversizeBytes);
    if (connectWalk.isBetweenPackets) {
      phase = 'login';
      if (end < bytes.length) held = bytes.subarray(end);
      options.onConnect();
    }
    return bytes.subarray(0, end);
  }

  function takeOpen(user: UserRate): Buffer | null {
    if (options.isBusy()) return null;
    const messages = user.messages();
    const allowedBytes = Math.floor(user.bytes());
    if (messages < 1 || allowedBytes < 1) {
      lookAgain(user);
      return null;
    }
    const wasHeld = held !== undefined;
    const bytes = held ?? read();
    held = undefined;
    if (bytes === null) return null;
    const budget = Math.min(messages, options.maxPacketsAtOnce);
    const end = walk.advance(bytes, 0, Math.min(bytes.length, allowedBytes), budget);
    if (walk.oversizeBytes !== undefined) return breach('oversize-packet', walk.oversizeBytes);
    user.take(walk.cost, end);
    if (end < bytes.length) held = bytes.subarray(end);
    // The socket does not tell again what it told while nothing was taken from it.
    if (wasHeld || held !== undefined) setImmediate(tellReadable);
    return bytes.subarray(0, end);
  }

  function lookAgain(user: UserRate): void {
    if (isWaiting) return;
    isWaiting = true;
    user.wait(() => {
      isWaiting = false;
      tellReadable();
    });
  }

  function tellReadable(): void {
    if (!socket.destroyed) socket.emit('readable');
  }

  function breach(kind: 'no-connect' | 'oversize-packet', announcedBytes: number): null {
    phase = 'shut';
    held = undefined;
    options.onBreach(kind, announcedBytes);
    return null;
  }

  return {
    open: (userRate) => {
      rate = userRate;
      if (phase === 'login') phase = 'open';
    },
    shut: () => {
      phase = 'shut';
      held = undefined;
      const discard = (): void => {
        while (read() !== null);
      };
      socket.on('readable', discard);
      discard();
    },
  };
}
