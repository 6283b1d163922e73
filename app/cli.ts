import { Command } from 'commander';
import { pino } from 'pino';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { compose, type Platform } from './compose.ts';
import { parseConfig, type Config } from './config.ts';
import { VERSION } from './version.ts';

const program = new Command('jieneng')
  .description('节能 — energy monitoring for public institutions. Settings are environment variables; see README.md.')
  .version(VERSION);

program
  .command('start', { isDefault: true })
  .description('run the platform: broker, gateway, services and dashboards in one process')
  .action(() => untilStopped(start));

program
  .command('rebuild')
  .description('make usage, alerts and reports anew from the stored readings, then stop')
  .action(() =>
    untilStopped(async (config) => {
      const platform = await open(config);
      await platform.rebuild();
      console.log('Usage, alerts and reports were made anew.');
      await platform.close();
      return undefined;
    }),
  );

program
  .command('demo')
  .description('run a demonstration city with simulated meters')
  .option('--fresh', 'start over with an empty data folder')
  .action((options: { fresh?: boolean }) =>
    untilStopped(async (config) => {
      const { runDemo } = await import('./demo/run-demo.ts');
      return runDemo(config, { fresh: options.fresh === true, open });
    }),
  );

await program.parseAsync();

/** Runs until SIGINT or SIGTERM; a second signal does not wait. Failures are one clear sentence and exit code 1. */
async function untilStopped(run: (config: Config) => Promise<{ close(): Promise<void> } | undefined>): Promise<void> {
  try {
    const running = await run(parseConfig(process.env));
    if (running === undefined) return;
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      console.log('Stopping …');
      running.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  } catch (error) {
    fail(error);
  }
}

async function start(config: Config): Promise<Platform> {
  const platform = await open(config);
  console.log(`Jieneng ${VERSION} is running.\n  dashboards  ${platform.url}\n  MQTT        ${platform.mqttUrl}`);
  if (platform.madeAdminPassword !== undefined) {
    console.log(`  first login admin / ${platform.madeAdminPassword}   (shown only now)`);
  }
  return platform;
}

function open(config: Config): Promise<Platform> {
  const log = pino({ level: config.LOG_LEVEL });
  return compose(config, log, (error) => {
    log.fatal({ err: error }, 'The platform cannot go on');
    process.exit(1);
  });
}

function fail(error: unknown): never {
  console.error(error instanceof PlatformError ? error.message : `Unexpected: ${messageOf(error)}`);
  if (!(error instanceof PlatformError)) console.error(error);
  process.exit(1);
}
