import { Command } from 'commander';
import { pino } from 'pino';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { compose, type ComposeOptions, type Platform } from './compose.ts';
import { parseConfig, type Config } from './config.ts';
import { VERSION } from './version.ts';
import { writeMosquittoFiles } from './write-mosquitto-files.ts';

const program = new Command('jieneng')
  .description('节能 — energy monitoring for public institutions. Settings are environment variables; see README.md.')
  .version(VERSION);

/** What must be closed before the process ends, in the order in which it was opened. */
const opened: (() => Promise<void>)[] = [];

program
  .command('start', { isDefault: true })
  .description('run the platform: broker, gateway, services and dashboards in one process')
  .action(() => untilStopped(start));

program
  .command('rebuild')
  .description('make usage, alerts and reports anew from the stored readings, then stop')
  .action(() =>
    untilStopped(async (config) => {
      await (await open(config, { needsRegistry: true })).rebuild();
      console.log('Usage, alerts and reports were made anew.');
      await stop(0);
    }),
  );

program
  .command('restore')
  .description('store everything again that raw archive and spool hold, make usage, alerts and reports anew, then stop')
  .action(() =>
    untilStopped(async (config) => {
      const platform = await open(config, { restores: true });
      const { messages, newReadings } = await platform.restored((progress) => {
        const left = `${(progress.leftBytes / 1024 / 1024).toFixed(1)} MiB of messages to go`;
        const holding = progress.holding === '' ? '' : `; ${progress.holding}`;
        console.log(`${progress.messages} messages read, ${progress.newReadings} readings were new, ${left}${holding}`);
      });
      console.log(`${messages} messages were read again; ${newReadings} readings were new.`);
      console.log('Usage, alerts and reports were made anew.');
      await stop(0);
    }),
  );

program
  .command('mosquitto-files <folder>')
  .description('write password file and ACL for a Mosquitto in front from the registry, also while the platform runs')
  .option('--gateways <file>', 'users of further gateways, `user:password` a line')
  .action((folder: string, options: { gateways?: string }) =>
    untilStopped(async (config) => {
      const withoutHash = await writeMosquittoFiles(config, folder, options.gateways);
      console.log(`Wrote passwords and acl to ${folder}. Mosquitto reads them at SIGHUP, or at its next start.`);
      if (withoutHash.length > 0) {
        console.log(`These cannot log in there before they have a new token: ${withoutHash.join(', ')}`);
      }
      await stop(0);
    }),
  );

program
  .command('copy-registry')
  .description('copy the registry of the data folder to the new, empty PostgreSQL database at DATABASE_URL, then stop')
  .action(() =>
    untilStopped(async (config) => {
      const { copyRegistryOf } = await import('./copy-registry-of.ts');
      const rows = await copyRegistryOf(config);
      console.log(
        `Copied ${rows} rows. Started with this DATABASE_URL, the platform works on the database from now on.`,
      );
      await stop(0);
    }),
  );

program
  .command('demo')
  .description('run a demonstration city with simulated meters')
  .option('--fresh', 'start over with an empty data folder')
  .action((options: { fresh?: boolean }) =>
    untilStopped(async (config) => {
      const { runDemo } = await import('./demo/run-demo.ts');
      await runDemo(config, { fresh: options.fresh === true, open, onClose: (close) => opened.push(close) });
    }),
  );

await program.parseAsync();

/** Runs until SIGINT or SIGTERM, also while it starts; a second signal does not wait. A failure is one clear sentence. */
async function untilStopped(run: (config: Config) => Promise<void>): Promise<void> {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    console.log('Stopping …');
    void stop(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await run(parseConfig(process.env));
  } catch (error) {
    // What fails because it is being stopped is no failure.
    if (isStopping) return;
    report(error);
    await stop(1);
  }
}

async function start(config: Config): Promise<void> {
  const platform = await open(config, { onAdminMade: tellAdmin });
  console.log(`Jieneng ${VERSION} is running.\n  dashboards  ${platform.url}\n  MQTT        ${platform.mqttUrl}`);
  if (platform.mqttsUrl !== undefined) console.log(`  MQTT/TLS    ${platform.mqttsUrl}`);
  if (platform.madeAdminPassword !== undefined) tellAdmin(platform.madeAdminPassword);
}

function tellAdmin(password: string): void {
  console.log(`  first login admin / ${password}   (shown only now)`);
}

async function open(config: Config, options: ComposeOptions = {}): Promise<Platform> {
  const log = pino({ level: config.LOG_LEVEL });
  const onFatal = (error: PlatformError): void => {
    log.fatal({ err: error }, 'The platform cannot go on');
    process.exit(1);
  };
  const platform = await compose(config, log, onFatal, options);
  opened.push(() => platform.close());
  return platform;
}

async function stop(code: number): Promise<never> {
  try {
    for (const close of opened.splice(0).reverse()) await close();
  } catch (error) {
    report(error);
    process.exit(1);
  }
  process.exit(code);
}

function report(error: unknown): void {
  if (error instanceof PlatformError) console.error(error.message);
  else console.error(`Unexpected: ${messageOf(error)}`, error);
}
