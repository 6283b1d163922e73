import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { mosquittoFiles } from '../services/registry/mosquitto-files.ts';
import { migrate } from '../storage/relational/migrate.ts';
import type { Config } from './config.ts';
import { openRegistry } from './open-registry.ts';
import { registryPlace } from './registry-place.ts';

interface GatewayUser {
  username: string;
  password: string;
}

/**
 * Writes `passwords` and `acl` for a Mosquitto into `folder`, from the registry, which may be in use: each with mode 600
 * and as a whole or not at all. The gateway's user is that of MQTT_USERNAME and MQTT_PASSWORD, those of others come from
 * `gatewaysFile`, `user:password` a line. Resolves with the users whose token must be renewed before they can log in
 * there. Throws PlatformError `config-invalid`.
 */
export async function writeMosquittoFiles(
  config: Config,
  folder: string,
  gatewaysFile: string | undefined,
): Promise<string[]> {
  const gateways = [...ownUser(config), ...(gatewaysFile === undefined ? [] : await usersIn(gatewaysFile))];
  if (gateways.length === 0) {
    throw new PlatformError('config-invalid', 'Set MQTT_USERNAME and MQTT_PASSWORD: the user by which Jieneng logs in');
  }
  const dataFolder = resolve(config.DATA_DIR);
  await mkdir(dataFolder, { recursive: true });
  await mkdir(folder, { recursive: true });
  const db = await openRegistry(registryPlace(config, dataFolder));
  try {
    await migrate(db);
    const files = await mosquittoFiles(db, { baseTopic: config.MQTT_BASE_TOPIC, gateways });
    await writeWhole(join(folder, 'passwords'), files.passwords);
    await writeWhole(join(folder, 'acl'), files.acl);
    return files.withoutHash;
  } finally {
    await db.destroy();
  }
}

function ownUser({ MQTT_USERNAME: username, MQTT_PASSWORD: password }: Config): GatewayUser[] {
  return username === undefined || password === undefined ? [] : [checked({ username, password })];
}

async function usersIn(file: string): Promise<GatewayUser[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PlatformError('config-invalid', `The gateways' file cannot be read: ${messageOf(error)}`);
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return checked({ username: line.slice(0, Math.max(0, colon)), password: line.slice(colon + 1).trimEnd() });
  });
}

// A name with a colon, a line break or a wildcard would say something else in those files than was meant.
function checked(user: GatewayUser): GatewayUser {
  if (/^[^\s:#+/]+$/.test(user.username) && user.password !== '') return user;
  throw new PlatformError(
    'config-invalid',
    `The gateway's user "${user.username}" cannot be used: a name without spaces and without : # + / and a password`,
  );
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    // One left behind may have had another mode.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
