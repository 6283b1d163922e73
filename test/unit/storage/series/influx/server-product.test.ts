import { expect, test } from 'vitest';

import { missingFor, serverProduct } from '../../../../../storage/series/influx/server-product.ts';

/** Answers to /ping: headers as Node gives them, and the body where there is one. */
const answers: {
  name: string;
  headers: Record<string, unknown>;
  body?: unknown;
  want: ReturnType<typeof serverProduct>;
}[] = [
  {
    name: '1.6 of Debian',
    headers: { 'x-influxdb-build': 'OSS', 'x-influxdb-version': '1.6.7~rc0' },
    want: { generation: 1, version: '1.6.7~rc0', product: 'InfluxDB 1.6.7~rc0 (OSS)' },
  },
  {
    name: '1.8',
    headers: { 'x-influxdb-build': 'OSS', 'x-influxdb-version': '1.8.10', 'content-type': 'application/json' },
    want: { generation: 1, version: '1.8.10', product: 'InfluxDB 1.8.10 (OSS)' },
  },
  {
    name: 'Enterprise of 1.x',
    headers: { 'x-influxdb-build': 'ENT', 'x-influxdb-version': '1.11.8-c1.11.8' },
    want: { generation: 1, version: '1.11.8-c1.11.8', product: 'InfluxDB 1.11.8-c1.11.8 (ENT)' },
  },
  {
    name: '2.x, with and without v',
    headers: { 'x-influxdb-build': 'OSS', 'x-influxdb-version': 'v2.7.1' },
    want: { generation: 2, version: '2.7.1', product: 'InfluxDB 2.7.1 (OSS)' },
  },
  {
    name: 'the cloud, which has no version',
    headers: { 'x-influxdb-build': 'Cloud' },
    want: { generation: 2, version: 'unknown', product: 'InfluxDB Cloud' },
  },
  {
    name: '3 Core',
    headers: { 'x-influxdb-build': 'Core', 'x-influxdb-version': '3.9.2', 'content-type': 'application/json' },
    body: { version: '3.9.2', revision: 'abc123def', process_id: 'b1' },
    want: { generation: 3, version: '3.9.2', product: 'InfluxDB 3.9.2 (Core)' },
  },
  {
    name: '3 Enterprise',
    headers: { 'x-influxdb-build': 'Enterprise', 'x-influxdb-version': '3.9.2' },
    body: { version: '3.9.2', revision: 'abc123def', process_id: 'b1' },
    want: { generation: 3, version: '3.9.2', product: 'InfluxDB 3.9.2 (Enterprise)' },
  },
  {
    name: '3 behind a proxy that drops its headers',
    headers: { 'content-type': 'application/json' },
    body: { version: '3.0.1', revision: 'abc', process_id: 'b1' },
    want: { generation: 3, version: '3.0.1', product: 'InfluxDB 3.0.1' },
  },
  {
    name: 'something that speaks the protocol',
    headers: { server: 'x' },
    body: Buffer.from('ok'),
    want: { generation: undefined, version: 'unknown', product: 'InfluxDB of an unknown version' },
  },
  {
    name: 'nonsense',
    headers: { 'x-influxdb-version': ['', '2.0'], 'x-influxdb-build': 7 },
    body: null,
    want: { generation: undefined, version: 'unknown', product: 'InfluxDB of an unknown version' },
  },
];
for (const { name, headers, body, want } of answers)
  test(`what /ping says: ${name}`, () => expect(serverProduct(headers, body)).toEqual(want));

const settings: {
  name: string;
  generation: 1 | 2 | 3 | undefined;
  options: Parameters<typeof missingFor>[1];
  want: string | undefined;
}[] = [
  { name: '1.x takes everything by default', generation: 1, options: {}, want: undefined },
  { name: 'an unknown server as well', generation: undefined, options: {}, want: undefined },
  { name: '2.x alone', generation: 2, options: {}, want: 'InfluxDB X needs INFLUX_TOKEN and INFLUX_BUCKET' },
  { name: '2.x with a token', generation: 2, options: { token: 't' }, want: 'InfluxDB X needs INFLUX_BUCKET' },
  { name: '2.x with a bucket', generation: 2, options: { bucket: 'b' }, want: 'InfluxDB X needs INFLUX_TOKEN' },
  { name: '2.x with both', generation: 2, options: { token: 't', bucket: 'b' }, want: undefined },
  { name: "2.x by 1.x's login", generation: 2, options: { username: 'u', database: 'd' }, want: undefined },
  { name: '3 without tokens', generation: 3, options: { database: 'd' }, want: undefined },
  { name: '3 alone', generation: 3, options: {}, want: 'InfluxDB X needs INFLUX_BUCKET' },
];
for (const { name, generation, options, want } of settings)
  test(`what a server needs: ${name}`, () =>
    expect(missingFor({ generation, version: '1', product: 'InfluxDB X' }, options)).toBe(want));
