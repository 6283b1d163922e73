import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { launchPlatform, startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeTestCertificate } from '../support/test-certificate.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00+08:00');
const SOON = { timeout: 60_000, interval: 150 };

describe.skipIf(isMissing('mosquitto-clients') || isMissing('openssl'))('MQTT over TLS, as the README shows it', () => {
  test('mosquitto_pub with the certificate of the platform: acknowledged, and readable by the API', async () => {
    const { certFile, keyFile } = makeTestCertificate(await tempFolder());
    const tlsPort = await freePort();
    const platform = await startPlatform({
      folder: await tempFolder(),
      settings: {
        CLOCK_START: new Date(NOW_MS).toISOString(),
        MQTT_TLS_PORT: `${tlsPort}`,
        TLS_CERT_FILE: certFile,
        TLS_KEY_FILE: keyFile,
        MQTT_ANONYMOUS_COLLECTOR: 'c2',
      },
    });
    const api = await platform.logIn();
    await postInstitution(api, 'office');
    const token = await postCollector(api, 'c1');
    await postCollector(api, 'c2');
    for (const [id, collectorId] of [
      ['m1', 'c1'],
      ['m2', 'c2'],
    ] as const) {
      await postMeter(api, { id, institutionId: 'office', collectorId });
    }
    const publish = (meter: string, collector: string, who: readonly string[]) => {
      const where = ['-h', '127.0.0.1', '-p', `${tlsPort}`, '--cafile', certFile, '-q', '1'];
      const what = ['-t', `energy/v1/${collector}/${meter}/reading`, '-m', '{"total": 1000, "rate": 4.2}'];
      const { status, stderr } = spawnSync('mosquitto_pub', [...where, ...who, ...what], { encoding: 'utf8' });
      return { status, stderr };
    };
    expect(publish('m1', 'c1', ['-u', 'c1', '-P', token])).toEqual({ status: 0, stderr: '' });
    expect(publish('m1', 'c1', ['-u', 'c1', '-P', 'wrong'])).toMatchObject({ status: 4 });
    expect(publish('m2', 'c2', [])).toEqual({ status: 0, stderr: '' });
    for (const meter of ['m1', 'm2']) {
      const range = `from=${NOW_MS - 86_400_000}&to=${NOW_MS + 86_400_000}`;
      await expect
        .poll(
          async () => (await api.items<{ total: number }>(`/meters/${meter}/readings?${range}`)).map((r) => r.total),
          SOON,
        )
        .toEqual([1000]);
    }
    await platform.stop();
  });

  test('files that cannot be used are one sentence that names the setting, and exit 1', async () => {
    const { certFile, keyFile } = makeTestCertificate(await tempFolder());
    const other = makeTestCertificate(await tempFolder(), 'other');
    await writeFile(other.certFile, 'not a certificate');
    for (const [setting, files] of [
      ['TLS_CERT_FILE', { TLS_CERT_FILE: `${certFile}.gone`, TLS_KEY_FILE: keyFile }],
      ['TLS_CERT_FILE', { TLS_CERT_FILE: other.certFile, TLS_KEY_FILE: keyFile }],
      ['TLS_KEY_FILE', { TLS_CERT_FILE: certFile, TLS_KEY_FILE: other.keyFile }],
    ] as const) {
      const ended = await launchPlatform({ folder: await tempFolder(), settings: { MQTT_TLS_PORT: '0', ...files } })
        .ended;
      expect(ended.code).toBe(1);
      expect(ended.stderr.trim().split('\n').length).toBe(1);
      expect(ended.stderr).toContain(`${setting}: `);
    }
  });
});
