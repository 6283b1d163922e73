import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';
import { onTestFinished } from 'vitest';

import { freePort } from './free-port.ts';

/** A real PostgreSQL of its own on loopback, fsync on, with a login that owns databases and is nobody else's master. */
export interface Postgres {
  port: number;
  /** An empty database of the login `jieneng`. */
  url: string;
  /** Makes another database, a copy of `template` where one is named; resolves with its URL. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Runs a statement as the server's superuser, in the database named, or in `postgres`. */
  asSuperuser(statement: string, database?: string): Promise<void>;
  /** Ends it in order, cutting its clients off, as an administrator does. */
  stop(): Promise<void>;
  /** Ends all of it at once, as a power loss does. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after {@link stop} or {@link kill}. */
  restart(): Promise<void>;
}

/** What differs from a plain server. */
export interface PostgresOptions {
  /** Certificate and key of the server, PEM files. */
  tls?: { certFile: string; keyFile: string };
  /** Settings of postgresql.conf. */
  config?: Readonly<Record<string, string>>;
  /** Takes what ends it and removes its data; the end of the test where left out. */
  onEnd?: (end: () => Promise<void>) => void;
}

const run = promisify(execFile);
const READY_WITHIN_MS = 30_000;
const USER = 'jieneng';
/** Stands in URLs, so that tests can look for it where it must not be. */
export const POSTGRES_PASSWORD = 'pass-word_of~jieneng';

/** The address of a database of a server on loopback. */
export function postgresUrl(port: number, database: string, user = USER): string {
  return `postgresql://${user}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/${database}`;
}

/** Starts Debian's PostgreSQL and waits until it answers; rejects where it is not installed. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const programs = programFolder();
  const owner = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  await makeCluster(programs, data, folder, owner);
  const port = await freePort();
  await writeConfiguration(data, port, options, owner);

  const start = (): Promise<ChildProcess> =>
    launch(join(programs, 'postgres'), data, owner, postgresUrl(port, 'postgres', 'postgres'));
  let server = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    const backends = signal === 'SIGKILL' ? childrenOf(server.pid) : [];
    server.kill(signal);
    for (const pid of backends) killIfThere(pid);
    await exited;
  };
  (options.onEnd ?? onTestFinished)(async () => {
    await end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const asSuperuser = async (statement: string, database = 'postgres'): Promise<void> => {
    const client = new Client({ connectionString: postgresUrl(port, database, 'postgres') });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const createDatabase = async (name: string, template = 'template1'): Promise<string> => {
    await asSuperuser(`create database "${name}" owner ${USER} template "${template}"`);
    return postgresUrl(port, name);
  };
  await asSuperuser(`create role ${USER} login password '${POSTGRES_PASSWORD}'`);
  return {
    port,
    url: await createDatabase(USER),
    createDatabase,
    asSuperuser,
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      server = await start();
    },
  };
}

interface Owner {
  uid: number;
  gid: number;
}

/** Debian keeps the server's programs off the PATH, a folder for each version. */
function programFolder(): string {
  const versions = '/usr/lib/postgresql';
  const ofDebian = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(versions, version, 'bin'))
    : [];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = [...ofDebian, ...onPath].find((folder) =>
    ['postgres', 'initdb'].every((program) => existsSync(join(folder, program))),
  );
  if (found === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql-15 (Debian)');
  return found;
}

/** The server refuses to run as root: then it runs as Debian's user for it. */
async function serverUser(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (what) => (await run('id', [what, 'postgres'])).stdout));
  return { uid: Number(uid), gid: Number(gid) };
}

async function makeCluster(programs: string, data: string, folder: string, owner: Owner | undefined): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, POSTGRES_PASSWORD);
  if (owner !== undefined) await chown(passwordFile, owner.uid, owner.gid);
  await run(
    join(programs, 'initdb'),
    [
      ['--pgdata', data, '--username', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'],
    ].flat(),
    { cwd: folder, ...owner },
  );
}

async function writeConfiguration(
  data: string,
  port: number,
  { tls, config = {} }: PostgresOptions,
  owner: Owner | undefined,
): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    shared_buffers: '32MB',
    max_connections: '60',
    ...config,
  };
  if (tls !== undefined) {
    for (const [name, file] of [
      ['server.crt', tls.certFile],
      ['server.key', tls.keyFile],
    ] as const) {
      await copyFile(file, join(data, name));
      await chmod(join(data, name), 0o600);
      if (owner !== undefined) await chown(join(data, name), owner.uid, owner.gid);
    }
    settings['ssl'] = 'on';
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await writeFile(join(data, 'postgresql.auto.conf'), lines.join(''));
}

async function launch(program: string, data: string, owner: Owner | undefined, url: string): Promise<ChildProcess> {
  const options: SpawnOptions = { stdio: ['ignore', 'ignore', 'pipe'], cwd: data, ...owner };
  const server = spawn(program, ['-D', data], options);
  let output = '';
  let ended = false;
  server.stderr?.on('data', (bytes: Buffer) => (output = (output + bytes.toString()).slice(-4000)));
  server.once('error', (error) => (output += error.message));
  server.once('close', () => (ended = true));
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (ended || performance.now() > deadline) throw new Error(`postgres does not answer: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return server;
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

// Each of them is the leader of a session of its own, so that a signal to a group would not reach it.
function childrenOf(pid: number | undefined): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
