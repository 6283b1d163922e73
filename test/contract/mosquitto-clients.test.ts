import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import type { SpooledMessage } from '../../gateway/spool/record.ts';
import { isMissing } from '../support/is-missing.ts';
import { openTestBroker, type TestBroker } from '../support/open-test-broker.ts';
import { openTestSpool } from '../support/open-test-spool.ts';
import { spoolContents } from '../support/spool-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeTestCertificate } from '../support/test-certificate.ts';

const WITHIN = { timeout: 20_000, interval: 20 };

interface Opened {
  broker: TestBroker;
  /** Options of a client for the plain port, and for the one that speaks TLS. */
  plain: string[];
  tls: string[];
  spooled(): Promise<SpooledMessage[]>;
}

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function open(): Promise<Opened> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const certificate = makeTestCertificate(await tempFolder());
  const broker = await openTestBroker(spool, 0, { tls: { port: 0, ...certificate }, anonymousAs: 'c4' });
  return {
    broker,
    plain: ['-h', '127.0.0.1', '-p', `${broker.port}`],
    tls: ['-h', '127.0.0.1', '-p', `${broker.tlsPort}`, '--cafile', certificate.certFile],
    spooled: async () => (await spoolContents(folder, spool.committed())).messages,
  };
}

function start(command: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Run>; said(): string } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = once(child, 'close').then(([code]): Run => ({ code: code as number | null, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, said: () => stdout + stderr };
}

function run(command: string, ...args: string[]): Promise<Run> {
  return start(command, args).ended;
}

const asC1 = ['-u', 'c1', '-P', 'token-c1'];
const reading = ['-t', 'energy/v1/c1/m1/reading', '-m', '{"total": 1000, "rate": 4.2}'];

describe.skipIf(isMissing('mosquitto-clients') || isMissing('openssl'))('mosquitto_pub and mosquitto_sub', () => {
  for (const port of ['plain', 'tls'] as const) {
    for (const qos of [0, 1, 2]) {
      test(`mosquitto_pub, ${port}, QoS ${qos}: ends well, and the message is on disk`, async () => {
        const opened = await open();
        const ended = await run('mosquitto_pub', ...opened[port], ...asC1, '-i', 'hand', '-q', `${qos}`, ...reading);
        expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
        await vi.waitFor(async () => {
          const [message] = await opened.spooled();
          expect(message).toMatchObject({ source: 'c1', topic: 'energy/v1/c1/m1/reading' });
          expect(Buffer.from(message!.payload).toString()).toBe('{"total": 1000, "rate": 4.2}');
        }, WITHIN);
      });
    }
  }

  test('mosquitto_pub: many lines over one connection, with and without a client id of its own', async () => {
    const { plain, broker, spooled } = await open();
    for (const id of [['-i', 'lines'], []]) {
      const { child, ended } = start('mosquitto_pub', [
        ...plain,
        ...asC1,
        ...id,
        '-q',
        '1',
        ...reading.slice(0, 2),
        '-l',
      ]);
      child.stdin!.end(Array.from({ length: 500 }, (_, n) => `{"total":${n}}\n`).join(''));
      expect(await ended).toMatchObject({ code: 0, stderr: '' });
    }
    expect((await spooled()).length).toBe(1000);
    expect(broker.status()).toMatchObject({ received: 1000, acknowledged: 1000, refused: {} });
  });

  test('mosquitto_pub: a wrong token, an unknown user and an untrusted certificate are said, and nothing is taken', async () => {
    const { plain, tls, spooled } = await open();
    for (const who of [
      ['-u', 'c1', '-P', 'token-c2'],
      ['-u', 'c9', '-P', 'token-c1'],
      ['-u', 'c1'],
    ]) {
      const { code, stderr } = await run('mosquitto_pub', ...plain, ...who, '-q', '1', ...reading);
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('bad user name or password') });
    }
    const trusting = makeTestCertificate(await tempFolder(), 'somebody-else').certFile;
    const untrusted = [...tls.slice(0, -1), trusting];
    const { code, stderr } = await run('mosquitto_pub', ...untrusted, ...asC1, '-q', '1', ...reading);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/certificate|TLS/i);
    expect(await spooled()).toEqual([]);
  });

  test('mosquitto_pub: without a user name it speaks for the collector that is named for that', async () => {
    const { plain, spooled } = await open();
    const topic = 'energy/v1/c4/m4/reading';
    expect(await run('mosquitto_pub', ...plain, '-q', '1', '-t', topic, '-m', '{"total":1}')).toMatchObject({
      code: 0,
    });
    expect(await spooled()).toMatchObject([{ source: 'c4', topic }]);
  });

  test('mosquitto_sub: a subscription to anything but the own commands is denied', async () => {
    const { plain, tls } = await open();
    for (const port of [plain, tls]) {
      const { code, stdout, stderr } = await run('mosquitto_sub', ...port, ...asC1, '-i', 'ear', '-t', '#');
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toContain('denied');
    }
  });

  for (const port of ['plain', 'tls'] as const) {
    test(`mosquitto_sub, ${port}: a reader gets the alert that is open, and the next one, of its institution alone`, async () => {
      const opened = await open();
      const { broker } = opened;
      await broker.publish('energy/v1/alerts/i1/a1', '{"state":"open"}', true);
      await broker.publish('energy/v1/alerts/i2/a1', '{"state":"open"}', true);
      const who = ['-u', 'reader-i1', '-P', 'token-reader-i1', '-i', 'alert-ear'];
      const sub = start('mosquitto_sub', [
        ...opened[port],
        ...who,
        '-q',
        '1',
        '-v',
        '-t',
        'energy/v1/alerts/#',
        '-C',
        '2',
      ]);
      await vi.waitFor(() => expect(sub.said()).toContain('a1'), WITHIN);
      await broker.publish('energy/v1/alerts/i2/a2', 'other', false);
      await broker.publish('energy/v1/alerts/i1/a2', 'own', false);
      const { code, stdout, stderr } = await sub.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trim().split('\n')).toEqual([
        'energy/v1/alerts/i1/a1 {"state":"open"}',
        'energy/v1/alerts/i1/a2 own',
      ]);
    });
  }

  test('mosquitto_sub: a collector gets its commands, also what came while it was away', async () => {
    const { plain, broker } = await open();
    const args = [...plain, ...asC1, '-i', 'dtu-1', '-c', '-q', '1', '-t', 'energy/v1/c1/command'];
    expect(await run('mosquitto_sub', ...args, '-E')).toEqual({ code: 0, stdout: '', stderr: '' });
    await broker.publish('energy/v1/c1/command', 'one', false);
    await broker.publish('energy/v1/c1/command', 'two', false);
    await broker.publish('energy/v1/c2/command', 'not for it', false);
    const again = await run('mosquitto_sub', ...args, '-C', '2');
    expect(again).toEqual({ code: 0, stdout: 'one\ntwo\n', stderr: '' });
  });
});
