import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { mosquittoHash } from '../../services/registry/mosquitto-hash.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';

/** A real Mosquitto with the configuration of deploy/, on a port of loopback of its own. */
export interface Mosquitto {
  port: number;
  url: string;
  /** Holds `passwords`, `acl` and what Mosquitto persists. */
  folder: string;
  /** Ends it at once, as a power loss of the process does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  restart(): Promise<void>;
  /** Makes it read password file and ACL again. */
  reload(): void;
}

/** What differs from the deployed configuration. */
export interface MosquittoOptions {
  /** `passwords` and `acl`; users of {@link mosquittoUsers} where left out. */
  files?: { passwords: string; acl: string };
  /** Lines of the configuration put in place of those with the same first word, or added. */
  config?: Readonly<Record<string, string>>;
  /** Certificate and key of the server, PEM files. */
  tls?: { certFile: string; keyFile: string };
  /** For its files; a temporary one where left out. */
  folder?: string;
  /** Takes what ends it; the end of the test where left out. */
  onEnd?: (end: () => Promise<void>) => void;
}

const DEPLOYED = fileURLToPath(new URL('../../deploy/mosquitto/mosquitto.conf', import.meta.url));
const READY_WITHIN_MS = 20_000;

/** Gateways `gw-a`, `gw-b`, and collectors `c1` … `c9`, each with the password `token-` and its name. */
function mosquittoUsers(): { passwords: string; acl: string } {
  const gateways = ['gw-a', 'gw-b'];
  const collectors = Array.from({ length: 9 }, (_, index) => `c${index + 1}`);
  const gatewayAcl = (user: string) =>
    `user ${user}\ntopic readwrite energy/v1/#\ntopic readwrite energy/v1-gateways/#\ntopic read spBv1.0/#\n`;
  return {
    passwords: [...gateways, ...collectors].map((user) => `${user}:${mosquittoHash(`token-${user}`)}\n`).join(''),
    acl: `pattern write energy/v1/%u/#\npattern read energy/v1/%u/command\n${gateways.map(gatewayAcl).join('')}`,
  };
}

/** Starts it and waits until it answers. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = options.folder ?? (await tempFolder());
  const port = await freePort();
  const { passwords, acl } = options.files ?? mosquittoUsers();
  await writeFile(join(folder, 'passwords'), passwords, { mode: 0o600 });
  await writeFile(join(folder, 'acl'), acl, { mode: 0o600 });
  let config = (await readFile(DEPLOYED, 'utf8'))
    .replaceAll('/mosquitto/data/', `${folder}/`)
    .replace('listener 1883', `listener ${port} 127.0.0.1`);
  if (options.tls !== undefined) {
    const { certFile, keyFile } = options.tls;
    config = config.replace(/^listener .*$/m, (line) => `${line}\ncertfile ${certFile}\nkeyfile ${keyFile}`);
  }
  for (const [name, value] of Object.entries(options.config ?? {})) {
    const line = new RegExp(`^${name} .*$`, 'm');
    config = line.test(config) ? config.replace(line, `${name} ${value}`) : `${config}${name} ${value}\n`;
  }
  // As root it would become a user who cannot write here.
  await writeFile(join(folder, 'mosquitto.conf'), `${process.getuid?.() === 0 ? 'user root\n' : ''}${config}`);

  let child = await start(folder, port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  (options.onEnd ?? onTestFinished)(kill);
  return {
    port,
    url: `${options.tls === undefined ? 'mqtt' : 'mqtts'}://127.0.0.1:${port}`,
    folder,
    kill,
    restart: async () => {
      child = await start(folder, port);
    },
    reload: () => void child.kill('SIGHUP'),
  };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  let output = '';
  let ended = false;
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.once('error', (error) => (output += error.message));
  child.once('close', () => (ended = true));
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(port))) {
    if (ended || performance.now() > deadline) throw new Error(`mosquitto does not answer: ${output}`);
  }
  return child;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(() => resolve(false), 20));
  });
}
