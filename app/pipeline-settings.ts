import type { Config } from './config.ts';
import type { Copies } from './copies/open-copies.ts';
import type { DataFolder } from './data-folder.ts';
import type { RegistryPlace } from './open-registry.ts';
import type { PipelineSettings } from './pipeline.ts';
import { seriesSettings } from './series-settings.ts';

/** What the settings of the process leave open. */
export interface PipelineSurroundings {
  folder: DataFolder;
  place: RegistryPlace;
  copies: Copies;
  clockOffsetMs: number;
  restores: boolean;
}

const DAY_MS = 86_400_000;

/** What the pipeline's thread is started with. */
export function pipelineSettings(config: Config, surroundings: PipelineSurroundings): PipelineSettings {
  const { folder, place, copies, clockOffsetMs, restores } = surroundings;
  return {
    registry: place,
    metersCopyFile: copies.metersFile,
    reachFile: place.kind === 'sqlite' ? undefined : copies.reachFile,
    spoolFolder: folder.inside('spool'),
    cursorFile: folder.inside('spool/drain.cursor'),
    archive: { folder: folder.inside('archive'), days: config.RAW_ARCHIVE_DAYS },
    series: seriesSettings(config, folder),
    baseTopic: config.MQTT_BASE_TOPIC,
    zone: config.TIME_ZONE,
    maxAheadMs: config.CLOCK_AHEAD_S * 1000,
    retentionMs: config.RETENTION_DAYS * DAY_MS,
    frameClockMs: config.FRAME_CLOCK_DAYS * DAY_MS,
    quarantine: {
      retentionMs: config.QUARANTINE_DAYS * DAY_MS,
      maxBytes: config.QUARANTINE_MAX_MB * 1024 * 1024,
      heardMaximum: config.HEARD_MAX,
    },
    registryPollMs: config.REGISTRY_POLL_MS,
    usagePeriodMs: config.USAGE_PERIOD_MS,
    usage: { likeDayWeeks: config.LIKE_DAY_WEEKS, stuckDays: config.STUCK_DAYS },
    followUpPeriodMs: config.FOLLOW_UP_PERIOD_MS,
    clockOffsetMs,
    restores,
  };
}
