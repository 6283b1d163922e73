import { connectAsync, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';

import type { Alert } from '../../services/api/schemas/alert.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const WITHIN = { timeout: 30_000, interval: 50 };

async function client(url: string, username: string, password: string): Promise<MqttClient> {
  const connected = await connectAsync(url, { username, password, reconnectPeriod: 0 });
  onTestFinished(() => connected.endAsync(true));
  return connected;
}

/** Subscribes and keeps what comes, by topic; the newest payload counts. */
async function listen(mqtt: MqttClient, filter: string): Promise<Map<string, string>> {
  const heard = new Map<string, string>();
  mqtt.on('message', (topic, payload) => void heard.set(topic, payload.toString()));
  await mqtt.subscribeAsync(filter, { qos: 1 });
  return heard;
}

test('a quota breach is published for the bureau to readers whose scope it is in, retained while it is open', async () => {
  const settings = { CLOCK_START: '2026-03-20T12:00:00+08:00' };
  const platform = await startPlatform({ folder: await tempFolder(), settings });
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  await postInstitution(api, 'school', { reportsTo: '150204' });
  const token = await postCollector(api, 'c1');
  await postMeter(api, { id: 'm1', institutionId: 'office', collectorId: 'c1', expectedIntervalS: 3600 });
  await api.put('/institutions/office/quotas/2026/electricity', { annualLimit: 1200 });
  const reader = (id: string, scope: object): Promise<{ token: string }> =>
    api.post('/mqtt-readers', { id, name: id, ...scope });
  const bureau = await client(platform.mqttUrl, 'bureau-bot', (await reader('bureau-bot', {})).token);
  const other = await client(
    platform.mqttUrl,
    'school-bot',
    (await reader('school-bot', { regionCode: '150204' })).token,
  );
  const heard = await listen(bureau, 'energy/v1/alerts/#');
  const unheard = await listen(other, 'energy/v1/alerts/#');

  const collector = await client(platform.mqttUrl, 'c1', token);
  const start = Date.parse('2026-03-01T00:00:00+08:00');
  const readings = Array.from({ length: 240 }, (_, hour) => ({ ts: start + hour * 3_600_000, total: hour }));
  await collector.publishAsync('energy/v1/c1/m1/reading', JSON.stringify(readings), { qos: 1 });

  const month = await vi.waitFor(() => {
    const alerts = [...heard.values()].map((payload) => JSON.parse(payload) as Alert);
    const breach = alerts.find((alert) => alert.subject === 'electricity/2026-03' && alert.severity === 'critical');
    expect(breach).toMatchObject({
      rule: 'quota',
      institution: 'office',
      addressedTo: 'bureau',
      limit: 100,
      unit: 'kWh',
    });
    return breach!;
  }, WITHIN);
  expect(month).toEqual(await api.get(`/alerts/${month.id}`));
  const topic = `energy/v1/alerts/office/${month.id}`;
  expect(heard.has(topic)).toBe(true);

  // Retained: who subscribes later hears it too, as it now stands.
  await api.post(`/alerts/${month.id}/acknowledge`, { note: '已通知' });
  const stateNow = (): string => (JSON.parse(heard.get(topic)!) as Alert).state;
  await vi.waitFor(() => expect(stateNow()).toBe('acknowledged'), WITHIN);
  const late = await client(
    platform.mqttUrl,
    'late-bot',
    (await reader('late-bot', { institutionId: 'office' })).token,
  );
  const heardLate = await listen(late, 'energy/v1/alerts/office/+');
  await vi.waitFor(() => expect(heardLate.get(topic)).toBe(heard.get(topic)), WITHIN);

  expect([...unheard.keys()]).toEqual([]);
  await expect(collector.subscribeAsync('energy/v1/alerts/#')).rejects.toThrow();
  await platform.stop();
});
