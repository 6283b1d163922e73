import { Aedes, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

/** The topic of what must be acknowledged but not distributed; nobody can subscribe to it. */
export const NOWHERE = '$jieneng/nowhere';

/**
 * An aedes that ends a publish to {@link NOWHERE} with its acknowledgement. To match each reading against
 * subscriptions that it cannot have would cost as much as all else that aedes does for it.
 */
export class QuietAedes extends Aedes {
  // aedes itself passes the client before the callback, which its types leave out.
  override publish(packet: PublishPacket, ...rest: [Done] | [Client | null, Done]): void {
    if (packet.topic !== NOWHERE) return super.publish(packet, ...(rest as [Done]));
    (rest.at(-1) as Done)();
  }
}
