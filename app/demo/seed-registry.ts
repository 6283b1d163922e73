import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import type { Role } from '../../services/api/schemas/session.ts';
import { createUser } from '../../services/accounts/users.ts';
import { createBinding } from '../../services/registry/bindings.ts';
import { createCollector } from '../../services/registry/collectors.ts';
import { createInstitution } from '../../services/registry/institutions.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { putQuota } from '../../services/registry/quotas.ts';
import { demoCity } from '../../simulators/city.ts';
import { demoQuotas } from '../../simulators/city/quotas.ts';
import type { Platform } from '../compose.ts';
import { seedUsage } from './seed-usage.ts';

/** The demonstration's logins share one password: that is why it runs on loopback only. */
export const DEMO_PASSWORD = 'demo-password';
const DEMO_COLLECTOR = { id: 'demo', token: 'demo-token' };

const USERS: { username: string; role: Role; institutionId?: string; regionCode?: string }[] = [
  { username: 'bureau', role: 'bureau' },
  { username: 'agency', role: 'agency', regionCode: '150203' },
];

/** Tokens of the simulated collectors: made once, kept beside the demonstration's data. */
export async function demoTokens(file: string): Promise<Record<string, string>> {
  const known = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, string>;
  for (const { id } of demoCity().collectors) known[id] ??= randomBytes(32).toString('base64url');
  known[DEMO_COLLECTOR.id] = DEMO_COLLECTOR.token;
  await writeFile(file, JSON.stringify(known), { mode: 0o600 });
  return known;
}

/** Enters the demonstration city into an empty registry; only the registry: all figures come from published readings. */
export async function seedRegistry(
  platform: Platform,
  tokens: Readonly<Record<string, string>>,
  baseTopic: string,
): Promise<void> {
  const { db, zone, passwords, now } = platform;
  const change = { userId: null, nowMs: now() };
  const city = demoCity();
  const known = new Set((await db.selectFrom('institution').select('id').execute()).map(({ id }) => id));
  if (known.size === 0) {
    await db.transaction().execute(async (trx) => {
      for (const institution of city.institutions) await createInstitution(trx, institution, change);
      for (const collector of city.collectors) await createCollector(trx, collector, change, tokens[collector.id]);
      for (const meter of city.meters) await createMeter(trx, meter, change);
      for (const binding of city.bindings)
        await createBinding(trx, { ...binding, mapping: null, enabled: true }, baseTopic, change);
    });
    const users = [...USERS, { username: 'manager', role: 'institution' as const, institutionId: MANAGED }];
    for (const user of users) await createUser(db, passwords, { ...user, password: DEMO_PASSWORD }, change);
    const { id } = await db
      .selectFrom('app_user')
      .select('id')
      .where('username', '=', 'manager')
      .executeTakeFirstOrThrow();
    await seedUsage(platform, { collector: DEMO_COLLECTOR.id, managerId: id });
  }
  const year = zone.local(now()).year;
  const quotas = await db.selectFrom('quota').select(['institution_id', 'medium', 'year']).execute();
  const set = new Set(quotas.map((quota) => `${quota.institution_id} ${quota.medium} ${quota.year}`));
  await db.transaction().execute(async (trx) => {
    for (const quota of demoQuotas(city, [year - 1, year])) {
      if (set.has(`${quota.institutionId} ${quota.medium} ${quota.year}`)) continue;
      await putQuota(trx, { kind: 'all' }, quota, change);
    }
  });
}

/** The institution of the login `manager`: the one whose faults show most. */
const MANAGED = 'kundulun-office';
