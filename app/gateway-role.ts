import { createDirectory, type Directory, type DirectorySnapshot } from '../gateway/directory.ts';
import { openBroker, type Broker, type BrokerOptions } from '../gateway/broker/open-broker.ts';
import type { Refusal } from '../gateway/broker/refusals.ts';
import type { ClientOwners } from '../gateway/broker/client-owners.ts';
import { diskIo } from '../gateway/spool/disk-io.ts';
import { openSpool, type Spool } from '../gateway/spool/open-spool.ts';
import type { PlatformError } from '../domain/errors.ts';
import type { Config } from './config.ts';

/** The gateway's side of the main thread: the durable log, and the broker in front of it. */
export interface GatewayRole {
  spool: Spool;
  broker: Broker;
  useDirectory(snapshot: DirectorySnapshot): void;
  /** Takes nothing more, puts on disk what was taken. */
  close(): Promise<void>;
}

/** What {@link openGatewayRole} needs beside the settings. */
export interface GatewayDeps {
  spoolFolder: string;
  /** Of the pipeline: the spool goes on behind what it has dealt with. */
  drainedTo: number;
  directory: DirectorySnapshot;
  owners: ClientOwners;
  now(): number;
  onCommitted(position: number): void;
  onRefused(event: Refusal): void;
  /** Told in a sentence what an operator has to look at. */
  onProblem?(message: string): void;
  onFatal(error: PlatformError): void;
}

const COMMIT_BYTES = 4 * 1024 * 1024;
const RETRY_FULL_MS = 1000;

/** Opens the spool, then the broker. Throws `port-busy`. */
export async function openGatewayRole(config: Config, deps: GatewayDeps): Promise<GatewayRole> {
  const spool = await openSpool({
    folder: deps.spoolFolder,
    io: diskIo,
    atLeast: deps.drainedTo,
    segmentBytes: config.SPOOL_SEGMENT_BYTES,
    commitBytes: COMMIT_BYTES,
    retryFullMs: RETRY_FULL_MS,
    lowWaterBytes: config.DISK_LOW_WATER_MB * 1024 * 1024,
    onCommitted: (position) => deps.onCommitted(position),
    onFatal: (error) => deps.onFatal(error),
  });
  const directory: Directory = createDirectory();
  directory.replace(deps.directory);
  try {
    const broker = await openBroker({
      host: config.HOST,
      port: config.MQTT_PORT,
      ...brokerSettings(config),
      baseTopic: config.MQTT_BASE_TOPIC,
      spool,
      directory,
      owners: deps.owners,
      now: () => deps.now(),
      onRefused: (event) => deps.onRefused(event),
      onProblem: (message) => deps.onProblem?.(message),
    });
    return {
      spool,
      broker,
      useDirectory: (snapshot) => directory.replace(snapshot),
      close: async () => {
        await broker.close();
        await spool.close();
      },
    };
  } catch (error) {
    await spool.close();
    throw error;
  }
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
