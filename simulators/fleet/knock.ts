import mqtt from 'mqtt';

/** Tries to connect as somebody whom the broker does not know, at once and in each period, until stopped. */
export function startKnocking(url: string, username: string, periodS: number): { stop(): void } {
  const knock = (): void => {
    const client = mqtt.connect(url, {
      clientId: `${username}-simulator`,
      username,
      password: 'never entered',
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    });
    // A refusal is what is expected; a broker that is away is asked again next time.
    client.on('error', () => client.end(true));
    client.on('connect', () => client.end());
  };
  knock();
  const timer = setInterval(knock, periodS * 1000);
  return { stop: () => clearInterval(timer) };
}
