import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { createClientOwners } from '../../../../app/client-owners.ts';
import { storableText } from '../../../../domain/storable-text.ts';
import { openRelationalQuarantine } from '../../../../gateway/quarantine/relational-quarantine.ts';
import { writeAudit } from '../../../../services/accounts/audit.ts';
import { searchQuarantine } from '../../../../services/quarantine/search-quarantine.ts';
import type { Database } from '../../../../storage/relational/schema.ts';
import { openRegistry } from '../../../support/open-registry.ts';
import { quarantineEntry } from '../../../support/quarantine-entry.ts';

/** What JSON and MQTT can bring and no database keeps as it is, and what all keep. */
const TEXTS = [
  'a\0b',
  '\0',
  'lone \ud800 half',
  '\udc00\ud800',
  "'; drop table audit; --",
  '节能 📈 é\u0301',
  '\\x00',
  '%_',
];

async function open(): Promise<Kysely<Database>> {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  return db;
}

test('storableText: nothing but NULs and lone surrogates changes', () => {
  expect(TEXTS.map(storableText)).toEqual([
    'a\uFFFDb',
    '\uFFFD',
    'lone \uFFFD half',
    '\uFFFD\uFFFD',
    ...TEXTS.slice(4),
  ]);
});

test('any text is kept, whole, and found again by itself', async () => {
  const db = await open();
  for (const text of TEXTS) {
    await writeAudit(db, { userId: text, nowMs: 1 }, { action: text, object: text, after: { text } });
    const row = await db.selectFrom('audit').selectAll().where('object', '=', text).executeTakeFirstOrThrow();
    expect([row.action, row.object]).toEqual([storableText(text), storableText(text)]);
    // JSON has escapes for what text cannot hold.
    expect(JSON.parse(row.after ?? '')).toEqual({ text });
  }
});

test('messages with any text in them are quarantined with all others, and found by it', async () => {
  const db = await open();
  const quarantine = await openRelationalQuarantine({
    db,
    now: () => 1_767_225_600_000,
    retentionMs: 1e12,
    maxBytes: 1e9,
    sweepMs: 1e9,
    heardMaximum: 100,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => quarantine.close());
  const entries = TEXTS.map((text, index) =>
    quarantineEntry(index, {
      topic: text,
      collector: text,
      meter: text,
      address: text,
      detail: text,
      payload: Buffer.from(text),
      reason: 'unknown-meter',
      heard: { format: 'native-json', fields: { [text]: text }, otherAddresses: [text] },
      isOfStranger: true,
    }),
  );
  // What differs on the wire and not in the database is one.
  const twin = { ...entries[0]!, position: 100, meter: 'a\uFFFDb', collector: 'a\uFFFDb' };
  await quarantine.put([...entries, twin, quarantineEntry(101)]);
  for (const [index, text] of TEXTS.entries()) {
    const { items } = await searchQuarantine(db, { meter: text, collector: text }, { limit: 10 });
    expect(items.map(({ position }) => position)).toEqual(index === 0 ? [100, 0] : [index]);
    expect(items.at(-1)?.payload).toEqual(Buffer.from(text));
  }
  const heard = await db.selectFrom('heard_meter').select(['name', 'messages', 'last_fields']).execute();
  expect(heard.map(({ name }) => name).toSorted()).toEqual(TEXTS.map(storableText).toSorted());
  expect(heard.find(({ name }) => name === 'a\uFFFDb')?.messages).toBe(2);
  expect(await db.selectFrom('heard_collector').select('name').execute()).toHaveLength(TEXTS.length);
});

test('client ids with any text belong to whoever used them first', async () => {
  const db = await open();
  const owners = createClientOwners(db, () => 1);
  const claims = await Promise.all([...TEXTS, 'a\uFFFDb'].map((id) => owners.claim(id, 'c1')));
  expect(claims).toEqual(claims.map(() => true));
  const restarted = createClientOwners(db, () => 2);
  for (const id of TEXTS) expect(await restarted.claim(id, 'c2')).toBe(false);
});

test('numbers: whole ones beyond 32 bits, and fractions, come back as they went', async () => {
  const db = await open();
  const beyond = 2 ** 40;
  await db
    .insertInto('audit')
    .values({ at: beyond, user_id: null, action: 'a', object: 'o', before: null, after: null })
    .execute();
  await db
    .insertInto('collector')
    .values({ id: 'c1', name: 'c1', token_hash: '', created_at: 1, gateway: null, mosquitto_hash: null })
    .execute();
  await db
    .insertInto('meter')
    .values({
      id: 'm1',
      collector_id: 'c1',
      name: 'm1',
      medium: 'water',
      measures: null,
      zone_kind: null,
      parent_id: null,
      address: null,
      format: null,
      register_unit: 'm3',
      register_modulus: 0.1,
      rated_maximum: 1e300,
      expected_interval_s: beyond,
      created_at: 1,
    })
    .execute();
  const meter = await db.selectFrom('meter').selectAll().executeTakeFirstOrThrow();
  expect(meter).toMatchObject({ expected_interval_s: beyond, register_modulus: 0.1, rated_maximum: 1e300 });
  expect((await db.selectFrom('audit').select('at').executeTakeFirstOrThrow()).at).toBe(beyond);
});
