import { readFile } from 'node:fs/promises';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { openBroker, type Broker, type BrokerOptions } from '../gateway/broker/open-broker.ts';
import type { Intake } from '../gateway/intake.ts';
import { openSubscriber, type Subscriber } from '../gateway/subscribe/open-subscriber.ts';
import type { Config } from './config.ts';

/** The way in that the settings ask for: the embedded broker, or the client of an external one. */
export interface OpenedIntake {
  intake: Intake;
  broker: Broker | undefined;
  subscriber: Subscriber | undefined;
  /** Where collectors publish, without credentials. */
  mqttUrl: string;
  /** The same over TLS, where the embedded broker speaks it. */
  mqttsUrl: string | undefined;
}

type Shared = Pick<BrokerOptions, 'spool' | 'directory' | 'owners' | 'now' | 'onRefused' | 'onStranger' | 'onProblem'>;

/** Opens it. Throws PlatformError `port-busy` (embedded), `config-invalid` for a file that cannot be read. */
export async function openIntake(config: Config, shared: Shared): Promise<OpenedIntake> {
  if (config.MQTT_URL !== undefined) {
    const subscriber = openSubscriber({ ...(await subscriberSettings(config, config.MQTT_URL)), ...shared });
    return {
      intake: subscriber,
      broker: undefined,
      subscriber,
      mqttUrl: subscriber.connection().url,
      mqttsUrl: undefined,
    };
  }
  const broker = await openBroker({
    host: config.HOST,
    port: config.MQTT_PORT,
    ...brokerSettings(config),
    baseTopic: config.MQTT_BASE_TOPIC,
    ...shared,
  });
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return {
    intake: broker,
    broker,
    subscriber: undefined,
    mqttUrl: `mqtt://${host}:${broker.port}`,
    mqttsUrl: broker.tlsPort === undefined ? undefined : `mqtts://${host}:${broker.tlsPort}`,
  };
}

async function subscriberSettings(config: Config, url: string) {
  return {
    url,
    username: config.MQTT_USERNAME,
    password: config.MQTT_PASSWORD,
    ca: config.MQTT_CA_FILE === undefined ? undefined : await readCa(config.MQTT_CA_FILE),
    version: config.MQTT_VERSION,
    clientId: config.MQTT_CLIENT_ID ?? `jieneng-${config.GATEWAY_ID}`,
    window: config.MQTT_WINDOW,
    gateway: config.GATEWAY_ID,
    takesUnassigned: config.GATEWAY_TAKES_UNASSIGNED,
    baseTopic: config.MQTT_BASE_TOPIC,
    random: () => Math.random(),
  };
}

function readCa(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw new PlatformError('config-invalid', `MQTT_CA_FILE cannot be read: ${messageOf(error)}`, { cause: error });
  });
}

function brokerSettings(config: Config): Pick<BrokerOptions, 'tls' | 'limits' | 'anonymousAs'> {
  const { MQTT_TLS_PORT: port, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = config;
  const hasTls = port !== undefined && certFile !== undefined && keyFile !== undefined;
  return {
    tls: hasTls ? { port, certFile, keyFile } : undefined,
    limits: {
      maxPacketBytes: config.MQTT_MAX_PACKET_BYTES,
      maxConnections: config.MQTT_MAX_CONNECTIONS,
      maxConnectionsPerUser: config.MQTT_MAX_CONNECTIONS_PER_USER,
      maxMessagesPerS: config.MQTT_MAX_MESSAGES_PER_S,
      maxBytesPerS: config.MQTT_MAX_BYTES_PER_S,
      maxTopicLevels: config.MQTT_MAX_TOPIC_LEVELS,
    },
    anonymousAs: config.MQTT_ANONYMOUS_COLLECTOR,
  };
}
