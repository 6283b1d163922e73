import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readMetrics } from '../../support/read-metrics.ts';
import { startPlatform, type RunningPlatform } from '../../support/start-platform.ts';

/** The built product with a registry made beforehand. */
export interface BenchProduct {
  pid: number;
  mqttPort: number;
  platform: RunningPlatform;
  /** A scrape of /metrics: values by name, or by name and labels as they stand there. */
  metrics(): Promise<Map<string, number>>;
  /** Ends it; at once, for what it still had to drain is no longer wanted. */
  end(): Promise<void>;
}

/** Starts the product in `folder` with a copy of `registryFile`, and its settings' defaults but for `settings`. */
export async function startProduct(
  folder: string,
  registryFile: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchProduct> {
  await mkdir(folder, { recursive: true });
  await copyFile(registryFile, join(folder, 'registry.sqlite'));
  let end = (): Promise<void> => Promise.resolve();
  const platform = await startPlatform({
    folder,
    settings: { USAGE_PERIOD_MS: '2000', FOLLOW_UP_PERIOD_MS: '10000', ...settings },
    onEnd: (kill) => (end = kill),
  });
  return {
    pid: platform.pid,
    mqttPort: Number(new URL(platform.mqttUrl).port),
    platform,
    metrics: () => readMetrics(platform.url),
    end: () => end(),
  };
}
