import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { MqttClient } from 'mqtt';
import { describe, expect, test, vi } from 'vitest';

import { createCollector, renewCollectorToken } from '../../services/registry/collectors.ts';
import { createInstitution } from '../../services/registry/institutions.ts';
import { mosquittoFiles } from '../../services/registry/mosquitto-files.ts';
import { mosquittoHash } from '../../services/registry/mosquitto-hash.ts';
import { createMqttReader } from '../../services/registry/mqtt-readers.ts';
import { isMissing } from '../support/is-missing.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { connectUser, openTestSubscriber } from '../support/open-test-subscriber.ts';
import { openRegistry } from '../support/open-registry.ts';
import { openTestBroker } from '../support/open-test-broker.ts';
import { openTestSpool, type TestSpool } from '../support/open-test-spool.ts';
import { spoolContents } from '../support/spool-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';

const WITHIN = { timeout: 20_000, interval: 20 };
const FAST = { config: { autosave_interval: '1000000' } };
const GRACE_MS = 100;

/** Every user may do everything: what is asked for is the question. */
const OPEN_BROKER = {
  passwords: ['gw-a', 'gw-b', 'c9'].map((user) => `${user}:${mosquittoHash(`token-${user}`)}\n`).join(''),
  acl: 'pattern readwrite #\n',
};

interface Log {
  spool: TestSpool;
  texts(): Promise<string[]>;
}

async function openLog(): Promise<Log> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  return {
    spool,
    texts: async () => {
      const { messages } = await spoolContents(folder, spool.committed());
      return messages.map(({ payload }) => Buffer.from(payload).toString());
    },
  };
}

/** Publishes one after another until it is told to stop; resolves with what was acknowledged. */
function publishing(client: MqttClient, collector: string): { count(): number; stop(): Promise<string[]> } {
  const acknowledged: string[] = [];
  let isOver = false;
  const running = (async () => {
    for (let index = 0; !isOver; index++) {
      const text = `${collector}:${index}`;
      await client.publishAsync(`energy/v1/${collector}/m/reading`, text, { qos: 1 });
      acknowledged.push(text);
    }
  })();
  return {
    count: () => acknowledged.length,
    stop: async () => {
      isOver = true;
      await running;
      return acknowledged;
    },
  };
}

