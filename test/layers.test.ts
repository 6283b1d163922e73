import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { layerViolations } from './support/layer-rules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['app', 'dashboards', 'domain', 'gateway', 'services', 'simulators', 'storage'];

function sourcesBelow(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|cts|mts|js|mjs|cjs|jsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')]);
}

describe('layers: the sources', () => {
  const sources = FOLDERS.map((folder) => [folder, sourcesBelow(folder)] as const);

  test.each(sources)('%s has files to look at', (_, files) => {
    expect(files.length).toBeGreaterThan(2);
  });

  test('every import is one that its layer may have, and there is no cycle', () => {
    expect(layerViolations(new Map(sources.flatMap(([, files]) => files)))).toEqual([]);
  });
});

describe('layers: what the rules find', () => {
  const PLANTED: { name: string; files: Record<string, string>; want: string }[] = [
    {
      name: 'domain that imports a service',
      files: { 'domain/a.ts': "import { b } from '../services/b.ts';", 'services/b.ts': '' },
      want: 'domain/a.ts imports services/b.ts: domain imports nothing of ours and does no IO',
    },
    {
      name: 'domain that reads a file',
      files: { 'domain/a.ts': "import { readFileSync } from 'node:fs';" },
      want: 'domain/a.ts imports node:fs: domain imports nothing of ours and does no IO',
    },
    {
      name: 'a decoder that takes more than a type of the spool',
      files: { 'gateway/decode/a.ts': "import { b } from '../spool/record.ts';", 'gateway/spool/record.ts': '' },
      want: 'gateway/decode/a.ts imports gateway/spool/record.ts: decoders are pure',
    },
    {
      name: 'a decoder that opens a socket',
      files: { 'gateway/decode/a.ts': "import { connect } from 'node:net';" },
      want: 'gateway/decode/a.ts imports node:net: decoders are pure',
    },
    {
      name: 'validation that asks the store',
      files: {
        'gateway/validate/a.ts': "import type { S } from '../../storage/series/port.ts';",
        'storage/series/port.ts': '',
      },
      want: 'gateway/validate/a.ts imports storage/series/port.ts: validation is pure',
    },
    {
      name: 'the gateway that imports a service, by type alone',
      files: { 'gateway/a.ts': "export type { B } from '../services/b.ts';", 'services/b.ts': '' },
      want: 'gateway/a.ts imports services/b.ts: the gateway imports domain, itself and ports',
    },
    {
      name: 'a service that imports the gateway, dynamically',
      files: { 'services/x/a.ts': "await import('../../gateway/b.ts');", 'gateway/b.ts': '' },
      want: "services/x/a.ts imports gateway/b.ts: services import domain, each other's roots",
    },
    {
      name: 'register accounting that calls what stores it',
      files: { 'services/usage/periods.ts': "import { b } from './roll-up.ts';", 'services/usage/roll-up.ts': '' },
      want: 'services/usage/periods.ts imports services/usage/roll-up.ts: register accounting is pure',
    },
    {
      name: 'a rule that queries',
      files: { 'services/rules/quota/a.ts': "import { sql } from 'kysely';" },
      want: 'services/rules/quota/a.ts imports kysely: rule evaluation is pure',
    },
    {
      name: 'the state machine that knows the outbox',
      files: { 'services/alerts/transition.ts': "import { o } from './outbox.ts';", 'services/alerts/outbox.ts': '' },
      want: 'services/alerts/transition.ts imports services/alerts/outbox.ts: the state machine of alerts is pure',
    },
    {
      name: 'figures that load their own inputs',
      files: { 'services/reports/figures/a.ts': "import { i } from '../inputs.ts';", 'services/reports/inputs.ts': '' },
      want: "services/reports/figures/a.ts imports services/reports/inputs.ts: the report's figures are pure",
    },
    {
      name: 'a schema that imports a service',
      files: { 'services/api/schemas/a.ts': "import type { B } from '../../x/b.ts';", 'services/x/b.ts': '' },
      want: "services/api/schemas/a.ts imports services/x/b.ts: the API's schemas import domain and each other",
    },
    {
      name: 'a channel that reads the database',
      files: {
        'services/alerts/mqtt/a.ts': "import type { D } from '../../../storage/relational/schema.ts';",
        'storage/relational/schema.ts': '',
      },
      want: 'services/alerts/mqtt/a.ts imports storage/relational/schema.ts: a channel of alerts imports its port',
    },
    {
      name: 'the API that reaches below a service',
      files: { 'services/api/a.ts': "import { b } from '../reports/render/b.ts';", 'services/reports/render/b.ts': '' },
      want: 'services/api/a.ts imports services/reports/render/b.ts: the API imports domain',
    },
    {
      name: 'a service that reaches below another',
      files: { 'services/x/a.ts': "import { b } from '../y/deep/b.ts';", 'services/y/deep/b.ts': '' },
      want: 'services/x/a.ts imports services/y/deep/b.ts: services import domain',
    },
    {
      name: 'a service that imports the API',
      files: { 'services/x/a.ts': "import { b } from '../api/b.ts';", 'services/api/b.ts': '' },
      want: 'services/x/a.ts imports services/api/b.ts: services import domain',
    },
    {
      name: 'a service that knows its store',
      files: {
        'services/x/a.ts': "import { b } from '../../storage/series/duckdb/b.ts';",
        'storage/series/duckdb/b.ts': '',
      },
      want: 'services/x/a.ts imports storage/series/duckdb/b.ts: services import domain',
    },
    {
      name: 'a port that imports an adapter',
      files: { 'storage/series/port.ts': "import type { B } from './influx/b.ts';", 'storage/series/influx/b.ts': '' },
      want: 'storage/series/port.ts imports storage/series/influx/b.ts: the roots of storage',
    },
    {
      name: 'an adapter that imports another',
      files: { 'storage/series/duckdb/a.ts': "import { b } from '../influx/b.ts';", 'storage/series/influx/b.ts': '' },
      want: 'storage/series/duckdb/a.ts imports storage/series/influx/b.ts: an adapter of storage',
    },
    {
      name: 'dashboards that take a value of a schema',
      files: {
        'dashboards/a.tsx': "import { type A, b } from '../services/api/schemas/b.ts';",
        'services/api/schemas/b.ts': '',
      },
      want: 'dashboards/a.tsx imports services/api/schemas/b.ts: dashboards import themselves',
    },
    {
      name: 'a simulator that uses our decoder',
      files: { 'simulators/a.ts': "import { b } from '../gateway/b.ts';", 'gateway/b.ts': '' },
      want: 'simulators/a.ts imports gateway/b.ts: simulators import domain and themselves',
    },
    {
      name: 'product code that imports a test',
      files: { 'app/a.ts': "import { b } from '../test/b.ts';", 'test/b.ts': '' },
      want: 'app/a.ts imports test/b.ts: app imports everything but dashboards',
    },
    {
      name: 'a folder without a rule',
      files: { 'misc/a.ts': '' },
      want: 'misc/a.ts: no rule says what this folder may import',
    },
    {
      name: 'a missing file',
      files: { 'domain/a.ts': "export * from './b.ts';" },
      want: 'domain/a.ts imports domain/b.ts: there is no such file',
    },
    {
      name: 'a computed import',
      files: { 'domain/a.ts': 'await import(name);' },
      want: 'domain/a.ts computes what it imports',
    },
    ...['process.env', "process['env']", 'const { env } = process', "import { env } from 'node:process'"].map(
      (text) => ({
        name: `the environment by ${text}`,
        files: { 'app/a.ts': text },
        want: 'app/a.ts reads the environment',
      }),
    ),
    {
      name: 'a cycle, of types too',
      files: {
        'domain/a.ts': "import type { B } from './b.ts';",
        'domain/b.ts': "import { c } from './c.ts';",
        'domain/c.ts': "type A = import('./a.ts').A;",
      },
      want: 'import cycle: domain/a.ts → domain/b.ts → domain/c.ts → domain/a.ts',
    },
  ];

  test.each(PLANTED)('$name', ({ files, want }) => {
    expect(layerViolations(new Map(Object.entries(files)))).toContainEqual(expect.stringContaining(want));
  });

  test('nothing in what is allowed', () => {
    const allowed = {
      'domain/a.ts': "import chineseDays from 'chinese-days';",
      'gateway/decode/a.ts': "import type { R } from '../spool/record.ts'; import { a } from '../../domain/a.ts';",
      'gateway/spool/record.ts': "import { open } from 'node:fs/promises';",
      'services/x/a.ts': "import { b } from '../y/b.ts'; import { d } from './deep/d.ts';",
      'services/x/deep/d.ts': "import type { S } from '../../../storage/series/port.ts';",
      'services/y/b.ts': "import { s } from '../api/schemas/s.ts';",
      'services/api/schemas/s.ts': "import { z } from 'zod';",
      'storage/series/port.ts': "import type { A } from '../../domain/a.ts';",
      'dashboards/a.tsx': "import './a.css'; import type { S } from '../services/api/schemas/s.ts';",
      'app/config.ts': 'process.env',
    };
    expect(layerViolations(new Map(Object.entries(allowed)))).toEqual([]);
  });
});
