import type { AedesPublishPacket } from 'aedes';

/** What waits to be sent to a session: a message, or the release of one that it has received (PUBREL). */
export type OutgoingPacket = Partial<Omit<AedesPublishPacket, 'cmd'>> & {
  cmd: string;
  messageId?: number | undefined;
};

/** Messages of one session that were not acknowledged by its client, oldest first. */
export interface OutgoingQueue {
  /** False where the queue is full: the message is not kept. */
  add(packet: OutgoingPacket): boolean;
  /** The message gets the id under which it is sent, or PUBREL takes the place of the message that it releases. */
  update(packet: OutgoingPacket): void;
  /** Takes out what has this id. */
  remove(messageId: number): OutgoingPacket | undefined;
  /** Takes out what `isWanted` does not keep, and returns the rest. */
  keep(isWanted: (packet: OutgoingPacket) => boolean): readonly OutgoingPacket[];
}

/** An empty queue for at most so many messages. */
export function createOutgoingQueue(maxMessages: number): OutgoingQueue {
  let packets: OutgoingPacket[] = [];
  return {
    add: (packet) => {
      if (packets.length >= maxMessages) return false;
      packets.push({ ...packet, messageId: undefined });
      return true;
    },
    update: (packet) => {
      // brokerCounter names a message within this process; a PUBREL has none, only the id.
      const isSame = (one: OutgoingPacket): boolean =>
        packet.cmd === 'publish'
          ? one.cmd === 'publish' && one.brokerCounter === packet.brokerCounter
          : one.messageId === packet.messageId;
      const index = packets.findIndex(isSame);
      // One that did not fit is sent all the same, but not again.
      if (index < 0) return;
      if (packet.cmd === 'publish') packets[index]!.messageId = packet.messageId;
      else packets[index] = packet;
    },
    remove: (messageId) => {
      const index = packets.findIndex((one) => one.messageId === messageId);
      return index < 0 ? undefined : packets.splice(index, 1)[0];
    },
    keep: (isWanted) => {
      packets = packets.filter(isWanted);
      return [...packets];
    },
  };
}
