import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseConfig } from '../../../app/config.ts';
import { writeMosquittoFiles } from '../../../app/write-mosquitto-files.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { migrate } from '../../../storage/relational/migrate.ts';
import { openSqlite } from '../../../storage/relational/sqlite/open-sqlite.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const GATEWAY = { MQTT_USERNAME: 'jieneng', MQTT_PASSWORD: 'gateway-password' };

test('both files are written whole, for nobody else to read, beside a registry that is in use', async () => {
  const folder = await tempFolder();
  const out = join(folder, 'mosquitto');
  const db = openSqlite(join(folder, 'registry.sqlite'));
  await migrate(db);
  await createCollector(db, { id: 'c1', name: 'x' }, { userId: null, nowMs: 1 });
  await createCollector(db, { id: 'old', name: 'x' }, { userId: null, nowMs: 1 });
  await db.updateTable('collector').set({ mosquitto_hash: null }).where('id', '=', 'old').execute();
  await mkdir(out);
  await writeFile(join(out, 'passwords'), 'of yesterday', { mode: 0o644 });
  await writeFile(join(folder, 'others'), 'east:its:password\nwest:another\n\n');

  const config = parseConfig({ DATA_DIR: folder, ...GATEWAY });
  expect(await writeMosquittoFiles(config, out, join(folder, 'others'))).toEqual(['old']);
  expect((await readdir(out)).sort()).toEqual(['acl', 'passwords']);
  for (const name of ['acl', 'passwords']) expect((await stat(join(out, name))).mode & 0o777).toBe(0o600);
  const users = (await readFile(join(out, 'passwords'), 'utf8')).trim().split('\n');
  expect(users.map((line) => line.split(':')[0])).toEqual(['jieneng', 'east', 'west', 'c1']);
  expect(await readFile(join(out, 'acl'), 'utf8')).toContain('user west\ntopic readwrite energy/v1/#');
  await db.destroy();
});

test.each([
  ['no user of the gateway', {}, 'Set MQTT_USERNAME'],
  ['a user that would be two', { ...GATEWAY, MQTT_USERNAME: 'a:b' }, 'cannot be used'],
  ['a user that would be a wildcard', { ...GATEWAY, MQTT_USERNAME: '#' }, 'cannot be used'],
])('refused: %s', async (_name, settings, words) => {
  const folder = await tempFolder();
  const config = parseConfig({ DATA_DIR: folder, ...settings });
  await expect(writeMosquittoFiles(config, folder, undefined)).rejects.toThrow(words);
  expect(await readdir(folder)).toEqual([]);
});
