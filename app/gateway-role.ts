import { createDirectory, type Directory, type DirectorySnapshot } from '../gateway/directory.ts';
import type { Broker } from '../gateway/broker/open-broker.ts';
import type { Refusal } from '../gateway/broker/refusals.ts';
import type { ClientOwners } from '../gateway/broker/client-owners.ts';
import type { HeardCollector } from '../gateway/heard/note-heard-collectors.ts';
import type { Intake } from '../gateway/intake.ts';
import { diskIo } from '../gateway/spool/disk-io.ts';
import { openSpool, type Spool } from '../gateway/spool/open-spool.ts';
import type { Subscriber } from '../gateway/subscribe/open-subscriber.ts';
import type { PlatformError } from '../domain/errors.ts';
import type { Config } from './config.ts';
import { openIntake } from './open-intake.ts';

/** The gateway's side of the main thread: the durable log, and the way into it. */
export interface GatewayRole {
  spool: Spool;
  /** Broker or subscriber, whichever there is. */
  intake: Intake;
  /** The embedded broker, where no MQTT_URL is set. */
  broker: Broker | undefined;
  /** The client of the broker at MQTT_URL. */
  subscriber: Subscriber | undefined;
  /** Where collectors publish, without credentials. */
  mqttUrl: string;
  /** The same over TLS, where the embedded broker speaks it. */
  mqttsUrl: string | undefined;
  useDirectory(snapshot: DirectorySnapshot): void;
  /** Takes nothing more, puts on disk what was taken. */
  close(): Promise<void>;
}

/** What {@link openGatewayRole} needs beside the settings. */
export interface GatewayDeps {
  spoolFolder: string;
  /** The spool goes on behind the positions that store or quarantine know. */
  usedTo: number;
  directory: DirectorySnapshot;
  owners: ClientOwners;
  now(): number;
  onCommitted(position: number): void;
  onRefused(event: Refusal): void;
  /** Told of each attempt to log in by a user that nobody registered. */
  onStranger?(stranger: HeardCollector): void;
  /** Told in a sentence what an operator has to look at. */
  onProblem?(message: string): void;
  onFatal(error: PlatformError): void;
}

const COMMIT_BYTES = 4 * 1024 * 1024;
const RETRY_FULL_MS = 1000;

/** Opens the spool, then the way in. Throws `port-busy`, `config-invalid`. */
export async function openGatewayRole(config: Config, deps: GatewayDeps): Promise<GatewayRole> {
  const spool = await openSpool({
    folder: deps.spoolFolder,
    io: diskIo,
    atLeast: deps.usedTo,
    segmentBytes: config.SPOOL_SEGMENT_BYTES,
    commitBytes: COMMIT_BYTES,
    retryFullMs: RETRY_FULL_MS,
    lowWaterBytes: config.DISK_LOW_WATER_MB * 1024 * 1024,
    onCommitted: (position) => deps.onCommitted(position),
    onFatal: (error) => deps.onFatal(error),
  });
  const directory: Directory = createDirectory();
  let toldProblems = '';
  const useSnapshot = (snapshot: DirectorySnapshot): void => {
    directory.replace(snapshot);
    const problems = directory.bindingProblems().map(({ binding, problem }) => `${binding}: ${problem}`);
    const text = problems.join('; ');
    if (text !== '' && text !== toldProblems) deps.onProblem?.(`Bindings that cannot be used: ${text}`);
    toldProblems = text;
  };
  useSnapshot(deps.directory);
  try {
    const opened = await openIntake(config, {
      spool,
      directory,
      owners: deps.owners,
      now: () => deps.now(),
      onRefused: (event) => deps.onRefused(event),
      onStranger: (stranger) => deps.onStranger?.(stranger),
      onProblem: (message) => deps.onProblem?.(message),
    });
    return {
      spool,
      ...opened,
      useDirectory: (snapshot) => {
        useSnapshot(snapshot);
        opened.broker?.directoryChanged();
        opened.subscriber?.directoryChanged();
      },
      close: async () => {
        await opened.intake.close();
        await spool.close();
      },
    };
  } catch (error) {
    await spool.close();
    throw error;
  }
}
