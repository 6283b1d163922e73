import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { startDeployedMosquitto } from '../support/mosquitto.ts';
import { openTestBroker } from '../support/open-test-broker.ts';
import { openTestSpool } from '../support/open-test-spool.ts';
import { spoolContents } from '../support/spool-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** More than the 1,000 that Mosquitto keeps for a client unless told otherwise. */
const WHILE_AWAY = 2500;
const WITHIN = { timeout: 30_000, interval: 50 };

describe.skipIf(isMissing('mosquitto'))('Mosquitto in front, with the configuration of deploy/', () => {
  test('what it took while the platform was away arrives whole, below the name of the collector', async () => {
    const folder = await tempFolder();
    const spool = await openTestSpool(folder);
    const port = await freePort();
    const url = await startDeployedMosquitto({ port, user: 'c1', token: 'token-c1' });
    const meter = await connectAsync(url, { username: 'site', password: 'site-password' }, false);
    onTestFinished(() => meter.endAsync(true));

    const payloads = Array.from({ length: WHILE_AWAY }, (_, index) => JSON.stringify({ total: index }));
    await Promise.all(payloads.map((text) => meter.publishAsync('energy/v1/c1/m1/reading', text, { qos: 1 })));
    expect(spool.commits).toEqual([]);

    const broker = await openTestBroker(spool, port);
    await vi.waitFor(() => expect(broker.status().acknowledged).toBeGreaterThanOrEqual(WHILE_AWAY), WITHIN);
    const { messages } = await spoolContents(folder, spool.committed());
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set(['energy/v1/c1/m1/reading']));
    expect(new Set(messages.map(({ source }) => source))).toEqual(new Set(['c1']));
    expect(new Set(messages.map(({ payload }) => Buffer.from(payload).toString()))).toEqual(new Set(payloads));
    expect(broker.refused).toEqual([]);
  });

  test('nobody connects without a password', async () => {
    const url = await startDeployedMosquitto({ port: await freePort(), user: 'c1', token: 'token-c1' });
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toMatchObject({ code: 5 });
  });
});
