import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';

import { createDirectory, type Directory } from '../../gateway/directory.ts';
import { openSubscriber, type Subscriber, type SubscriberOptions } from '../../gateway/subscribe/open-subscriber.ts';
import { RECEIVED_AT_MS } from './open-test-broker.ts';

/** A subscriber with the directory that it follows. */
export interface TestSubscriber extends Subscriber {
  /** Assigns collectors to gateways, and lets the subscriber know. */
  assign(assignments: Readonly<Record<string, string | null>>): void;
  /** Binds topics, in native JSON, to a collector each; and lets the subscriber know. */
  bind(topics: Readonly<Record<string, string>>): void;
}

/** Opens a subscriber as user `gw-a` of the broker at `url`, for the unassigned; closed when the test has finished. */
export function openTestSubscriber(
  options: Partial<SubscriberOptions> & Pick<SubscriberOptions, 'url' | 'spool'>,
  assignments: Readonly<Record<string, string | null>> = {},
): TestSubscriber {
  const gateway = options.gateway ?? 'gw-a';
  const directory = createDirectory();
  let current = assignments;
  replace(directory, assignments);
  const subscriber = openSubscriber({
    username: gateway,
    password: `token-${gateway}`,
    version: '5',
    clientId: gateway,
    window: 1000,
    gateway,
    takesUnassigned: true,
    baseTopic: 'energy/v1',
    directory,
    now: () => RECEIVED_AT_MS,
    random: () => 0.5,
    retryMs: { first: 20, longest: 100 },
    closeMs: 200,
    ...options,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= subscriber.close());
  onTestFinished(close);
  return {
    ...subscriber,
    close,
    assign: (given) => {
      current = given;
      replace(directory, given);
      subscriber.directoryChanged();
    },
    bind: (topics) => {
      replace(directory, current, topics);
      subscriber.directoryChanged();
    },
  };
}

/** A client of the broker at `url` with the password `token-` and its name, reconnecting; ended with the test. */
export async function connectUser(url: string, user: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    url,
    { username: user, password: `token-${user}`, clientId: user, reconnectPeriod: 50, ...options },
    false,
  );
  client.on('error', () => undefined);
  onTestFinished(() => client.endAsync(true));
  return client;
}

function replace(
  directory: Directory,
  assignments: Readonly<Record<string, string | null>>,
  topics: Readonly<Record<string, string>> = {},
): void {
  directory.replace({
    collectors: Object.entries(assignments).map(([id, gateway]) => ({ id, tokenHash: '', gateway })),
    readers: [],
    meters: [],
    bindings: Object.entries(topics).map(([topic, collectorId]) => ({
      id: topic,
      collectorId,
      topic,
      format: 'native-json',
      mapping: null,
    })),
  });
}
