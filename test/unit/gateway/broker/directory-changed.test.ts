import { expect, test } from 'vitest';

import { hashToken } from '../../../../gateway/broker/credentials.ts';
import { createDirectory, type DirectorySnapshot } from '../../../../gateway/directory.ts';
import { openTestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const user = (id: string, token = `token-${id}`): { id: string; tokenHash: string } => ({
  id,
  tokenHash: hashToken(token),
});

async function open(snapshot: DirectorySnapshot) {
  const directory = createDirectory();
  directory.replace(snapshot);
  const broker = await openTestBroker(await openTestSpool(await tempFolder()), 0, { directory, anonymousAs: 'c3' });
  const change = (next: DirectorySnapshot): void => {
    directory.replace(next);
    broker.directoryChanged();
  };
  return { broker, change };
}

test('broker: a new token and a removed collector end the connections of the old one, all others stay', async () => {
  const { broker, change } = await open({
    collectors: ['c1', 'c2', 'c3'].map((id) => user(id)),
    readers: [],
    meters: [],
  });
  const [renewed, kept, removed] = await Promise.all(['c1', 'c2', 'c3'].map((id) => broker.connect(id)));
  const anonymous = await broker.connect('', { username: undefined, password: undefined, clientId: 'hand' });
  const gone = [renewed!, removed!, anonymous].map(
    (client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
  );

  change({ collectors: [user('c1', 'fresh'), user('c2')], readers: [], meters: [] });

  await Promise.all(gone);
  expect(kept!.connected).toBe(true);
  await expect(broker.connect('c1')).rejects.toMatchObject({ code: 4 });
  expect((await broker.connect('c1', { password: 'fresh' })).connected).toBe(true);
});

test('broker: a reader reads what it now may, and no more what it might', async () => {
  const readers = (institutions: string[]): DirectorySnapshot['readers'] => [{ ...user('r1'), institutions }];
  const { broker, change } = await open({ collectors: [], readers: readers(['i1']), meters: [] });
  const reader = await broker.connect('r1');
  const topics: string[] = [];
  reader.on('message', (topic) => topics.push(topic));
  await reader.subscribeAsync('energy/v1/alerts/#', { qos: 1 });

  await broker.publish('energy/v1/alerts/i1/a', 'first', false);
  await expect.poll(() => topics).toEqual(['energy/v1/alerts/i1/a']);
  change({ collectors: [], readers: readers(['i2']), meters: [] });
  await broker.publish('energy/v1/alerts/i1/b', 'hidden', false);
  await broker.publish('energy/v1/alerts/i2/c', 'seen', false);

  await expect.poll(() => topics).toEqual(['energy/v1/alerts/i1/a', 'energy/v1/alerts/i2/c']);
});
