import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createCollector, renewCollectorToken } from '../../../services/registry/collectors.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { mosquittoFiles } from '../../../services/registry/mosquitto-files.ts';
import { mosquittoHash } from '../../../services/registry/mosquitto-hash.ts';
import { createMqttReader } from '../../../services/registry/mqtt-readers.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { isMissing } from '../../support/is-missing.ts';
import { openRegistry } from '../../support/open-registry.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const change = { userId: null, nowMs: 1 };
const gateways = [{ username: 'jieneng', password: 'gateway-password' }];

let registry: Awaited<ReturnType<typeof openRegistry>>;
let db: Kysely<Database>;
beforeEach(async () => {
  registry = await openRegistry();
  db = registry.db;
});
afterEach(() => registry.close());

describe.skipIf(isMissing('mosquitto'))('the real mosquitto_passwd', () => {
  test('makes the same of a password and a salt', async () => {
    const file = join(await tempFolder(), 'passwords');
    spawnSync('mosquitto_passwd', ['-c', '-b', file, 'c1', '密码 and spaces']);
    const line = (await readFile(file, 'utf8')).trim();
    const salt = Buffer.from(line.split('$')[3]!, 'base64');
    expect(`c1:${mosquittoHash('密码 and spaces', salt)}`).toBe(line);
  });
});

test('the same password is never kept twice the same way', () => {
  expect(mosquittoHash('token')).not.toBe(mosquittoHash('token'));
});

test('the ACL lets a collector write below its name, a reader read its alerts, a gateway do all of it', async () => {
  await createCollector(db, { id: 'c1', name: 'x' }, change);
  for (const id of ['office', 'school']) {
    const input = { id, name: id, type: 'agency', regionCode: '150203', areaM2: 100, headcount: 10 };
    await createInstitution(db, input, change);
  }
  await createMqttReader(db, { id: 'city', name: 'x' }, change);
  await createMqttReader(db, { id: 'district', name: 'x', regionCode: '150203' }, change);
  const { acl, passwords, withoutHash } = await mosquittoFiles(db, { baseTopic: 'energy/v1', gateways });
  expect(acl).toBe(`# Made from the registry; do not edit. %u is the user.
pattern write energy/v1/%u/#
pattern read energy/v1/%u/command
pattern write spBv1.0/+/+/%u/#
pattern read spBv1.0/+/NCMD/%u/#
pattern read spBv1.0/+/DCMD/%u/#

user jieneng
topic readwrite energy/v1/#
topic readwrite energy/v1-gateways/#
topic read spBv1.0/#

user city
topic read energy/v1/alerts/#

user district
topic read energy/v1/alerts/office/#
topic read energy/v1/alerts/school/#
`);
  const users = passwords.trimEnd().split('\n');
  expect(users.map((line) => line.split(':')[0])).toEqual(['jieneng', 'c1', 'city', 'district']);
  for (const line of users) expect(line).toMatch(/^\w+:\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
  expect(withoutHash).toEqual([]);
});

test('the ACL lets collectors write where bindings allow it, and gateways read there', async () => {
  await createCollector(db, { id: 'c1', name: 'x' }, change);
  const bind = (id: string, topic: string, collector: string | null, enabled = 1) =>
    db
      .insertInto('binding')
      .values({ id, collector_id: collector, topic, format: 'tasmota', mapping: null, enabled, created_at: 1 })
      .execute();
  await bind('a', 'tele/{address}/SENSOR', 'c1');
  await bind('b', 'dtu/{collector}/{address}/up', null);
  await bind('c', 'off/#', 'c1', 0);
  await bind('d', 'evil\ntopic readwrite #', 'c1');
  await bind('e', '{{', 'c1');
  const { acl } = await mosquittoFiles(db, { baseTopic: 'energy/v1', gateways });
  const lines = acl.split('\n');
  expect(lines).toContain('pattern write dtu/%u/+/up');
  expect(acl).toContain('\nuser c1\ntopic write tele/+/SENSOR\n');
  expect(lines.filter((line) => line.startsWith('topic read '))).toEqual([
    'topic read spBv1.0/#',
    'topic read tele/+/SENSOR',
    'topic read dtu/+/+/up',
  ]);
  expect(acl).not.toMatch(/off|evil|\{/);
  expect(acl).not.toContain('readwrite #');
});

test('a token from before there were hashes for Mosquitto is named, until it is renewed', async () => {
  await createCollector(db, { id: 'c1', name: 'x' }, change);
  await createCollector(db, { id: 'c2', name: 'x' }, change);
  await db.updateTable('collector').set({ mosquitto_hash: null }).where('id', '=', 'c2').execute();
  const before = await mosquittoFiles(db, { baseTopic: 'energy/v1', gateways });
  expect(before.withoutHash).toEqual(['c2']);
  expect(before.passwords).not.toContain('c2:');
  const { token } = await renewCollectorToken(db, 'c2', change);
  const after = await mosquittoFiles(db, { baseTopic: 'energy/v1', gateways });
  expect(after.withoutHash).toEqual([]);
  const [, hash] = /^c2:(.*)$/m.exec(after.passwords)!;
  expect(mosquittoHash(token, Buffer.from(hash!.split('$')[3]!, 'base64'))).toBe(hash);
});
