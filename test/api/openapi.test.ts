import { afterAll, beforeAll, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;
let document: Record<string, unknown>;
beforeAll(async () => {
  api = await openApiFixture();
  document = (await api.app.inject({ url: '/api/docs/json' })).json();
});
afterAll(() => api.close());

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
const operations = (): [string, Operation][] =>
  Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

/** Changes that say everything by their path. */
const WITHOUT_BODY = new Set([
  'POST /api/collectors/{id}/token',
  'POST /api/meters/{id}/manual-readings/{rid}/withdraw',
]);
/** Changes that come as a file. */
const OF_FILES = new Set(['POST /api/registry/import', 'PUT /api/weather/{region}']);

test('the document names the version of OpenAPI and of the platform', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Jieneng 节能', version: '0.0.0-test' } });
});

test('every call stands in it', () => {
  expect(
    operations()
      .map(([name]) => name)
      .sort(),
  ).toEqual([
    'DELETE /api/bindings/{id}',
    'DELETE /api/buildings/{id}',
    'DELETE /api/calendar/days/{date}',
    'DELETE /api/calendar/settings/{validFrom}',
    'DELETE /api/coefficients/{validFrom}',
    'DELETE /api/collectors/{id}',
    'DELETE /api/institutions/{id}/attributes/{name}/{validFrom}',
    'DELETE /api/meters/{id}',
    'DELETE /api/meters/{id}/life/{entry}',
    'DELETE /api/regions/{code}',
    'DELETE /api/session',
    'DELETE /api/tariff-assignments/{medium}/{validFrom}',
    'DELETE /api/tariffs/{id}',
    'DELETE /api/tariffs/{id}/versions/{validFrom}',
    'DELETE /api/virtual-meters/{id}',
    'DELETE /api/weather/{region}',
    'DELETE /api/zones/{id}',
    'GET /api/alerts',
    'GET /api/alerts/{id}',
    'GET /api/bindings',
    'GET /api/bindings/ready',
    'GET /api/bindings/{id}',
    'GET /api/buildings',
    'GET /api/buildings/{id}',
    'GET /api/calendar',
    'GET /api/coefficients',
    'GET /api/collectors',
    'GET /api/collectors/{id}',
    'GET /api/day-changes',
    'GET /api/decisions',
    'GET /api/decisions/{id}',
    'GET /api/decisions/{id}/effect',
    'GET /api/discovery/collectors',
    'GET /api/discovery/meters',
    'GET /api/discovery/sparkplug',
    'GET /api/findings',
    'GET /api/health',
    'GET /api/institutions',
    'GET /api/institutions/{id}',
    'GET /api/institutions/{id}/attributes',
    'GET /api/institutions/{id}/comparison',
    'GET /api/institutions/{id}/cost',
    'GET /api/institutions/{id}/meter-tree',
    'GET /api/institutions/{id}/meters',
    'GET /api/institutions/{id}/quota',
    'GET /api/institutions/{id}/standby',
    'GET /api/institutions/{id}/usage',
    'GET /api/institutions/{id}/zone-usage',
    'GET /api/messages/{position}',
    'GET /api/meters',
    'GET /api/meters/{id}',
    'GET /api/meters/{id}/balance',
    'GET /api/meters/{id}/comparison',
    'GET /api/meters/{id}/cost',
    'GET /api/meters/{id}/cost-check',
    'GET /api/meters/{id}/life',
    'GET /api/meters/{id}/manual-readings',
    'GET /api/meters/{id}/manual-readings/{rid}/photo',
    'GET /api/meters/{id}/readings',
    'GET /api/meters/{id}/usage',
    'GET /api/overview',
    'GET /api/provenance',
    'GET /api/provenance/readings',
    'GET /api/quarantine',
    'GET /api/quarantine/replays',
    'GET /api/quarantine/replays/{id}',
    'GET /api/quarantine/summary',
    'GET /api/ready',
    'GET /api/regions',
    'GET /api/registry/export',
    'GET /api/registry/template',
    'GET /api/reports',
    'GET /api/reports/{year}/{owner}',
    'GET /api/reports/{year}/{owner}/file.docx',
    'GET /api/reports/{year}/{owner}/file.json',
    'GET /api/reports/{year}/{owner}/file.xlsx',
    'GET /api/session',
    'GET /api/tariff-assignments',
    'GET /api/tariff-examples',
    'GET /api/tariffs',
    'GET /api/tariffs/{id}',
    'GET /api/users',
    'GET /api/virtual-meters',
    'GET /api/virtual-meters/{id}',
    'GET /api/weather/{region}',
    'GET /api/zones',
    'GET /api/zones/{id}',
    'PATCH /api/bindings/{id}',
    'PATCH /api/buildings/{id}',
    'PATCH /api/collectors/{id}',
    'PATCH /api/institutions/{id}',
    'PATCH /api/meters/{id}',
    'PATCH /api/meters/{id}/life/{entry}',
    'PATCH /api/regions/{code}',
    'PATCH /api/virtual-meters/{id}',
    'PATCH /api/zones/{id}',
    'POST /api/alerts/{id}/acknowledge',
    'POST /api/bindings',
    'POST /api/bindings/try',
    'POST /api/buildings',
    'POST /api/calendar/days',
    'POST /api/coefficients',
    'POST /api/collectors',
    'POST /api/collectors/{id}/token',
    'POST /api/decisions',
    'POST /api/decisions/effect',
    'POST /api/decisions/{id}/approve',
    'POST /api/decisions/{id}/reject',
    'POST /api/decisions/{id}/reverse',
    'POST /api/decisions/{id}/withdraw',
    'POST /api/discovery/collectors/adopt',
    'POST /api/discovery/meters/adopt',
    'POST /api/institutions',
    'POST /api/meters',
    'POST /api/meters/{id}/life',
    'POST /api/meters/{id}/manual-readings',
    'POST /api/meters/{id}/manual-readings/{rid}/withdraw',
    'POST /api/mqtt-readers',
    'POST /api/quarantine/replay',
    'POST /api/regions',
    'POST /api/registry/import',
    'POST /api/session',
    'POST /api/tariffs',
    'POST /api/users',
    'POST /api/virtual-meters',
    'POST /api/zones',
    'PUT /api/calendar/settings/{validFrom}',
    'PUT /api/institutions/{id}/attributes/{name}/{validFrom}',
    'PUT /api/institutions/{id}/quotas/{year}/{medium}',
    'PUT /api/tariff-assignments/{medium}/{validFrom}',
    'PUT /api/tariffs/{id}',
    'PUT /api/tariffs/{id}/versions/{validFrom}',
    'PUT /api/weather/{region}',
  ]);
});

test('every call has a summary, a tag, its path parameters and described answers', () => {
  for (const [name, operation] of operations()) {
    expect(operation.summary, name).toBeTruthy();
    expect(operation.tags, name).toHaveLength(1);
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(
      declared.map((parameter) => parameter.name),
      name,
    ).toEqual(inPath);
    expect(
      declared.every((parameter) => parameter.required),
      name,
    ).toBe(true);
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      name,
    ).toBe(true);
    for (const answer of Object.values(operation.responses)) expect(typeof answer.description, name).toBe('string');
    if (/^(POST|PUT|PATCH)/.test(name) && !WITHOUT_BODY.has(name))
      expect(operation.requestBody?.content, name).toHaveProperty([
        OF_FILES.has(name) ? 'text/csv' : 'application/json',
      ]);
  }
});

test('problems are documented as problem+json', () => {
  for (const [name, operation] of operations().filter(([call]) => call !== 'DELETE /api/session')) {
    expect(operation.responses['4XX']?.content, name).toHaveProperty('application/problem+json');
  }
});

test('every reference within it leads somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!);
  for (const reference of references) {
    const target = reference
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(target, reference).toBeDefined();
  }
});
