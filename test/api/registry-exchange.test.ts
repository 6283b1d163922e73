import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  importRefusedSchema,
  type ImportRefused,
  type ImportResult,
  importResultSchema,
} from '../../services/api/schemas/registry-exchange.ts';
import { registryRevision } from '../../services/registry/in-transaction.ts';
import { openApiFixture, type ApiFixture } from '../support/api-fixture.ts';
import { readZip } from '../support/read-zip.ts';
import { type TestSheets, writeTestWorkbook } from '../support/write-test-workbook.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

let api: ApiFixture;
let folder: string;

beforeAll(async () => {
  api = await openApiFixture();
  folder = await mkdtemp(join(tmpdir(), 'jieneng-exchange-test-'));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  status: number;
  type: string;
  body: ImportResult & ImportRefused;
}

async function send(content: Buffer | string, { type = 'text/csv', query = '', headers = {} } = {}): Promise<Answer> {
  const answer = await api.as('bureau', {
    method: 'POST',
    url: `/api/registry/import${query}`,
    headers: { 'content-type': type, ...headers },
    payload: content,
  });
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type']),
    body: JSON.parse(answer.body) as Answer['body'],
  };
}

async function workbook(sheets: TestSheets): Promise<Buffer> {
  const file = join(folder, 'sent.xlsx');
  await writeTestWorkbook(file, sheets);
  return readFile(file);
}

const COLLECTORS = '采集器编号,采集器名称\r\nnew-1,新采集器\r\n';

describe('who may', () => {
  const calls = [
    { method: 'POST', url: '/api/registry/import' },
    { method: 'GET', url: '/api/registry/export' },
    { method: 'GET', url: '/api/registry/template' },
  ] as const;
  for (const call of calls) {
    test.each(['kundulun', 'archive'] as const)(`${call.url}: not %s`, async (user) => {
      expect((await api.as(user, { ...call })).statusCode).toBe(403);
    });
    test(`${call.url}: nobody without login`, async () => {
      expect((await api.app.inject({ ...call })).statusCode).toBe(401);
    });
  }
});

