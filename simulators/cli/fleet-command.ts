import { readFile } from 'node:fs/promises';
import { once } from 'node:events';

import { Command, InvalidArgumentError, Option } from 'commander';

import { messageOf, PlatformError } from '../../domain/errors.ts';
import type { WireFormat } from '../../domain/wire-format.ts';
import { demoCity } from '../city.ts';
import type { CitySpec } from '../city/spec.ts';
import { FAULT_KINDS, type FaultKind, selectFaults } from '../faults.ts';
import { openFleet, type Fleet } from '../fleet/open-fleet.ts';
import { dayIndexOf, dayStartOf } from '../load/local-days.ts';
import { endSignal, isAbort } from './end-signal.ts';
import { parseInstant, parsePositive, parseWhole } from './parse-options.ts';
import { createProgress, type Progress } from './progress.ts';

interface FleetCliOptions {
  url: string;
  tokens: string;
  from?: number;
  since?: number;
  clockStart?: number;
  livePeriod: number;
  live: boolean;
  seed: number;
  faults?: FaultKind[];
  format?: WireFormat[];
  json?: boolean;
  untilStdinEnds?: boolean;
}

/** The formats that the city's meters speak. */
const FORMATS = formatsOf(demoCity());

const HELP = `
Times are epoch milliseconds or RFC 3339 with an offset.

Frames of DL/T 645, CJ/T 188 and M-Bus go to energy/v1/{collector}/frames: history as JSON {"ts":…,"hex":…}, the
present as bytes or hex text. Sparkplug B nodes publish below spBv1.0/jieneng, Shelly and Tasmota devices on topics of
their own, which the registry has to bind. Two meters speak that are in no registry, and a collector knocks at the
broker whom nobody knows.`;

/** `fleet`: the demonstration city's history, then its present. */
export function fleetCommand(): Command {
  return new Command('fleet')
    .description("publish the demonstration city's history, then go on live until stopped")
    .requiredOption('--url <url>', 'broker, e.g. mqtt://127.0.0.1:1883')
    .requiredOption('--tokens <file>', 'JSON file {"collector": "token"}')
    .option('--from <time>', 'start of the history (default: 1 January of last year)', parseInstant)
    .option('--since <time>', 'publish only what came after this instant', parseInstant)
    .option('--clock-start <time>', 'the present at the start of the process (default: the real one)', parseInstant)
    .option('--live-period <seconds>', 'seconds between two readings of a meter', parsePositive, 5)
    .option('--no-live', 'end after the history')
    .option('--seed <number>', 'another city of the same kind', parseWhole, 1)
    .addOption(
      new Option('--faults <kinds>', `all, none or some of ${FAULT_KINDS.join(',')}`)
        .argParser(parseFaults)
        .default(undefined, 'all'),
    )
    .addOption(
      new Option(
        '--format <names>',
        `only the meters that speak ${FORMATS.join(', ')} (several with commas)`,
      ).argParser(parseFormats),
    )
    .option('--json', 'progress as JSON lines')
    .option('--until-stdin-ends', 'end with the program that started it')
    .addHelpText('after', HELP)
    .action(runFleet);
}

async function runFleet(options: FleetCliOptions): Promise<void> {
  const now = clockFrom(options.clockStart ?? Date.now());
  const city = demoCity();
  const progress = createProgress(options.json === true);
  const ended = endSignal({ untilStdinEnds: options.untilStdinEnds === true });
  const fleet = await openFleet({
    url: options.url,
    city,
    tokens: await readTokens(options.tokens),
    seed: options.seed,
    ...(options.format && { formats: options.format }),
    ...(options.faults && { faults: selectFaults(city.faults, options.faults) }),
  });
  try {
    const toMs = now();
    const fromMs = options.since === undefined ? (options.from ?? lastNewYear(toMs)) : options.since + 1;
    await publishHistory(fleet, progress, fromMs, toMs, ended);
    if (options.live && !ended.aborted) await goLive(fleet, progress, options.livePeriod, now, toMs, ended);
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  } finally {
    await fleet.close();
    process.stdin.unref();
  }
}

async function publishHistory(
  fleet: Fleet,
  progress: Progress,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<void> {
  const onProgress = (sent: number, of: number): void => progress.count('history', sent, of);
  const sent = await fleet.publishHistory({ fromMs, toMs, onProgress, signal });
  progress.phase('history-done', `history: all ${sent} readings acknowledged`);
}

async function goLive(
  fleet: Fleet,
  progress: Progress,
  periodS: number,
  now: () => number,
  sinceMs: number,
  ended: AbortSignal,
): Promise<void> {
  const onError = (thrown: unknown): void => console.error(`simulate: ${messageOf(thrown)}`);
  const live = fleet.runLive({ now, periodS, sinceMs, onError });
  progress.phase('live', `live: a reading per meter every ${periodS} s; Ctrl-C ends it`);
  await once(ended, 'abort');
  live.stop();
}

/** A clock that starts at an instant and runs at real speed. */
function clockFrom(startMs: number): () => number {
  const started = performance.now();
  return () => Math.floor(startMs + performance.now() - started);
}

/** 1 January of the year before, local time. */
function lastNewYear(ms: number): number {
  const year = new Date(dayStartOf(dayIndexOf(ms)) + 12 * 3_600_000).getUTCFullYear() - 1;
  return dayStartOf(dayIndexOf(Date.UTC(year, 0, 1)));
}

async function readTokens(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  } catch (cause) {
    throw new PlatformError('config-invalid', `cannot read tokens from ${file}: ${messageOf(cause)}`, { cause });
  }
}

function parseFaults(text: string): FaultKind[] {
  if (text === 'all') return [...FAULT_KINDS];
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const kind = FAULT_KINDS.find((each) => each === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`there are ${FAULT_KINDS.join(', ')}, all and none.`);
    return kind;
  });
}

function formatsOf({ meters }: CitySpec): WireFormat[] {
  return [...new Set(meters.map(({ format }) => format ?? 'native-json'))];
}

function parseFormats(text: string): WireFormat[] {
  return text.split(',').map((name) => {
    const format = FORMATS.find((each) => each === name.trim());
    if (format === undefined) throw new InvalidArgumentError(`there are ${FORMATS.join(', ')}.`);
    return format;
  });
}
