import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port.ts';

/** A real InfluxDB of its own, on loopback. */
export interface Influxd {
  url: string;
  /** Runs an InfluxQL statement without logging in. */
  statement(influxql: string): Promise<void>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
  /** Ends the process at once, as a crash does; its data stays. */
  kill(): Promise<void>;
  /** Starts again on the same data and address after {@link kill}. */
  restart(): Promise<void>;
}

/** What differs from a plain server. */
export interface InfluxdSettings {
  maxBodyBytes?: number;
  /** Users must log in; the first user may be made without. */
  authentication?: boolean;
  /** Where its data goes: an empty folder; one of its own where left out. */
  folder?: string;
}

const READY_WITHIN_MS = 30_000;

/** Starts Debian's influxd on free ports with a data folder of its own; rejects where it is not installed. */
export async function startInfluxd(settings: InfluxdSettings = {}): Promise<Influxd> {
  const folder = settings.folder ?? (await mkdtemp(join(tmpdir(), 'influxd-')));
  const [httpPort, rpcPort] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  await writeFile(config, configFile(folder, httpPort, rpcPort, settings));
  const url = `http://127.0.0.1:${httpPort}`;
  let child = await launch(config, url);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    url,
    async statement(influxql) {
      const body = new URLSearchParams({ q: influxql });
      const response = await fetch(`${url}/query`, { method: 'POST', body });
      const answer = await response.text();
      if (!response.ok || answer.includes('"error"')) throw new Error(`influxd: ${influxql}: ${answer}`);
    },
    kill: () => end('SIGKILL'),
    async restart() {
      child = await launch(config, url);
    },
    async stop() {
      await end('SIGKILL');
      if (settings.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(config: string, url: string): Promise<ChildProcess> {
  const child = spawn('influxd', ['-config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (bytes: Buffer) => (output = (output + bytes.toString()).slice(-4000)));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new Error('influxd is not installed: apt-get install influxdb (Debian), or see docs.influxdata.com')
          : error,
      ),
    );
    child.once('exit', (code) => reject(new Error(`influxd ended with ${code}: ${output}`)));
  });
  failed.catch(() => undefined);
  await Promise.race([failed, answers(url)]);
  return child;
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${url}/ping`).catch(() => undefined);
    if (response?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`influxd does not answer at ${url}`);
}

function configFile(folder: string, httpPort: number, rpcPort: number, settings: InfluxdSettings): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${httpPort}"
log-enabled = false
unix-socket-enabled = false
max-body-size = ${settings.maxBodyBytes ?? 25_000_000}
auth-enabled = ${settings.authentication ?? false}
[ifql]
enabled = false
`;
}
