import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test as testAlways, vi } from 'vitest';

import { isMissing } from '../../../support/is-missing.ts';
import { connectFrame, publishFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker, type TestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { PACKET, rawClientOn } from '../../../support/raw-mqtt-client.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { makeTestCertificate, type TestCertificate } from '../../../support/test-certificate.ts';

const test = testAlways.skipIf(isMissing('openssl'));

interface TlsBroker {
  folder: string;
  broker: TestBroker;
  certificate: TestCertificate;
  problems: string[];
  spooled(): Promise<string[]>;
}

async function open(connectTimeoutMs = 10_000): Promise<TlsBroker> {
  const folder = await tempFolder();
  const spoolFolder = await tempFolder();
  const spool = await openTestSpool(spoolFolder);
  const certificate = makeTestCertificate(folder);
  const problems: string[] = [];
  const broker = await openTestBroker(spool, 0, {
    tls: { port: 0, ...certificate },
    limits: { connectTimeoutMs },
    onProblem: (message) => problems.push(message),
  });
  const spooled = async (): Promise<string[]> =>
    (await spoolContents(spoolFolder, spool.committed())).messages.map(({ source, topic }) => `${source} ${topic}`);
  return { folder, broker, certificate, problems, spooled };
}

async function handshake(broker: TestBroker, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port: broker.tlsPort!, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

test('tls: a client that trusts the certificate publishes and is acknowledged; the plain port goes on beside it', async () => {
  const { broker, certificate, spooled } = await open();
  const client = await connectAsync(
    `mqtts://127.0.0.1:${broker.tlsPort}`,
    {
      username: 'c1',
      password: 'token-c1',
      clientId: 'over-tls',
      protocolVersion: 4,
      reconnectPeriod: 0,
      ca: await readFile(certificate.certFile),
    },
    false,
  );
  onTestFinished(() => client.endAsync(true));
  await client.publishAsync('energy/v1/c1/m1/reading', 'x'.repeat(500_000), { qos: 1 });
  await client.publishAsync('energy/v1/c1/m2/reading', '1', { qos: 2 });
  const plain = await broker.connect('c2');
  await plain.publishAsync('energy/v1/c2/m3/reading', '1', { qos: 1 });
  expect(await spooled()).toEqual([
    'c1 energy/v1/c1/m1/reading',
    'c1 energy/v1/c1/m2/reading',
    'c2 energy/v1/c2/m3/reading',
  ]);
  expect(broker.status()).toMatchObject({ connections: 2, refused: {} });
});

test('tls: a client that does not trust the certificate, speaks an old TLS, or no TLS at all gets nowhere', async () => {
  const { broker, certificate } = await open();
  await expect(handshake(broker, {})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const ca = await readFile(certificate.certFile);
  const old: ConnectionOptions = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(handshake(broker, old)).rejects.toThrow();
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    expect((await handshake(broker, { ca, maxVersion })).getProtocol()).toBe(maxVersion);
  }
  const plain = connectTcp(broker.tlsPort!, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.write(connectFrame({ clientId: 'a', username: 'c1', password: 'token-c1' }));
  plain.resume();
  await once(plain, 'close');
  await vi.waitFor(() => expect(broker.status().refused['tls-failed']).toBeGreaterThanOrEqual(2));
});

test('tls: half a handshake, or none, has to go in time; it costs others nothing', async () => {
  const { broker, certificate } = await open(150);
  const silent = connectTcp(broker.tlsPort!, '127.0.0.1');
  const half = connectTcp(broker.tlsPort!, '127.0.0.1');
  // The begin of a ClientHello.
  half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]));
  const shaken = await handshake(broker, { ca: await readFile(certificate.certFile) });
  for (const socket of [silent, half]) socket.on('error', () => undefined).resume();
  await Promise.all([silent, half, shaken.resume()].map((socket) => once(socket, 'close')));
  expect(broker.status()).toMatchObject({ connections: 0, refused: { 'no-connect': 3 } });
});

test('tls: a renewed certificate serves the next handshake, and connections stay', async () => {
  const { folder, broker, certificate } = await open();
  const ca = await readFile(certificate.certFile);
  const before = rawClientOn(await handshake(broker, { ca }));
  before.send(connectFrame({ clientId: 'a', username: 'c1', password: 'token-c1' }));
  await before.received(PACKET.connack, 1);

  const renewed = makeTestCertificate(folder, 'renewed');
  await copyFile(renewed.keyFile, certificate.keyFile);
  await copyFile(renewed.certFile, certificate.certFile);
  await broker.refreshTls();
  await expect(handshake(broker, { ca })).rejects.toThrow();
  const after = await handshake(broker, { ca: await readFile(renewed.certFile) });
  expect(after.getPeerCertificate().subject.CN).toBe('renewed');
  before.send(publishFrame('energy/v1/c1/m1/reading', '1', { qos: 1, messageId: 1 }));
  await before.received(PACKET.puback, 1);
});

test('tls: a renewal that cannot be used is reported, the old certificate stays, and a later one is taken', async () => {
  const { folder, broker, certificate, problems } = await open();
  const old = await readFile(certificate.certFile);
  const renewed = makeTestCertificate(folder, 'renewed');
  await copyFile(renewed.certFile, certificate.certFile);
  await broker.refreshTls();
  expect(problems).toEqual([expect.stringContaining('TLS_KEY_FILE')]);
  await handshake(broker, { ca: old });
  await copyFile(renewed.keyFile, certificate.keyFile);
  await broker.refreshTls();
  await handshake(broker, { ca: await readFile(renewed.certFile) });
  expect(problems.length).toBe(1);
});

for (const { name, spoil, setting } of [
  {
    name: 'a certificate that is not there',
    spoil: async (files: TestCertificate) => ({ ...files, certFile: `${files.certFile}.gone` }),
    setting: 'TLS_CERT_FILE',
  },
  {
    name: 'a key that is not there',
    spoil: async (files: TestCertificate) => ({ ...files, keyFile: `${files.keyFile}.gone` }),
    setting: 'TLS_KEY_FILE',
  },
  {
    name: 'a certificate that is none',
    spoil: async (files: TestCertificate) => {
      await writeFile(files.certFile, 'not a certificate');
      return files;
    },
    setting: 'TLS_CERT_FILE',
  },
  {
    name: 'a key that is none',
    spoil: async (files: TestCertificate) => {
      await writeFile(files.keyFile, 'not a key');
      return files;
    },
    setting: 'TLS_KEY_FILE',
  },
  {
    name: 'a key of another certificate',
    spoil: async (files: TestCertificate) => {
      const other = makeTestCertificate(join(files.certFile, '..'), 'other');
      return { ...files, keyFile: other.keyFile };
    },
    setting: 'TLS_KEY_FILE',
  },
]) {
  test(`tls: ${name} => no start, and a sentence that names ${setting}`, async () => {
    const files = await spoil(makeTestCertificate(await tempFolder()));
    const spool = await openTestSpool(await tempFolder());
    await expect(openTestBroker(spool, 0, { tls: { port: 0, ...files } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(new RegExp(`^${setting}: `)),
    });
  });
}

test('tls: a port in use is said in a sentence', async () => {
  const { broker, certificate } = await open();
  const spool = await openTestSpool(await tempFolder());
  await expect(openTestBroker(spool, 0, { tls: { port: broker.tlsPort!, ...certificate } })).rejects.toMatchObject({
    code: 'port-busy',
    message: expect.stringContaining('MQTT_TLS_PORT'),
  });
});
