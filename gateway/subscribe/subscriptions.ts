import type { MqttClient } from 'mqtt';

import { messageOf } from '../../domain/errors.ts';
import { inParts } from '../../domain/in-parts.ts';
import type { ForeignTopics } from './foreign-topics.ts';
import type { Ownership } from './ownership.ts';

/** The subscriptions of the session, kept in step with who takes what. */
export interface Subscriptions {
  /** Subscribes, unsubscribes and claims what is due; one run at a time, a call during one makes another follow. */
  follow(): void;
  /** The broker has none of them any more. */
  lost(): void;
  /** What the broker refused, or did not grant at QoS 1, by filter. */
  refused(): ReadonlyMap<string, string>;
  /** How many hold. */
  count(): number;
}

/** What {@link createSubscriptions} needs. */
export interface SubscriptionOptions {
  client: MqttClient;
  ownership: Ownership;
  foreign: Pick<ForeignTopics, 'filters' | 'filtersOf'>;
  /** Without a trailing slash. */
  baseTopic: string;
  takesUnassigned: boolean;
  gateway: string;
  now(): number;
  onError(error: unknown): void;
}

/** Filters of one SUBSCRIBE: thousands of collectors fit into a few packets of some kilobytes. */
const FILTERS_A_PACKET = 200;
const FAILURE = 0x80;

/** Where gateways claim collectors: beside the base topic, where no collector may write. */
export function claimTopic(baseTopic: string, collector: string): string {
  return `${baseTopic}-gateways/${collector}`;
}

/** Nothing is subscribed to yet, whatever the session may hold of an earlier run: subscribing again does no harm. */
export function createSubscriptions(options: SubscriptionOptions): Subscriptions {
  const { client, ownership, foreign, baseTopic, gateway } = options;
  const wildcard = `${baseTopic}/#`;
  const filterOf = (collector: string): string => `${baseTopic}/${collector}/#`;
  const held = new Set<string>();
  const dropped = new Set<string>();
  const refused = new Map<string, string>();
  let isRunning = false;
  let isDue = false;

  async function run(): Promise<void> {
    const wanted = new Set([
      // First: what has been claimed must be known before anything is claimed.
      claimTopic(baseTopic, '+'),
      ...(options.takesUnassigned ? [wildcard] : []),
      ...ownership.wanted(options.now()).map(filterOf),
      ...foreign.filters(options.now()),
    ]);
    for (const filter of refused.keys()) if (!wanted.has(filter)) refused.delete(filter);
    for (const part of inParts(
      [...wanted].filter((filter) => !held.has(filter)),
      FILTERS_A_PACKET,
    ))
      await subscribe(part);
    for (const collector of ownership.unclaimed(options.now())) claimIfHeld(collector);
    // Overlapping subscriptions may bring a message twice, a missing one brings it not at all: subscribed first.
    if (refused.size > 0) return;
    const unwanted = new Set(ownership.unwanted(options.now()).map(filterOf));
    if (!options.takesUnassigned) unwanted.add(wildcard);
    // Of bindings that are no more, or are another gateway's.
    for (const filter of held) if (!wanted.has(filter)) unwanted.add(filter);
    for (const part of inParts(
      [...unwanted].filter((filter) => !dropped.has(filter)),
      FILTERS_A_PACKET,
    ))
      await unsubscribe(part);
  }

  async function subscribe(filters: readonly string[]): Promise<void> {
    const granted = await grantedOf(filters);
    for (const [index, filter] of filters.entries()) {
      const code = granted[index] ?? FAILURE;
      dropped.delete(filter);
      if (code >= 1 && code < FAILURE) {
        held.add(filter);
        refused.delete(filter);
      } else {
        refused.set(filter, code === 0 ? 'granted at QoS 0 only' : `refused (0x${code.toString(16)})`);
      }
    }
  }

  function grantedOf(filters: readonly string[]): Promise<readonly number[]> {
    // MQTT 5: what this client publishes need not come back, but for its claims, whose order among others matters.
    const subscriptions = Object.fromEntries(
      filters.map((filter) => [filter, { qos: 1 as const, nl: filter !== claimTopic(baseTopic, '+') }]),
    );
    return new Promise((resolve, reject) => {
      client.subscribe(subscriptions, (error, _grants, packet) => {
        if (packet !== undefined) resolve(packet.granted as number[]);
        else reject(error ?? new Error('SUBSCRIBE was not answered'));
      });
    });
  }

  async function unsubscribe(filters: string[]): Promise<void> {
    await client.unsubscribeAsync(filters);
    for (const filter of filters) {
      held.delete(filter);
      dropped.add(filter);
    }
  }

  function claimIfHeld(collector: string): void {
    const needed = [options.takesUnassigned ? wildcard : filterOf(collector), ...foreign.filtersOf(collector)];
    if (!needed.every((filter) => held.has(filter))) return;
    ownership.claiming(collector, options.now());
    client.publish(claimTopic(baseTopic, collector), gateway, { qos: 1, retain: true }, (error) => {
      if (error) options.onError(error);
    });
  }

  function follow(): void {
    isDue = true;
    if (isRunning) return;
    isRunning = true;
    void (async () => {
      while (isDue && client.connected) {
        isDue = false;
        // A connection that broke off meanwhile calls again when it is back.
        await run().catch((error: unknown) => options.onError(new Error(`Subscriptions: ${messageOf(error)}`)));
      }
      isRunning = false;
    })();
  }

  return {
    follow,
    lost: () => {
      held.clear();
      dropped.clear();
    },
    refused: () => refused,
    count: () => held.size,
  };
}
