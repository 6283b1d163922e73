import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { logIn, type ApiClient } from './api-client.ts';

/** What differs from `start` on free ports of loopback. */
export interface PlatformOptions {
  folder: string;
  /** The command with its options. */
  command?: readonly string[];
  /** Environment variables. */
  settings?: Readonly<Record<string, string>>;
  readyWithinMs?: number;
  /** Takes what ends the process where it still runs; the end of the test where left out. */
  onEnd?: (end: () => Promise<void>) => void;
}

/** How a process ended, and all that it said. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The built product as a process. */
export interface PlatformProcess {
  pid: number;
  /** Standard output and standard error so far. */
  output(): string;
  /** Resolves at a line of standard output that matches; rejects with all output where the process ends before. */
  said(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone; what it started may still be there. */
  exited: Promise<void>;
  /** Resolves when it is gone and so is everybody who could write to its output. */
  ended: Promise<Ended>;
}

/** A platform that has said where it can be reached. */
export interface RunningPlatform extends PlatformProcess {
  url: string;
  mqttUrl: string;
  logIn(username?: string, password?: string): Promise<ApiClient>;
  /** Ends it in order; rejects with all output unless it exits with 0 within 30 s. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<Ended>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** Password of `admin` where the platform is started here for the first time. */
const ADMIN_PASSWORD = 'pipeline-password';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 30_000;
const ADDRESSES = /(http:\/\/\S+)[\s\S]*?(mqtt:\/\/\S+)/;

/** Starts the built product (`node scripts/build.mjs` has run) and waits until it says where it can be reached. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const platform = launchPlatform(options);
  const [, url, mqttUrl] = await platform.said(ADDRESSES, options.readyWithinMs ?? READY_WITHIN_MS);
  return {
    ...platform,
    url: url!,
    mqttUrl: mqttUrl!,
    logIn: (username = 'admin', password = ADMIN_PASSWORD) => logIn(url!, username, password),
    stop: async (signal = 'SIGTERM') => {
      platform.signal(signal);
      const ended = await within(STOPPED_WITHIN_MS, platform.ended, () => `did not stop: ${platform.output()}`);
      if (ended.code !== 0) throw new Error(`ended with ${ended.signal ?? ended.code}: ${platform.output()}`);
      return ended;
    },
    kill: async () => {
      platform.signal('SIGKILL');
      await platform.exited;
    },
  };
}

/** Starts the built product; it may end by itself, or be made to end, before it is ready. */
export function launchPlatform(options: PlatformOptions): PlatformProcess {
  const child = spawn(process.execPath, [join(PROJECT, 'dist/app/main.cjs'), ...(options.command ?? ['start'])], {
    cwd: PROJECT,
    // A group of its own: what it leaves behind when it is killed can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // Nothing of the test runner's own environment: it names loaders and modes of its own.
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: options.folder,
      PORT: '0',
      MQTT_PORT: '0',
      LOG_LEVEL: 'warn',
      ADMIN_PASSWORD,
      USAGE_PERIOD_MS: '200',
      FOLLOW_UP_PERIOD_MS: '200',
      ...options.settings,
    },
  });
  let stdout = '';
  let stderr = '';
  let isOver = false;
  const heard = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listen of heard) listen();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'exit').then(() => undefined);
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    isOver = true;
    for (const listen of heard) listen();
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
  });
  const output = (): string => `${stdout}${stderr}`;
  const end = async (): Promise<void> => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch (error) {
      // Nobody of the group is left.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await ended;
  };
  (options.onEnd ?? onTestFinished)(end);
  return {
    pid: child.pid!,
    output,
    exited,
    ended,
    signal: (signal) => void child.kill(signal),
    said: (pattern, withinMs) => {
      const found = new Promise<RegExpExecArray>((resolve, reject) => {
        const listen = (): void => {
          // The last line may still be half of one.
          const match = pattern.exec(isOver ? stdout : stdout.slice(0, stdout.lastIndexOf('\n') + 1));
          if (match === null && !isOver) return;
          heard.delete(listen);
          if (match === null) reject(new Error(`the process ended before it said ${pattern}: ${output()}`));
          else resolve(match);
        };
        heard.add(listen);
        listen();
      });
      return within(withinMs, found, () => `did not say ${pattern}: ${output()}`);
    },
  };
}

async function within<T>(ms: number, wanted: Promise<T>, problem: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`within ${ms} ms it ${problem()}`)), ms);
  });
  return Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}