describe.skipIf(isMissing('mosquitto')).each(['5', '3.1.1'] as const)('several gateways, MQTT %s', (version) => {
  test('each takes its own collectors, one those of nobody; an assignment moved under load loses nothing', async () => {
    const mosquitto = await startMosquitto(FAST);
    const [logA, logB] = [await openLog(), await openLog()];
    const shared = { url: mosquitto.url, version, graceMs: GRACE_MS, now: () => Date.now() };
    const hub = openTestSubscriber({ ...shared, spool: logA.spool }, { c1: null, c2: 'gw-b', c3: null });
    const second = { ...shared, spool: logB.spool, gateway: 'gw-b', takesUnassigned: false };
    const east = openTestSubscriber(second, { c1: null, c2: 'gw-b', c3: null });
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(3), WITHIN);
    await vi.waitFor(() => expect(hub.connection().subscriptions).toBe(3), WITHIN);

    const clients = [];
    for (const collector of ['c1', 'c2', 'c3']) clients.push(await connectUser(mosquitto.url, collector));
    const loads = clients.map((client, index) => publishing(client, `c${index + 1}`));
    const more = async (messages: number): Promise<void> => {
      const goals = loads.map((load) => load.count() + messages);
      await vi.waitFor(
        () => loads.forEach((load, index) => expect(load.count()).toBeGreaterThan(goals[index]!)),
        WITHIN,
      );
    };
    // gw-b has claimed c2: the hub lets it go.
    await vi.waitFor(() => expect(hub.connection().letGo).toBeGreaterThan(0), WITHIN);

    // c1 to gw-b: the one that is to let go learns of it long before the one that is to take it, then the other way.
    hub.assign({ c1: 'gw-b', c2: 'gw-b', c3: null });
    await more(100);
    east.assign({ c1: 'gw-b', c2: 'gw-b', c3: null });
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(5), WITHIN);
    await more(100);
    const letGo = hub.connection().letGo;
    await vi.waitFor(() => expect(hub.connection().letGo).toBeGreaterThan(letGo + 100), WITHIN);
    east.assign({ c1: null, c2: null, c3: null });
    await more(100);
    hub.assign({ c1: null, c2: null, c3: null });
    // Subscribed to what is claimed alone: both collectors are the hub's again.
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(1), WITHIN);
    await more(100);

    const sent = (await Promise.all(loads.map((load) => load.stop()))).flat();
    const missing = async (): Promise<string[]> => {
      const taken = new Set([...(await logA.texts()), ...(await logB.texts())]);
      return sent.filter((text) => !taken.has(text));
    };
    await vi.waitFor(async () => expect(await missing()).toEqual([]), WITHIN);
    // Both had their part, and the one that takes all that is nobody's has no part in what is another's.
    expect((await logB.texts()).some((text) => text.startsWith('c1:'))).toBe(true);
    expect((await logB.texts()).some((text) => text.startsWith('c3:'))).toBe(false);
  });

  test('a collector whose gateway is not there stays with the one that has it', async () => {
    const mosquitto = await startMosquitto(FAST);
    const log = await openLog();
    const shared = { url: mosquitto.url, version, graceMs: 1, now: () => Date.now(), spool: log.spool };
    const hub = openTestSubscriber(shared, { c1: 'gw-b' });
    await vi.waitFor(() => expect(hub.connection().subscriptions).toBe(3), WITHIN);
    const collector = await connectUser(mosquitto.url, 'c1');
    for (let index = 0; index < 20; index++) {
      await collector.publishAsync('energy/v1/c1/m/reading', `${index}`, { qos: 1 });
    }
    await vi.waitFor(async () => expect(await log.texts()).toHaveLength(20), WITHIN);
  });

  test('topics of other systems are followed as they are bound, each by one gateway; what is retained there is not', async () => {
    const mosquitto = await startMosquitto({ ...FAST, files: OPEN_BROKER });
    const [logA, logB] = [await openLog(), await openLog()];
    const shared = { url: mosquitto.url, version, graceMs: GRACE_MS, now: () => Date.now() };
    const assigned = { c1: null, c2: 'gw-b' };
    const hub = openTestSubscriber({ ...shared, spool: logA.spool }, assigned);
    const east = openTestSubscriber(
      { ...shared, spool: logB.spool, gateway: 'gw-b', takesUnassigned: false },
      assigned,
    );
    const device = await connectUser(mosquitto.url, 'c9');
    const publish = (topic: string, text: string, retain = false) =>
      device.publishAsync(topic, text, { qos: 1, retain });
    await publish('plugs/a', 'of last year', true);
    await publish('plugs/a', 'not bound yet');
    const topics = { 'plugs/{meter}': 'c1', 'lamps/{meter}': 'c2' };
    for (const gateway of [hub, east]) gateway.bind(topics);
    // gw-b has claimed c2 when the hub has let its topics go.
    await vi.waitFor(() => expect(hub.connection().subscriptions).toBe(4), WITHIN);
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(4), WITHIN);
    await publish('plugs/a', 'of c1');
    await publish('lamps/a', 'of c2');
    await publish('spBv1.0/plant/NDATA/c2', 'sparkling');
    await publish('spBv1.0/plant/NCMD/c2', 'a command');
    await publish('nobody/asked', 'x');
    await vi.waitFor(async () => expect(await logA.texts()).toEqual(['of c1']), WITHIN);
    await vi.waitFor(async () => expect(await logB.texts()).toEqual(['of c2', 'sparkling']), WITHIN);
    for (const gateway of [hub, east]) gateway.bind({});
    await vi.waitFor(() => expect(hub.connection().subscriptions).toBe(3), WITHIN);
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(3), WITHIN);
    await publish('plugs/a', 'bound no more');
    await publish('energy/v1/c1/m/reading', 'the last');
    await vi.waitFor(async () => expect(await logA.texts()).toEqual(['of c1', 'the last']), WITHIN);
  });

  test('thousands of collectors are subscribed to in few packets, and let go again', async () => {
    const mosquitto = await startMosquitto(FAST);
    const { spool } = await openLog();
    const many = (gateway: string | null) =>
      Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`c${index}`, gateway]));
    const shared = { url: mosquitto.url, version, graceMs: 100, now: () => Date.now(), spool };
    const east = openTestSubscriber({ ...shared, gateway: 'gw-b', takesUnassigned: false }, many('gw-b'));
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(6001), WITHIN);
    const hub = openTestSubscriber(shared, many(null));
    east.assign(many(null));
    // The hub claims each of them; then there is nothing left to be subscribed to.
    await vi.waitFor(() => expect(east.connection().subscriptions).toBe(1), WITHIN);
    expect(hub.connection().refusedSubscriptions).toEqual({});
  });
});

