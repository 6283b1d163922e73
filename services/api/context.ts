import type { FastifyBaseLogger } from 'fastify';
import type { Kysely } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { Login } from '../accounts/login.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { EffectReader } from '../decisions/effect-reader.ts';
import type { RegistryExchange } from '../exchange/registry-exchange.ts';
import type { ProvenanceReader } from '../provenance/provenance-reader.ts';
import type { RawMessages } from '../provenance/raw-messages.ts';
import type { UsageReader } from '../usage/usage-reader.ts';
import type { TriedMessage, TriedResult } from './schemas/binding.ts';
import type { Health } from './schemas/health.ts';

/** Everything the API works with; made in app/compose.ts. */
export interface ApiContext {
  version: string;
  zone: Zone;
  /** Epoch milliseconds. */
  now(): number;
  db: Kysely<Database>;
  series: SeriesStore;
  usage: UsageReader;
  /** Where figures come from; left out where the readings are not at hand. */
  provenance?: ProvenanceReader;
  /** The raw messages of spool and archive; left out where there are none at hand. */
  messages?: RawMessages;
  /** Resolves when the gateway works with the registry as it now stands. */
  registryChanged(): Promise<void>;
  /** There is a request to replay messages of quarantine: the gateway should look. */
  replayRequested(): void;
  /** The platform's own topics lie below it, and no binding's; `energy/v1` where left out. Without a trailing slash. */
  baseTopic?: string;
  /** Decodes a message as a binding would, without storing it. Never throws. Left out where no messages are taken in. */
  tryDecode?(message: TriedMessage): TriedResult;
  /** From which outdoor temperatures degree-days count, °C; 18 and 26 where left out. */
  degreeDayBases?: { heatingC: number; coolingC: number };
  /** Renders a report file off the main thread. */
  renderReport(format: 'docx' | 'xlsx', figures: unknown): Promise<Uint8Array>;
  /** Takes the registry in as a file and gives it out; left out where there is none. */
  exchange?: RegistryExchange;
  /** How large a photograph may be, and how long readings are kept; 5 MB and ten years where left out. */
  manualReadings?: { photoMaxBytes: number; retentionMs: number };
  /** Tells what a decision would change; left out where no usage is kept. */
  effects?: EffectReader;
  health(): Promise<Health>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Set where an alert changed, so that its message goes out soon. */
  alertsChanged(): void;
  passwords: Passwords;
  login: Login;
  /** The built dashboards; left out, only the API is served. */
  staticFolder?: string;
  /** The address people open, where a proxy changes it, e.g. `https://energy.example.cn`. */
  publicUrl?: string;
  /** Proxies whose X-Forwarded-* headers are believed, as addresses or networks. */
  trustedProxies?: string[];
  /** Requests a minute from one address; the defaults are generous. */
  rateLimits?: { requests: number; logins: number };
  logger?: FastifyBaseLogger;
}
