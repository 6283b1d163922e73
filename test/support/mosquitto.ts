import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';

const DEPLOYED = fileURLToPath(new URL('../../deploy/mosquitto/', import.meta.url));
const READY_WITHIN_MS = 20_000;

/**
 * Starts a real Mosquitto with the configuration of deploy/, on a free port of loopback, as user `site` with password
 * `site-password`, bridging to `target` with the credentials given. Ended when the test has finished.
 */
export async function startDeployedMosquitto(target: { port: number; user: string; token: string }): Promise<string> {
  const folder = await tempFolder();
  const port = await freePort();
  await mkdir(join(folder, 'conf.d'));
  const config = (await readFile(join(DEPLOYED, 'mosquitto.conf'), 'utf8'))
    .replaceAll(/\/mosquitto\/(data|config)\//g, `${folder}/`)
    .replace('listener 1883', `listener ${port} 127.0.0.1`);
  const bridge = (await readFile(join(DEPLOYED, 'conf.d/bridge.conf.example'), 'utf8'))
    .replace('address jieneng:1883', `address 127.0.0.1:${target.port}`)
    .replaceAll(/\bsite\//g, `${target.user}/`)
    .replace('remote_username site', `remote_username ${target.user}`)
    .replace('TOKEN', target.token);
  // As root it would become a user who cannot write here.
  await writeFile(join(folder, 'mosquitto.conf'), `${process.getuid?.() === 0 ? 'user root\n' : ''}${config}`);
  await writeFile(join(folder, 'conf.d/bridge.conf'), bridge);
  spawnSync('mosquitto_passwd', ['-c', '-b', join(folder, 'passwords'), 'site', 'site-password']);

  const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  let output = '';
  let ended = false;
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.once('error', (error) => (output += error.message));
  child.once('close', () => (ended = true));
  onTestFinished(async () => {
    if (ended) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(port))) {
    if (ended || performance.now() > deadline) throw new Error(`mosquitto does not answer: ${output}`);
  }
  return `mqtt://127.0.0.1:${port}`;
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
