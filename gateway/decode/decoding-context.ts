import type { Zone } from '../../domain/zone.ts';
import type { BindingFinder } from './find-binding.ts';
import type { SparkplugSessions } from './sparkplug-b/sessions.ts';

/** What messages are decoded with. */
export interface DecodingContext {
  /** Without a trailing slash. */
  baseTopic: string;
  findBinding: BindingFinder;
  /** In which devices without an offset tell the time. */
  zone: Zone;
  /** What explains the data of Sparkplug nodes; births are taken into it. */
  sessions: SparkplugSessions;
}
