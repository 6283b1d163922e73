import { afterEach, beforeEach, expect, test } from 'vitest';

import type { TriedMessage } from '../../services/api/schemas/binding.ts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls } from '../support/registry-calls.ts';

let api: ApiFixture;
const tried: TriedMessage[] = [];
beforeEach(async () => {
  tried.length = 0;
  api = await openApiFixture({
    tryDecode: (message) => {
      tried.push(message);
      return {
        readings: [{ meter: null, address: '7', index: -1, fields: { total: 5 } }],
        refused: [{ index: 1, reason: 'bad-value', detail: 'x', address: null }],
      };
    },
  });
});
afterEach(() => api.close());

const { get, post, patch, remove } = registryCalls(() => api);
const MAPPING = { rules: [{ address: '{device}', fields: [{ path: 'kwh', quantity: 'total', unit: 'kWh' }] }] };
const BINDING = { id: 'plant', collectorId: 'c1', topic: 'plant/{device}/up', format: 'mapping', mapping: MAPPING };

test('bound, changed, switched off, taken out: told each time, and in the trail', async () => {
  const made = await post('bindings', BINDING);
  expect([made.status, made.body]).toEqual([201, { ...BINDING, enabled: true }]);
  expect((await patch('bindings/plant', { enabled: false })).body).toEqual({ ...BINDING, enabled: false });
  const frames = { collectorId: null, topic: '{collector}/dtu/up', format: 'frames' };
  expect((await patch('bindings/plant', { ...frames, enabled: true })).body).toEqual({
    id: 'plant',
    ...frames,
    mapping: null,
    enabled: true,
  });
  expect((await get('bindings/plant')).body).toMatchObject(frames);
  expect((await remove('bindings/plant')).status).toBe(204);
  expect((await get('bindings')).body).toEqual({ items: [], next: null });
  expect(api.calls.registryChanged).toBe(4);
  const trail = await api.db
    .selectFrom('audit')
    .selectAll()
    .where('object', '=', 'binding/plant')
    .orderBy('id')
    .execute();
  expect(trail.map(({ action }) => action)).toEqual(['create', 'change', 'change', 'delete']);
  expect(JSON.parse(trail[3]!.before!)).toMatchObject(frames);
});

test.each<[string, object, number, string]>([
  ['a mapping that is none', { mapping: { rules: [] } }, 400, 'mapping.rules'],
  ['a format that none is bound to', { format: 'dlt645-2007' }, 400, 'format: must be one of native-json, frames'],
  [
    "the platform's own topics",
    { id: 'other', topic: 'energy/v1/{device}/x' },
    400,
    "the platform's own topics below energy/v1",
  ],
  [
    'a collector that is not there',
    { id: 'other', collectorId: 'c9' },
    400,
    'collectorId: there is no collector c9; enter it first',
  ],
  ['an id that is taken', { topic: 'other/{device}' }, 409, 'There is a binding with the id plant'],
  [
    'the same topics under other names',
    { id: 'other', topic: 'plant/+/up', mapping: { rules: [{ ...MAPPING.rules[0], address: 'all' }] } },
    409,
    'topic: the binding plant (plant/{device}/up) lets through the same topics',
  ],
])('refused: %s', async (_name, more, status, words) => {
  await post('bindings', BINDING);
  const answer = await post('bindings', { ...BINDING, ...more });
  expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
  expect(api.calls.registryChanged).toBe(1);
});

test('refused: a change that makes it so, and one of a binding that is not there', async () => {
  await post('bindings', BINDING);
  await post('bindings', { ...BINDING, id: 'other', topic: 'other/{device}' });
  expect((await patch('bindings/other', { topic: 'plant/{device}/up' })).status).toBe(409);
  expect((await patch('bindings/other', { collectorId: null })).detail).toContain(
    'collectorId: whose messages are these?',
  );
  expect((await patch('bindings/other', { topic: 'other/{plug}' })).detail).toContain('nothing says what {device} is');
  expect((await patch('bindings/none', { enabled: false })).status).toBe(404);
  expect((await remove('bindings/none')).status).toBe(404);
});

test('the binding of a collector that ended can be switched off, and on again with another', async () => {
  await post('collectors', { id: 'brief', name: 'brief' });
  await post('bindings', { ...BINDING, collectorId: 'brief' });
  expect((await patch('collectors/brief', { endedOn: '2026-05-15' })).status).toBe(200);
  expect(await patch('bindings/plant', { enabled: false })).toMatchObject({ status: 200, body: { enabled: false } });
  expect((await patch('bindings/plant', { enabled: true })).detail).toContain('collectorId: brief ended on 2026-05-15');
  expect((await patch('bindings/plant', { enabled: true, collectorId: 'c1' })).status).toBe(200);
});

test('a message is tried without being stored', async () => {
  const message = {
    topic: 'plant/7/up',
    pattern: 'plant/{device}/up',
    payload: '{}',
    format: 'mapping',
    mapping: MAPPING,
  };
  const answer = await post('bindings/try', message);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      readings: [{ meter: null, address: '7', index: -1, fields: { total: 5 } }],
      refused: [{ index: 1, reason: 'bad-value', detail: 'x', address: null }],
    },
  ]);
  expect(tried).toEqual([{ ...message, encoding: 'text' }]);
  expect((await post('bindings/try', { ...message, topic: 'other' })).detail).toContain(
    'topic: other does not fit the pattern plant/{device}/up',
  );
  expect((await post('bindings/try', { ...message, mapping: null })).detail).toContain(
    'mapping: belongs to the format',
  );
  expect((await post('bindings/try', { ...message, pattern: '{' })).detail).toContain('pattern: { is no pattern');
  expect(tried).toHaveLength(1);
});

test('the mappings that ship with the platform are listed with topics to bind', async () => {
  const { items } = (await get('bindings/ready')).body as { items: { format: string; topics: string[] }[] };
  expect(items.map(({ format }) => format)).toEqual(['shelly-gen2', 'tasmota', 'zigbee2mqtt', 'acrel']);
  const [topic] = items[1]!.topics;
  expect((await post('bindings', { id: 'plugs', collectorId: 'c1', topic, format: 'tasmota' })).status).toBe(201);
});
