import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What figures were measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  /** The file system of the data, with its device. */
  disk: string;
  kernel: string;
  /** Load average of the minute before: what others took of the machine. */
  loadBefore: number;
  node: string;
  packages: Record<string, string>;
  /** Versions of the servers that are measured with; those that are not installed are left out. */
  servers: Record<string, string>;
}

const PACKAGES = ['aedes', 'mqtt', 'mqtt-packet', '@node-rs/crc32', '@duckdb/node-api', 'libsql'];
const TMPFS = 0x0102_1994;
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Describes the machine; throws where `folder` lies in memory, for then no fdatasync is measured. */
export async function describeMachine(folder: string): Promise<Machine> {
  if ((await statfs(folder)).type === TMPFS)
    throw new Error(`${folder} is in memory; set TMPDIR to a folder on a disk`);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 1024 ** 3) * 10) / 10,
    disk: await diskOf(folder),
    kernel: release(),
    loadBefore: Math.round(loadavg()[0]! * 100) / 100,
    node: process.version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    servers: {
      ...serverVersion('InfluxDB', 'influxd', ['version'], /v(\S+)/),
      ...serverVersion('Mosquitto', 'mosquitto', ['-h'], /version (\S+)/),
    },
  };
}

async function diskOf(folder: string): Promise<string> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const holding = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point]) => point !== undefined && `${folder}/`.startsWith(point === '/' ? '/' : `${point}/`))
    .sort((a, b) => b[1]!.length - a[1]!.length)[0];
  return holding === undefined ? 'unknown' : `${holding[2]} on ${holding[0]}`;
}

function serverVersion(name: string, command: string, args: string[], pattern: RegExp): Record<string, string> {
  const { stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  const version = pattern.exec(stdout ?? '')?.[1];
  return version === undefined ? {} : { [name]: version };
}

function versionOf(name: string): string {
  const file = join(PROJECT, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
