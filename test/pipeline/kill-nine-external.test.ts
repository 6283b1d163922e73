import { describe, expect, test } from 'vitest';

import { runCrash } from '../support/crash/run-crash.ts';
import { isMissing } from '../support/is-missing.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KILLS = 20;

describe.skipIf(isMissing('mosquitto'))('behind a real Mosquitto', () => {
  test(`${KILLS} × kill -9 under load: what Mosquitto acknowledged is readable, and counts once`, async () => {
    const { url } = await startMosquitto();
    const result = await runCrash({
      folder: await tempFolder(),
      rounds: KILLS,
      seed: 20_181_101,
      front: {
        url,
        passwordOf: (collector) => `token-${collector}`,
        settings: { MQTT_URL: url, MQTT_USERNAME: 'gw-a', MQTT_PASSWORD: 'token-gw-a' },
      },
    });
    for (const { meter, acknowledged, lost, invented, usageMicro, sentMicro } of result.meters) {
      expect(acknowledged).toBeGreaterThan(250);
      expect({ meter, lost, invented, usageMicro }).toEqual({ meter, lost: [], invented: 0, usageMicro: sentMicro });
    }
    expect(result.duplicates).toBeGreaterThan(100);
    expect(result.quarantined).toBe(0);
  });
});