test('a body of another type is refused before it is read', async () => {
  expect((await send('a=1', { type: 'application/x-www-form-urlencoded' })).status).toBe(415);
  expect((await send(COLLECTORS, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
});

test('a dry run says what would change and changes nothing', async () => {
  const before = await registryRevision(api.db);
  const { status, body } = await send(COLLECTORS, { query: '?dryRun=1' });
  expect(status).toBe(200);
  expect(importResultSchema.parse(body)).toMatchObject({ dryRun: true, changed: false, problemCount: 0, tokens: [] });
  expect(body.sheets).toEqual(
    [{ sheet: 'collectors', name: '采集器', rows: 1, new: 1, changed: 0, unchanged: 0, changes: [] }].map((sheet) => ({
      ...sheet,
      name: 'import',
    })),
  );
  expect(await registryRevision(api.db)).toBe(before);
  expect(await api.db.selectFrom('collector').select('id').where('id', '=', 'new-1').execute()).toEqual([]);
});

test('an import enters, tells tokens once, and tells the gateway; the same again changes nothing', async () => {
  const told = api.calls.registryChanged;
  const { status, type, body } = await send(COLLECTORS);
  expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
  expect(importResultSchema.parse(body)).toMatchObject({ changed: true, problemCount: 0 });
  expect(body.tokens).toEqual([{ id: 'new-1', token: expect.stringMatching(/^[\w-]{43}$/) as unknown }]);
  expect(body.tokensCsv).toBe(`\uFEFF采集器编号,令牌\r\nnew-1,${body.tokens[0]!.token}\r\n`);
  expect(api.calls.registryChanged).toBe(told + 1);
  const audit = await api.db.selectFrom('audit').selectAll().where('object', '=', 'collector/new-1').execute();
  expect(audit).toHaveLength(1);
  expect(audit[0]!.user_id).not.toBeNull();
  expect(JSON.stringify(audit)).not.toContain(body.tokens[0]!.token);

  const revision = await registryRevision(api.db);
  const again = await send(COLLECTORS);
  expect(again.body).toMatchObject({ changed: false, tokens: [], tokensCsv: null, sheets: [{ unchanged: 1 }] });
  expect(await registryRevision(api.db)).toBe(revision);
  expect(api.calls.registryChanged).toBe(told + 1);
});

test('a form and a bare workbook are taken alike', async () => {
  const file = await workbook({
    Collectors: [
      ['Collector id', 'Collector name'],
      ['new-2', 'Second'],
    ],
  });
  const boundary = 'x-boundary';
  const form = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="采集器.xlsx"\r\ncontent-type: ${XLSX}\r\n\r\n`,
    ),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const sent = await send(form, { type: `multipart/form-data; boundary=${boundary}`, query: '?dryRun=1' });
  expect(sent).toMatchObject({ status: 200, body: { sheets: [{ sheet: 'collectors', name: 'Collectors', new: 1 }] } });
  const bare = await send(file, { type: XLSX, query: '?dryRun=true' });
  expect(bare.body.sheets).toEqual(sent.body.sheets);
});

test('problems are answered with 422, each at its cell, in the language asked for', async () => {
  const file = await workbook({
    采集器: [
      ['采集器编号', '采集器名称'],
      ['c-9', ''],
      ['c 9', '坏编号'],
    ],
  });
  const zh = await send(file, { type: XLSX });
  expect([zh.status, zh.type]).toEqual([422, 'application/problem+json']);
  expect(importRefusedSchema.parse(zh.body)).toMatchObject({
    code: 'import-refused',
    detail: '文件有 2 处问题，未作任何修改',
    problemCount: 2,
    problems: [
      { sheet: '采集器', row: 2, column: '采集器名称', cell: 'B2', code: 'required' },
      {
        sheet: '采集器',
        row: 3,
        column: '采集器编号',
        cell: 'A3',
        code: 'id-form',
        message: expect.stringContaining('“c 9”') as unknown,
      },
    ],
  });
  const en = await send(file, { type: XLSX, headers: { 'accept-language': 'en-GB,zh;q=0.5' } });
  expect(en.body.problems.map(({ message }) => message)).toEqual([
    'It must be filled: Its name',
    '"c 9" cannot be an id: letters, digits, _ and -, at most 64',
  ]);
  const asked = await send(file, { type: XLSX, query: '?lang=zh', headers: { 'accept-language': 'en' } });
  expect(asked.body.problems).toEqual(zh.body.problems);
  expect(await api.db.selectFrom('collector').select('id').where('id', '=', 'c-9').execute()).toEqual([]);
});

test('an export is a workbook that comes back without a change', async () => {
  const answer = await api.as('admin', { method: 'GET', url: '/api/registry/export?format=xlsx&lang=zh' });
  expect(answer.headers).toMatchObject({
    'content-type': XLSX,
    'content-length': String(answer.rawPayload.length),
    'content-disposition': `attachment; filename="registry-2026-05-15.xlsx"; filename*=UTF-8''${encodeURIComponent('登记资料-2026-05-15.xlsx')}`,
  });
  const revision = await registryRevision(api.db);
  const { body } = await send(answer.rawPayload, { type: XLSX });
  expect(body).toMatchObject({ changed: false, problemCount: 0 });
  expect(body.sheets.map(({ sheet, rows, unchanged }) => [sheet, rows === unchanged])).toEqual(
    body.sheets.map(({ sheet }) => [sheet, true]),
  );
  expect(await registryRevision(api.db)).toBe(revision);
});

test('CSV: one sheet with BOM and CRLF, all of them as an archive', async () => {
  const one = await api.as('admin', { method: 'GET', url: '/api/registry/export?format=csv&sheet=meters&lang=en' });
  expect(one.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(one.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(one.body.split('\r\n')[0]).toContain('Meter id,Meter name,Collector id,Medium');
  const all = await api.as('admin', { method: 'GET', url: '/api/registry/export?format=csv&lang=zh' });
  expect(all.headers['content-type']).toBe('application/zip');
  const names = ['机构', '历年指标', '建筑', '区域', '采集器', '表计', '分摊', '倍率', '定额', '说明'];
  expect([...readZip(all.rawPayload).keys()]).toEqual(names.map((name) => `${name}.csv`));
  const { body } = await send(all.rawPayload, { type: 'application/zip' });
  expect(body).toMatchObject({ changed: false, problemCount: 0 });
  expect(body.sheets).toHaveLength(9);
});

test.each(['xlsx', 'csv'] as const)('an empty template (%s) imports as nothing', async (format) => {
  const answer = await api.as('bureau', { method: 'GET', url: `/api/registry/template?format=${format}&lang=en` });
  const { body } = await send(answer.rawPayload, { type: format === 'xlsx' ? XLSX : 'application/zip' });
  expect(body).toMatchObject({ changed: false, problemCount: 0 });
  expect(body.sheets.map(({ rows }) => rows)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('more than may be imported is refused as a whole', async () => {
  const rows = 'x'.repeat(1024 * 1024);
  const { status, body } = await send(`${COLLECTORS}new-3,${rows}`);
  expect([status, body]).toEqual([413, expect.objectContaining({ code: 'too-large' })]);
});
