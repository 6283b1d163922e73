import { expect, test } from 'vitest';

import { parseConfig } from '../../../../../app/config.ts';
import { influxProblems } from '../../../../../storage/series/influx/influx-options.ts';

const url = 'http://127.0.0.1:8086';

const cases: { name: string; options: Parameters<typeof influxProblems>[0]; want: string[] }[] = [
  { name: 'nothing is set', options: { url: undefined, token: undefined }, want: [] },
  { name: '1.x by its address alone', options: { url }, want: [] },
  { name: '1.x with a login', options: { url, username: 'u', password: 'p', database: 'd' }, want: [] },
  { name: '2.x', options: { url, token: 't', org: 'o', bucket: 'b' }, want: [] },
  { name: 'a token and a database', options: { url, token: 't', database: 'd' }, want: [] },
  { name: 'no address', options: { bucket: 'b' }, want: ['INFLUX_URL: missing beside the other INFLUX_ settings'] },
  { name: 'a token without a bucket', options: { url, token: 't' }, want: ['INFLUX_TOKEN: needs INFLUX_BUCKET'] },
  {
    name: 'two logins',
    options: { url, token: 't', bucket: 'b', username: 'u', password: 'p' },
    want: ['INFLUX_USERNAME: not beside INFLUX_TOKEN'],
  },
  {
    name: 'half a login',
    options: { url, username: 'u' },
    want: ['INFLUX_USERNAME and INFLUX_PASSWORD: both, or neither'],
  },
  {
    name: 'two targets',
    options: { url, bucket: 'b', database: 'd' },
    want: ['INFLUX_DATABASE: not beside INFLUX_BUCKET'],
  },
];
for (const { name, options, want } of cases)
  test(`settings of InfluxDB: ${name}`, () => expect(influxProblems(options)).toEqual(want));

test('settings of InfluxDB: what is missing stops the start, by its name', () => {
  expect(() => parseConfig({ INFLUX_URL: url, INFLUX_TOKEN: 't' })).toThrow(/INFLUX_TOKEN: needs INFLUX_BUCKET/);
  expect(parseConfig({ INFLUX_URL: url, INFLUX_TOKEN: 't', INFLUX_BUCKET: 'b' }).INFLUX_BUCKET).toBe('b');
});
