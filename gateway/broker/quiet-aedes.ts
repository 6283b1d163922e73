import { Aedes, type AedesOptions, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

/** What aedes has beside its types: the matching of messages to subscriptions, in memory (mqemitter). */
interface Internals {
  mq: { closed: boolean; emit(packet: AedesPublishPacket, done: Done): unknown };
}

/** The topic of what must be acknowledged but not distributed; nobody can subscribe to it. */
export const NOWHERE = '$jieneng/nowhere';

/** Nothing is remembered: see {@link QuietAedes}. */
const NO_WINDOW = { has: () => false, add: () => undefined, delete: () => false, size: 0 };

/**
 * An aedes in which nobody waits for anybody:
 *
 * - a publish to {@link NOWHERE} ends with its acknowledgement. To match each reading against subscriptions that it
 *   cannot have would cost as much as all else that aedes does for it;
 * - a message is dealt with when it was handed to its subscribers, not when the last of them has read it. aedes itself
 *   holds back all messages behind a hundred that one frozen subscriber has not taken, until it drops that one;
 * - a client may hold back as many QoS 2 messages as there are ids (65,535): what they were is not kept, so it costs
 *   nothing to let them.
 */
export class QuietAedes extends Aedes {
  constructor(options: AedesOptions = {}) {
    super({ ...options, concurrency: 0, maxInflightInbound: 0 });
    const { mq } = this as unknown as Internals;
    const emit = mq.emit.bind(mq);
    mq.emit = (packet, done) => {
      if (mq.closed) return done(new Error('the broker is closed'));
      emit(packet, () => undefined);
      done();
    };
    const handle = this.handle.bind(this);
    this.handle = (stream, request) => Object.assign(handle(stream, request), { _inboundInflight: NO_WINDOW });
  }

  // aedes itself passes the client before the callback, which its types leave out.
  override publish(packet: PublishPacket, ...rest: [Done] | [Client | null, Done]): void {
    if (packet.topic !== NOWHERE) return super.publish(packet, ...(rest as [Done]));
    (rest.at(-1) as Done)();
  }
}