test('a subscription that the broker refuses shows in health, with the filter', async () => {
  const { spool } = await openLog();
  // The embedded broker refuses a collector everything but its commands.
  const broker = await openTestBroker(spool);
  const subscriber = openTestSubscriber({
    url: `mqtt://127.0.0.1:${broker.port}`,
    spool,
    version: '3.1.1',
    username: 'c1',
    password: 'token-c1',
  });
  const why = 'refused (0x80)';
  const refused = { 'energy/v1-gateways/+': why, 'energy/v1/#': why, 'spBv1.0/#': why };
  await vi.waitFor(() => expect(subscriber.connection().refusedSubscriptions).toEqual(refused), WITHIN);
  expect(subscriber.connection()).toMatchObject({ connected: true, subscriptions: 0 });
});

describe.skipIf(isMissing('mosquitto'))('password file and ACL from the registry', () => {
  test('the real Mosquitto holds everybody to what the embedded broker would', async () => {
    const registry = await openRegistry();
    const { db } = registry;
    const change = { userId: null, nowMs: 1 };
    for (const id of ['office', 'school']) {
      const input = { id, name: id, type: 'agency', regionCode: '150203', areaM2: 100, headcount: 10 };
      await createInstitution(db, input, change);
    }
    const tokens: Record<string, string> = {};
    for (const id of ['c1', 'c2']) tokens[id] = (await createCollector(db, { id, name: id }, change)).token;
    tokens['office-reader'] = (
      await createMqttReader(db, { id: 'office-reader', name: 'x', institutionId: 'office' }, change)
    ).token;
    tokens['city-reader'] = (await createMqttReader(db, { id: 'city-reader', name: 'x' }, change)).token;
    const options = { baseTopic: 'energy/v1', gateways: [{ username: 'gw-a', password: 'token-gw-a' }] };
    const mosquitto = await startMosquitto({ ...FAST, files: await mosquittoFiles(db, options) });
    const log = await openLog();
    const subscriber = openTestSubscriber({ url: mosquitto.url, spool: log.spool });
    await vi.waitFor(() => expect(subscriber.connection().subscriptions).toBe(3), WITHIN);

    const heard: Record<string, string[]> = {};
    const connect = async (user: string): Promise<MqttClient> => {
      const client = await connectUser(mosquitto.url, user, { password: tokens[user]! });
      heard[user] = [];
      client.on('message', (topic) => heard[user]!.push(topic));
      await client.subscribeAsync(['#', 'energy/v1/#', 'energy/v1-gateways/#'], { qos: 1 });
      return client;
    };
    const c1 = await connect('c1');
    const c2 = await connect('c2');
    await connect('office-reader');
    await connect('city-reader');

    await c1.publishAsync('energy/v1/c2/m/reading', 'not mine', { qos: 1 });
    await c1.publishAsync('energy/v1/alerts/office/a1', 'not mine', { qos: 1, retain: true });
    await c1.publishAsync('energy/v1-gateways/c2', 'not mine', { qos: 1, retain: true });
    await c1.publishAsync('energy/v1/c1/m/reading', 'mine', { qos: 1 });
    await subscriber.publish('energy/v1/alerts/office/a1', '{}', true);
    await subscriber.publish('energy/v1/alerts/school/a2', '{}', true);
    await subscriber.publish('energy/v1/c1/command', 'read', false);
    await subscriber.publish('energy/v1/c2/command', 'read', false);
    await c2.publishAsync('energy/v1/c2/m/reading', 'the last', { qos: 1 });
    await vi.waitFor(async () => expect(await log.texts()).toEqual(['mine', 'the last']), WITHIN);
    // Each filter brings a message once more: what counts is which topics come.
    await vi.waitFor(() => expect(new Set(heard['c2'])).toEqual(new Set(['energy/v1/c2/command'])), WITHIN);
    expect(new Set(heard['c1'])).toEqual(new Set(['energy/v1/c1/command']));
    expect(new Set(heard['office-reader'])).toEqual(new Set(['energy/v1/alerts/office/a1']));
    expect(new Set(heard['city-reader'])).toEqual(
      new Set(['energy/v1/alerts/office/a1', 'energy/v1/alerts/school/a2']),
    );

    // A new token: the old one does not hold any more once the files are there and read.
    const { token } = await renewCollectorToken(db, 'c1', change);
    const files = await mosquittoFiles(db, options);
    await writeFile(join(mosquitto.folder, 'passwords'), files.passwords);
    await writeFile(join(mosquitto.folder, 'acl'), files.acl);
    await registry.close();
    mosquitto.reload();
    await vi.waitFor(() => expect(c1.connected).toBe(false), WITHIN);
    const renewed = await connectUser(mosquitto.url, 'c1', { password: token });
    await renewed.publishAsync('energy/v1/c1/m/reading', 'renewed', { qos: 1 });
    await vi.waitFor(async () => expect(await log.texts()).toEqual(['mine', 'the last', 'renewed']), WITHIN);
  });
});

