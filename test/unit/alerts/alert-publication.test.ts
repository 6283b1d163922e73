import { expect, test } from 'vitest';

import { alertSchema, type Alert } from '../../../services/api/schemas/alert.ts';
import { alertPublication } from '../../../services/alerts/mqtt/alert-publication.ts';

const alert: Alert = {
  id: 'a1',
  rule: 'off-hours',
  article: 'Art. 20(1)',
  institution: 'office',
  institutionName: '办公楼',
  subject: 'standby',
  subjectName: null,
  severity: 'warning',
  state: 'open',
  activeSince: '2026-03-03T19:00:00+08:00',
  clearedAt: null,
  limit: 60,
  value: 80,
  unit: 'kW',
  waste: { amount: 1, unit: 'kWh', kgce: 0.1229 },
  addressedTo: 'institution',
  evidence: { kind: 'hourly-power', series: [], facts: {} },
  acknowledgedBy: null,
  acknowledgedAt: null,
};

test("an alert is retained on its topic as the API's JSON", () => {
  const { topic, payload, ...rest } = alertPublication('energy/v1', { institution: 'office', alertId: 'a1', alert });
  expect(topic).toBe('energy/v1/alerts/office/a1');
  expect(alertSchema.parse(JSON.parse(payload))).toEqual(alert);
  expect(rest).toEqual({ qos: 1, retain: true });
});

test('an empty retained payload takes it back', () => {
  const gone = alertPublication('energy/v1', { institution: 'office', alertId: 'a1', alert: null });
  expect(gone).toMatchObject({ topic: 'energy/v1/alerts/office/a1', payload: '', retain: true });
});
