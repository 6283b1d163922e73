import mqtt, { type MqttClient } from 'mqtt';

/** A meter that publishes as fast as it is acknowledged. */
export interface LoadedMeter {
  meter: string;
  collector: string;
  token: string;
}

/** Meters under way, and what they remember of it. */
export interface MeterLoad {
  /** By meter: the register at each device time of which a PUBACK has come. */
  readonly acknowledged: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Messages of readings that had been sent before. */
  readonly duplicates: number;
  /** Resolves once so many messages more are acknowledged. */
  acknowledgedMore(messages: number): Promise<void>;
  /** Sends nothing new; resolves when all that was sent is acknowledged. */
  finish(): Promise<void>;
  /** Breaks off at once: what is in flight stays without acknowledgement. */
  abandon(): Promise<void>;
}

/** How the readings look. */
export interface LoadShape {
  /** Device time of each meter's first reading, and from one to the next. */
  startMs: number;
  stepMs: number;
  random: () => number;
  /** Bytes that each message carries beside its reading; none where left out. */
  paddingBytes?: number;
  /** At most about so many messages a second and meter; as many as are acknowledged where left out. */
  perSecond?: number;
}

const IN_FLIGHT = 20;
/** Every so many messages an earlier reading is sent once more. */
const REPEAT_EVERY = 9;

/** Starts a client of its own for each meter: QoS 1, a session that lasts, reconnecting by itself, as a collector does. */
export function startMeterLoad(url: string, meters: readonly LoadedMeter[], shape: LoadShape): MeterLoad {
  const acknowledged = new Map(meters.map(({ meter }) => [meter, new Map<number, number>()]));
  const clients: MqttClient[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const idle: (() => void)[] = [];
  const pauseMs = shape.perSecond === undefined ? 0 : (IN_FLIGHT * 1000) / shape.perSecond;
  let count = 0;
  let duplicates = 0;
  let inFlight = 0;
  let isOver = false;
  let isAbandoned = false;
  const padding = shape.paddingBytes === undefined ? undefined : 'x'.repeat(shape.paddingBytes);

  function publishFrom({ meter, collector, token }: LoadedMeter): void {
    const client = mqtt.connect(url, {
      clientId: `${collector}-load`,
      username: collector,
      password: token,
      clean: false,
      reconnectPeriod: 50,
      connectTimeout: 5000,
    });
    clients.push(client);
    client.setMaxListeners(2 * IN_FLIGHT);
    // The broker goes away again and again: the client mends that by itself.
    client.on('error', () => undefined);
    const known = acknowledged.get(meter)!;
    const sent: { ts: number; total: number }[] = [];
    let messages = 0;
    let thousandths = 1_000_000;

    const next = (): { ts: number; total: number } => {
      messages++;
      if (messages % REPEAT_EVERY === 0) {
        duplicates++;
        return sent[Math.floor(shape.random() * sent.length)]!;
      }
      const reading = { ts: shape.startMs + sent.length * shape.stepMs, total: thousandths / 1000 };
      thousandths += 1 + Math.floor(shape.random() * 2000);
      sent.push(reading);
      return reading;
    };
    const send = (reading: { ts: number; total: number }): void => {
      const payload = JSON.stringify(padding === undefined ? reading : { ...reading, padding });
      client.publish(`energy/v1/${collector}/${meter}/reading`, payload, { qos: 1 }, (error) => {
        // What the client never got to send it hands back; the rest it sends again by itself.
        if (error) {
          if (!isAbandoned) client.once('connect', () => send(reading));
          return;
        }
        inFlight--;
        known.set(reading.ts, reading.total);
        count++;
        for (const waiter of waiting.splice(0)) {
          if (waiter.count <= count) waiter.resolve();
          else waiting.push(waiter);
        }
        if (inFlight === 0) for (const resolve of idle.splice(0)) resolve();
        if (pauseMs === 0) publish();
        else setTimeout(publish, pauseMs);
      });
    };
    const publish = (): void => {
      if (isOver) return;
      inFlight++;
      send(next());
    };
    for (let n = 0; n < IN_FLIGHT; n++) publish();
  }

  for (const meter of meters) publishFrom(meter);
  const disconnect = async (force: boolean): Promise<void> => {
    await Promise.all(clients.map((client) => client.endAsync(force)));
  };
  return {
    acknowledged,
    get duplicates() {
      return duplicates;
    },
    acknowledgedMore: (messages) => new Promise((resolve) => waiting.push({ count: count + messages, resolve })),
    finish: async () => {
      isOver = true;
      if (inFlight > 0) await new Promise<void>((resolve) => idle.push(resolve));
      await disconnect(false);
    },
    abandon: async () => {
      isOver = true;
      isAbandoned = true;
      await disconnect(true);
    },
  };
}