describe.skipIf(isMissing('mosquitto'))('TLS', () => {
  test('the certificate is checked against the authority given, and refused without it', async () => {
    const folder = await tempFolder();
    const file = (name: string) => join(folder, name);
    const openssl = (...given: string[]) => {
      const { status, stderr } = spawnSync('openssl', given, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA');
    openssl('req', ...key.slice(0, 5), '-keyout', 'key.pem', '-out', 'csr.pem', '-subj', '/CN=broker');
    await writeFile(file('san'), 'subjectAltName=IP:127.0.0.1');
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san', '-days', '7'];
    openssl('x509', '-req', '-in', 'csr.pem', '-out', 'cert.pem', ...signing);
    const mosquitto = await startMosquitto({ ...FAST, tls: { certFile: file('cert.pem'), keyFile: file('key.pem') } });
    const log = await openLog();

    const stranger = openTestSubscriber({ url: mosquitto.url, spool: log.spool });
    await vi.waitFor(() => expect(stranger.connection().lastError).toMatch(/certificate/i), WITHIN);
    expect(stranger.connection().connected).toBe(false);
    await stranger.close();
    const ca = await readFile(file('ca.pem'));
    const subscriber = openTestSubscriber({ url: mosquitto.url, spool: log.spool, ca });
    await vi.waitFor(() => expect(subscriber.connection()).toMatchObject({ connected: true, lastError: '' }), WITHIN);
    await vi.waitFor(() => expect(subscriber.connection().subscriptions).toBe(3), WITHIN);
    const meter = await connectUser(mosquitto.url, 'c1', { ca });
    await meter.publishAsync('energy/v1/c1/m/reading', 'over TLS', { qos: 1 });
    await vi.waitFor(async () => expect(await log.texts()).toEqual(['over TLS']), WITHIN);
  });
});
