import { Command, InvalidArgumentError, Option } from 'commander';

import { replayCsv } from '../replay/replay-csv.ts';
import { endSignal, isAbort } from './end-signal.ts';
import { parsePositive, parseWhole } from './parse-options.ts';
import { createProgress } from './progress.ts';

interface ReplayCliOptions {
  url: string;
  csv: string;
  column: string;
  meter: string;
  collector: string;
  token: string;
  zone: string;
  unit?: string;
  speed: number;
  batch: number;
  skipZero?: boolean;
  json?: boolean;
}

/** `replay`: recorded hourly amounts as a rising register. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('publish recorded hourly amounts as the rising register of one meter')
    .requiredOption('--url <url>', 'broker, e.g. mqtt://127.0.0.1:1883')
    .requiredOption('--csv <file>', 'CSV with a heading; the first column is the local start of the hour')
    .requiredOption('--column <name>', 'heading of the amounts, or index (the first column is 0)')
    .requiredOption('--meter <id>', 'meter to speak for')
    .requiredOption('--collector <id>', 'collector that the meter is registered to')
    .requiredOption('--token <token>', "the collector's token")
    .option('--zone <name>', "zone of the file's times", 'Asia/Shanghai')
    .option('--unit <unit>', "unit of the amounts (default: the meter's own)")
    .addOption(
      new Option('--speed <times>', 'times faster than recorded, or max')
        .argParser(parseSpeed)
        .default(Infinity, 'max'),
    )
    .option('--batch <readings>', 'readings in a message, at most 1000', parseBatch, 500)
    .option('--skip-zero', 'no reading for rows of zero, where zero stands for missing')
    .option('--json', 'progress as JSON lines')
    .action(runReplay);
}

async function runReplay({ csv, json, speed, ...options }: ReplayCliOptions): Promise<void> {
  const progress = createProgress(json === true);
  const signal = endSignal();
  try {
    const sent = await replayCsv({
      ...options,
      file: csv,
      ...(Number.isFinite(speed) && { speed }),
      onProgress: (done, of) => progress.count('replay', done, of),
      signal,
    });
    progress.phase('done', `replay: all ${sent} readings acknowledged`);
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  }
}

function parseSpeed(text: string): number {
  return text === 'max' ? Infinity : parsePositive(text);
}

function parseBatch(text: string): number {
  const value = parseWhole(text);
  if (value < 1 || value > 1_000) throw new InvalidArgumentError('give 1 to 1000.');
  return value;
}
