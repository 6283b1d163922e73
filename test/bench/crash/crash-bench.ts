import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCrash, type CrashOptions } from '../../support/crash/run-crash.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';

/** How often, from which seed. */
export interface CrashBenchOptions {
  rounds: number;
  seed: number;
}

/**
 * kill -9 under load as in test/pipeline/kill-nine.test.ts, any number of times, embedded and behind a real Mosquitto.
 * True where nothing was lost.
 */
export async function benchCrash(options: CrashBenchOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-crash-'));
  const ends: (() => Promise<void>)[] = [];
  try {
    const machine = await describeMachine(folder);
    const onEnd: CrashOptions['onEnd'] = (end) => void ends.push(end);
    const onRound = (round: number, acknowledged: number): void => {
      if (round % 10 === 0) console.log(`${round} × kill -9, ${acknowledged} readings acknowledged`);
    };
    const embedded = await runCrash({ ...options, folder: join(folder, 'embedded'), onEnd, onRound });
    const { url } = await startMosquitto({ folder: await mkdtemp(join(folder, 'mosquitto-')), onEnd });
    const external = await runCrash({
      ...options,
      folder: join(folder, 'external'),
      front: {
        url,
        passwordOf: (collector) => `token-${collector}`,
        settings: { MQTT_URL: url, MQTT_USERNAME: 'gw-a', MQTT_PASSWORD: 'token-gw-a' },
      },
      onEnd,
      onRound,
    });
    for (const [name, { meters }] of Object.entries({ embedded, 'behind Mosquitto': external })) {
      console.log(`\n${name}, ${options.rounds} × kill -9`);
      console.table(meters.map((meter) => ({ ...meter, lost: meter.lost.length })));
    }
    await writeResult('crash', { machine, options, embedded, external });
    return [...embedded.meters, ...external.meters].every(
      ({ lost, invented, usageMicro, sentMicro }) => lost.length + invented === 0 && usageMicro === sentMicro,
    );
  } finally {
    for (const end of ends) await end();
    await rm(folder, { recursive: true, force: true });
  }
}
