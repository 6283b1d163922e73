/** The acknowledgements that one connection owes, in the order in which its messages came. */
export interface Acknowledgements {
  /**
   * A message came: it takes a place in the window. The function returned says that it is done with (on disk, or not
   * to be kept); without an id (QoS 0) nothing is sent for it.
   */
  owe(messageId: number | undefined, bytes: number): () => void;
  /** True where nothing more may be taken until something is done with. */
  isFull(): boolean;
  /** Messages taken and not acknowledged yet. */
  pending(): number;
  /** The connection is gone: nothing is sent any more. */
  abandon(): void;
}

/** What {@link createAcknowledgements} needs. */
export interface AcknowledgementOptions {
  /** Messages, and bytes of payload, that may wait at the same time; one message always may. */
  windowMessages: number;
  windowBytes: number;
  /** Writes PUBACK packets to the connection. */
  send(packets: Buffer): void;
  /** Told after each group that was sent: there may be room again. */
  onSettled(): void;
}

interface Owed {
  messageId: number | undefined;
  bytes: number;
  isDone: boolean;
}

const PUBACK = 0x40;

/**
 * Sends PUBACKs in the order of receipt [MQTT-4.6.0-2], whichever message is done with first; those of one group
 * commit go out in one write. A PUBACK of four bytes means success in MQTT 3.1.1 and in MQTT 5 alike.
 */
export function createAcknowledgements(options: AcknowledgementOptions): Acknowledgements {
  let owed: Owed[] = [];
  /** Index of the first that is not sent yet: removing from the front of a long array costs. */
  let head = 0;
  let bytes = 0;
  let isScheduled = false;
  let isAbandoned = false;

  function schedule(): void {
    if (isScheduled || isAbandoned) return;
    isScheduled = true;
    // After all promises of the group commit have been told.
    process.nextTick(flush);
  }

  function flush(): void {
    isScheduled = false;
    if (isAbandoned) return;
    const first = head;
    while (owed[head]?.isDone === true) bytes -= owed[head++]!.bytes;
    if (head === first) return;
    const packets = owed.slice(first, head).flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));
    if (head > options.windowMessages) {
      owed = owed.slice(head);
      head = 0;
    }
    if (packets.length > 0) options.send(pubacks(packets));
    options.onSettled();
  }

  return {
    owe: (messageId, size) => {
      const entry: Owed = { messageId, bytes: size, isDone: false };
      owed.push(entry);
      bytes += size;
      return () => {
        entry.isDone = true;
        if (owed[head] === entry) schedule();
      };
    },
    isFull: () => {
      const count = owed.length - head;
      return count >= options.windowMessages || (count > 0 && bytes >= options.windowBytes);
    },
    pending: () => owed.length - head,
    abandon: () => {
      isAbandoned = true;
      owed = [];
      head = 0;
      bytes = 0;
    },
  };
}

function pubacks(messageIds: readonly number[]): Buffer {
  const packets = Buffer.allocUnsafe(4 * messageIds.length);
  for (const [index, messageId] of messageIds.entries()) {
    packets.writeUInt16BE((PUBACK << 8) | 2, 4 * index);
    packets.writeUInt16BE(messageId, 4 * index + 2);
  }
  return packets;
}
