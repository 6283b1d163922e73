/** Sizes and costs that {@link createPacketWalk} holds packets to, bytes of the remaining length of a packet. */
export interface PacketLimits {
  /** Of a PUBLISH. */
  maxPublishBytes: number;
  /** Of every other packet: none of them has a reason to be large. */
  maxControlBytes: number;
  /** What SUBSCRIBE and UNSUBSCRIBE count, in messages: each makes the broker look for retained messages. */
  subscribeCost: number;
}

/** Follows the packets of an MQTT stream by their fixed headers (MQTT 3.1.1, 2.2), without looking into them. */
export interface PacketWalk {
  /**
   * Goes on over `bytes[from, to)` and stops before the first packet that would begin at a cost of `budget` or more.
   * Returns where it stopped; after it `cost` is what the packets that began are worth.
   */
  advance(bytes: Uint8Array, from: number, to: number, budget: number): number;
  readonly cost: number;
  /** True where the next byte begins a packet. */
  readonly isBetweenPackets: boolean;
  /** Announced by the first header that is over its limit; the walk does not go past it. */
  readonly oversizeBytes: number | undefined;
}

const PUBLISH = 3;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
/** A remaining length has at most four bytes. */
const MAX_SHIFT = 21;

/** A walk at the begin of a stream. It costs some nanoseconds a packet. */
export function createPacketWalk(limits: PacketLimits): PacketWalk {
  let type = 0;
  let inHeader = false;
  let shift = 0;
  let length = 0;
  let bodyLeft = 0;
  let cost = 0;
  let oversizeBytes: number | undefined;

  function advance(bytes: Uint8Array, from: number, to: number, budget: number): number {
    let at = from;
    cost = 0;
    while (at < to && oversizeBytes === undefined) {
      if (bodyLeft > 0) {
        const step = Math.min(bodyLeft, to - at);
        bodyLeft -= step;
        at += step;
      } else if (inHeader) {
        takeLengthByte(bytes[at++]!);
      } else {
        if (cost >= budget) break;
        type = bytes[at++]! >> 4;
        cost += type === SUBSCRIBE || type === UNSUBSCRIBE ? limits.subscribeCost : 1;
        inHeader = true;
        shift = 0;
        length = 0;
      }
    }
    return at;
  }

  function takeLengthByte(byte: number): void {
    length += (byte & 0x7f) << shift;
    const isMalformed = shift === MAX_SHIFT && byte > 0x7f;
    if (byte > 0x7f && !isMalformed) {
      shift += 7;
      return;
    }
    inHeader = false;
    const limit = type === PUBLISH ? limits.maxPublishBytes : limits.maxControlBytes;
    if (length > limit || isMalformed) oversizeBytes = length;
    else bodyLeft = length;
  }

  return {
    advance,
    get cost() {
      return cost;
    },
    get isBetweenPackets() {
      return !inHeader && bodyLeft === 0;
    },
    get oversizeBytes() {
      return oversizeBytes;
    },
  };
}
