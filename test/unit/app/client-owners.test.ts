import { expect, onTestFinished, test } from 'vitest';

import { createClientOwners } from '../../../app/client-owners.ts';
import { openRegistry } from '../../support/open-registry.ts';

test('a client id belongs to the user that first used it', async () => {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  const owners = createClientOwners(db, () => 1);
  expect(await owners.claim('a', 'c1')).toBe(true);
  expect(await owners.claim('a', 'c1')).toBe(true);
  expect(await owners.claim('a', 'c2')).toBe(false);
  expect(await createClientOwners(db, () => 2).claim('a', 'c2')).toBe(false);
});

test('ids made up at random do not fill the table: the oldest make room', async () => {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  let nowMs = 0;
  const owners = createClientOwners(db, () => nowMs++);
  for (let index = 0; index < 1010; index++) expect(await owners.claim(`id-${index}`, 'c1')).toBe(true);
  const { count } = await db
    .selectFrom('mqtt_client')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count).toBe(1000);
  expect(await owners.claim('id-0', 'c2')).toBe(true);
});
