import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openRegistry as openAt } from '../../../app/open-registry.ts';
import { createZone } from '../../../domain/zone.ts';
import { exportRegistry, type ExchangeFile } from '../../../services/exchange/export-registry.ts';
import { importLimits } from '../../../services/exchange/files/import-limits.ts';
import { importRegistry, type ImportResult } from '../../../services/exchange/import-registry.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { registryRevision } from '../../../services/registry/in-transaction.ts';
import { openRegistry, type TestRegistry } from '../../support/open-registry.ts';
import { registryContents } from '../../support/registry-contents.ts';
import { type TestSheets, writeTestWorkbook } from '../../support/write-test-workbook.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00+08:00');
const change = { userId: 'user-1', nowMs: NOW_MS };
const zone = createZone('Asia/Shanghai');

let registry: TestRegistry;
let folder: string;

beforeEach(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), 'jieneng-import-'));
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

function importFile(file: string, db = registry.db): Promise<ImportResult> {
  const options = { dryRun: false, language: 'zh', zone, change } as const;
  return importRegistry(db, { file, name: file, limits: importLimits(100) }, options);
}

async function importSheets(sheets: TestSheets): Promise<ImportResult> {
  const file = join(folder, 'in.xlsx');
  await writeTestWorkbook(file, sheets);
  return importFile(file);
}

async function importCsv(text: string | Buffer, name = 'in.csv'): Promise<ImportResult> {
  const file = join(folder, name);
  await writeFile(file, text);
  return importFile(file);
}

async function exported(what: ExchangeFile): Promise<string> {
  const file = join(folder, `out.${what.format === 'xlsx' ? 'xlsx' : what.sheet === undefined ? 'zip' : 'csv'}`);
  await exportRegistry(registry.db, file, what);
  return file;
}

const codes = ({ problems }: ImportResult): string[] => problems.map(({ cell, code }) => `${cell ?? '-'} ${code}`);

/** Everything that a sheet can say, with what spreadsheets get wrong where text allows it. */
const FULL: TestSheets = {
  机构: [
    ['机构编号', '机构名称', '统一社会信用代码', '机构类型', '所在地区', '监管地区', '主管部门', '联络员', '终止日期'],
    ['a', "'=1+1", '91350100M000100Y43', '国家机关', '昆都仑区', '150200', "'-", "'清空", null],
    ['b', '教育局\n二处', null, 'school', 'Qingshan District', null, '教育', 'A, "B"; C', null],
    ['old', '旧单位', null, '03', '150207', null, null, null, '2020-01-01'],
  ],
  历年指标: [
    ['机构编号', '年份', '建筑面积(m²)', '办公面积', '用能人数', '编制人数', '生效日期'],
    ['a', 2024, '12,000', 900, 150, 120, null],
    ['a', null, 12_500.25, null, null, '-', '2025-07-01'],
    ['b', null, 800, 700, 30, 28, '1970-01-01'],
  ],
  建筑: [
    ['建筑编号', '机构编号', '建筑名称', '建筑类别', '建成年份', '采暖方式', '建筑面积', '终止日期'],
    ['h1', 'a', '主楼', '办公建筑', 1999, '集中供热', 9000.5, null],
    ['h2', 'a', '旧楼', 'B', 1960, '自备锅炉', 100, '2021-05-01'],
  ],
  区域: [
    ['区域编号', '机构编号', '建筑编号', '区域名称', '区域用途', '面积', '终止日期'],
    ['z1', 'a', 'h1', '机房', '机房', 40, null],
    ['z2', 'b', null, '办公', 'office', null, null],
    ['z3', 'a', 'h2', '旧食堂', '食堂', 60, '2021-05-01'],
  ],
  采集器: [
    ['采集器编号', '采集器名称', '接入网关', '终止日期'],
    ['c1', '一号', 'gw-1', null],
    ['c2', '二号', null, '2025-01-01'],
  ],
  表计: [
    [
      '表计编号',
      '表计名称',
      '采集器编号',
      '能源种类',
      '机构编号',
      '分项',
      '倍率',
      '建筑编号',
      '区域编号',
      '区域用途',
      '测点类型',
      '方向',
      '上级表计编号',
      '通信地址',
      '通信协议',
      '主寄存器',
      '表底单位',
      '表底量程',
      '额定最大值',
      '采集间隔',
      '检定证书编号',
      '检定有效期至',
      '终止日期',
    ],
    [
      'm1',
      '总表',
      'c1',
      '电',
      'a',
      'A',
      40,
      'h1',
      null,
      null,
      null,
      '用能',
      null,
      '000000000161',
      'DL/T 645-2007',
      '组合总',
      'MWh',
      1_000_000,
      500,
      900,
      '0012345678901234567',
      '2030-06-30',
      null,
    ],
    [
      'm2',
      null,
      'c1',
      '电',
      null,
      null,
      null,
      'h1',
      'z1',
      '机房',
      null,
      null,
      'm1',
      '162',
      'dlt645-2007',
      null,
      null,
      null,
      null,
      60,
      null,
      null,
      null,
    ],
    [
      'm3',
      '水表',
      'c1',
      '水',
      'b',
      "'+1 号井",
      null,
      null,
      'z2',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      'L',
      null,
      null,
      null,
      null,
      null,
      null,
    ],
    [
      'm4',
      '室温',
      'c1',
      '温度',
      'a',
      null,
      null,
      null,
      null,
      '特殊温度',
      '室外',
      null,
      null,
      null,
      'zigbee2mqtt',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ],
    [
      'm5',
      '光伏',
      'c1',
      '电',
      'a',
      null,
      null,
      null,
      null,
      null,
      null,
      '光伏发电',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      '2026-03-01',
    ],
  ],
  分摊: [
    ['表计编号', '机构编号', '区域编号', '分项', '分摊比例', '生效日期'],
    ['m2', 'a', 'z1', 'D1 信息中心', '62.5%', null],
    ['m2', 'a', null, '空调用电', 0.125, null],
    ['m2', 'b', 'z2', null, 0.25, null],
    ['m2', 'a', null, 'A1', 1, '2025年3月1日'],
    ['m2', null, null, null, '-', '2026-03-01'],
    ['m2', 'b', null, null, 0.5, '2026-06-01'],
    ['m2', 'a', null, null, 0.5, '2026-06-01'],
  ],
  倍率: [
    ['表计编号', '倍率', '生效日期'],
    ['m2', 1.5, null],
    ['m2', 20, '2024-01-01'],
  ],
  定额: [
    ['机构编号', '年份', '能源种类', '年度定额', ...Array.from({ length: 12 }, (_, at) => `${at + 1}月`)],
    ['a', 2026, '电', 78, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ['b', 2026, '水', 1000, ...Array.from({ length: 12 }, () => null)],
  ],
};

describe('what is imported', () => {
  test('stands in the registry as the sheets say it', async () => {
    const result = await importSheets(FULL);
    expect(codes(result)).toEqual([]);
    const { db } = registry;
    const institution = await db.selectFrom('institution').selectAll().where('id', '=', 'a').executeTakeFirstOrThrow();
    expect(institution).toMatchObject({
      name: '=1+1',
      type: 'agency',
      region_code: '150203',
      reports_to: '150200',
      department: '-',
      liaison: '清空',
      created_at: NOW_MS,
    });
    const reportsTo = db.selectFrom('institution').select('reports_to').where('id', '=', 'b');
    expect((await reportsTo.executeTakeFirstOrThrow()).reports_to).toBe('150204');
    const figures = db.selectFrom('institution_attribute').selectAll().where('institution_id', '=', 'a');
    expect(await figures.orderBy('name').orderBy('valid_from').execute()).toEqual(
      [
        { name: 'areaM2', value: 12_000, valid_from: '2024-01-01', valid_to: '2025-07-01' },
        { name: 'areaM2', value: 12_500.25, valid_from: '2025-07-01', valid_to: null },
        { name: 'establishment', value: 120, valid_from: '2024-01-01', valid_to: '2025-07-01' },
        { name: 'headcount', value: 150, valid_from: '2024-01-01', valid_to: null },
        { name: 'officeAreaM2', value: 900, valid_from: '2024-01-01', valid_to: null },
      ].map((row) => ({ institution_id: 'a', ...row })),
    );
    const meters = await db.selectFrom('meter').selectAll().orderBy('id').execute();
    expect(meters[0]).toMatchObject({
      address: '000000000161',
      format: 'dlt645-2007',
      primary_register: 'combined',
      register_unit: 'MWh',
      certificate: '0012345678901234567',
      direction: 'import',
    });
    expect(meters[1]).toMatchObject({ name: 'm2', zone_kind: 'server-room', parent_id: 'm1', register_unit: 'kWh' });
    expect(meters[3]).toMatchObject({ measures: 'outdoor', zone_kind: 'special', expected_interval_s: 900 });
    const shares = await db
      .selectFrom('meter_share')
      .selectAll()
      .where('meter_id', '=', 'm2')
      .orderBy('valid_from')
      .orderBy('ordinal')
      .execute();
    expect(
      shares.map((row) => [row.valid_from, row.valid_to, row.institution_id, row.zone_id, row.sub_item, row.share]),
    ).toEqual([
      ['1970-01-01', '2025-03-01', 'a', 'z1', 'D1', 0.625],
      ['1970-01-01', '2025-03-01', 'a', null, 'B', 0.125],
      ['1970-01-01', '2025-03-01', 'b', 'z2', null, 0.25],
      ['2025-03-01', '2026-03-01', 'a', null, 'A1', 1],
      ['2026-06-01', null, 'b', null, null, 0.5],
      ['2026-06-01', null, 'a', null, null, 0.5],
    ]);
    const removal = await db.selectFrom('meter_event').selectAll().execute();
    expect(removal).toMatchObject([{ meter_id: 'm5', kind: 'removal', at: Date.parse('2026-02-28T23:59:59+08:00') }]);
    const quota = await db.selectFrom('quota').selectAll().where('institution_id', '=', 'b').executeTakeFirstOrThrow();
    expect(JSON.parse(quota.month_limits)).toEqual(Array.from({ length: 12 }, () => 1000 / 12));
  });

  test('has an audit entry for each object, without secrets, and asks for what was heard before', async () => {
    const { tokens } = await importSheets(FULL);
    const audit = await registry.db.selectFrom('audit').selectAll().where('user_id', '=', 'user-1').execute();
    const objects = audit.map(({ object, action }) => `${action} ${object}`);
    expect(objects.toSorted()).toEqual(
      [
        ...['a', 'b', 'old'].map((id) => `institution/${id}`),
        ...['h1', 'h2'].map((id) => `building/${id}`),
        ...['z1', 'z2', 'z3'].map((id) => `zone/${id}`),
        ...['c1', 'c2'].map((id) => `collector/${id}`),
        ...['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => `meter/${id}`),
        ...['a/2026/electricity', 'b/2026/water'].map((id) => `quota/${id}`),
      ]
        .map((object) => `create ${object}`)
        .toSorted(),
    );
    expect(tokens.map(({ id }) => id)).toEqual(['c1']);
    for (const { token } of tokens) expect(JSON.stringify(audit)).not.toContain(token);
    expect(JSON.stringify(audit)).not.toMatch(/hash/i);
    const requests = await registry.db.selectFrom('replay_request').select('filter').execute();
    const named = requests.flatMap(({ filter }) => (JSON.parse(filter) as { meters: { id: string }[] }).meters);
    expect(named.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  test.each([
    { format: 'xlsx', language: 'zh' },
    { format: 'xlsx', language: 'en' },
    { format: 'csv', language: 'zh' },
    { format: 'csv', language: 'en' },
  ] as const)('comes back from an export ($format, $language) without a change, every column filled', async (what) => {
    await importSheets(FULL);
    const before = await registryContents(registry.db);
    const result = await importFile(await exported(what));
    expect(codes(result)).toEqual([]);
    expect(result.changed).toBe(false);
    expect(result.sheets.every(({ rows, unchanged }) => rows > 0 && rows === unchanged)).toBe(true);
    expect(await registryContents(registry.db)).toEqual(before);
  });

  test('an export fills an empty registry with the same', async () => {
    await importSheets(FULL);
    const file = await exported({ format: 'csv', language: 'zh' });
    const other = await openRegistry();
    try {
      const result = await importFile(file, other.db);
      expect(codes(result)).toEqual([]);
      const [one, two] = [await registryContents(registry.db), await registryContents(other.db)];
      for (const table of [
        'institution',
        'institution_attribute',
        'building',
        'zone',
        'meter',
        'meter_multiplier',
        'meter_share',
        'quota',
      ]) {
        expect([table, two[table]]).toEqual([table, one[table]]);
      }
    } finally {
      await other.close();
    }
  });
});

describe('what is there already', () => {
  beforeEach(async () => {
    expect(codes(await importSheets(FULL))).toEqual([]);
  });

  test('blank leaves it, the marker takes it away, the rest stays; the audit has both', async () => {
    const result = await importCsv('Meter id,Certificate,Rated maximum,Meter name\r\nm1,-,,新名\r\n');
    expect(result.sheets[0]).toMatchObject({ new: 0, changed: 1, unchanged: 0 });
    expect(result.sheets[0]!.changes).toEqual([
      {
        row: 2,
        key: 'm1',
        columns: [
          { column: '表计名称', before: '总表', after: '新名' },
          { column: '检定证书编号', before: '0012345678901234567', after: null },
        ],
      },
    ]);
    const meter = await registry.db.selectFrom('meter').selectAll().where('id', '=', 'm1').executeTakeFirstOrThrow();
    expect(meter).toMatchObject({ name: '新名', certificate: null, rated_maximum: 500, created_at: NOW_MS });
    const entry = await registry.db.selectFrom('audit').selectAll().where('action', '=', 'change').execute();
    expect(entry).toHaveLength(1);
    expect(JSON.parse(entry[0]!.before!)).toMatchObject({ name: '总表', certificate: '0012345678901234567' });
    expect(JSON.parse(entry[0]!.after!)).toMatchObject({ name: '新名', certificate: null });
  });

  test("a collector's token stays", async () => {
    const before = await registry.db
      .selectFrom('collector')
      .selectAll()
      .where('id', '=', 'c1')
      .executeTakeFirstOrThrow();
    const { tokens } = await importCsv('采集器编号,采集器名称\nc1,改名\n');
    expect(tokens).toEqual([]);
    const after = await registry.db
      .selectFrom('collector')
      .selectAll()
      .where('id', '=', 'c1')
      .executeTakeFirstOrThrow();
    expect(after).toEqual({ ...before, name: '改名' });
  });

  test('a collector that ends has no token any more; taken back, it has a new one', async () => {
    await importCsv('采集器编号,采集器名称\nc3,三号\n');
    const tokenOf = (): Promise<{ token_hash: string; mosquitto_hash: string | null }> =>
      registry.db
        .selectFrom('collector')
        .select(['token_hash', 'mosquitto_hash'])
        .where('id', '=', 'c3')
        .executeTakeFirstOrThrow();
    const first = await tokenOf();
    expect((await importCsv('采集器编号,终止日期\nc3,2026-11-22\n')).tokens).toEqual([]);
    expect(await tokenOf()).toEqual({ token_hash: '', mosquitto_hash: null });
    const { tokens } = await importCsv('采集器编号,终止日期\nc3,-\n');
    expect(tokens.map(({ id }) => id)).toEqual(['c3']);
    const second = await tokenOf();
    expect(second.token_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.token_hash).not.toBe(first.token_hash);
  });

  test('meters follow the zone that they stand in', async () => {
    await importCsv('区域编号,区域用途\nz1,食堂\n');
    const meter = await registry.db.selectFrom('meter').selectAll().where('id', '=', 'm2').executeTakeFirstOrThrow();
    expect(meter.zone_kind).toBe('canteen');
    expect((await importFile(await exported({ format: 'xlsx', language: 'zh' }))).changed).toBe(false);
  });

  test('a dated figure begins on its day and ends the one before', async () => {
    await importCsv('机构编号,年份,用能人数\na,2026,160\n');
    const rows = registry.db.selectFrom('institution_attribute').select(['value', 'valid_from', 'valid_to']);
    expect(
      await rows.where('name', '=', 'headcount').where('institution_id', '=', 'a').orderBy('valid_from').execute(),
    ).toEqual([
      { value: 150, valid_from: '2024-01-01', valid_to: '2026-01-01' },
      { value: 160, valid_from: '2026-01-01', valid_to: null },
    ]);
  });

  test('a simple share and multiplier are corrected in the row of the meter, others are not', async () => {
    const simple = await importCsv('表计编号,机构编号,分项,倍率\nm1,b,B1 冷热站,60\n');
    expect(codes(simple)).toEqual([]);
    const [share] = await registry.db.selectFrom('meter_share').selectAll().where('meter_id', '=', 'm1').execute();
    expect(share).toMatchObject({ institution_id: 'b', sub_item: 'B1', share: 1, valid_from: '1970-01-01' });
    const [multiplier] = await registry.db
      .selectFrom('meter_multiplier')
      .selectAll()
      .where('meter_id', '=', 'm1')
      .execute();
    expect(multiplier).toMatchObject({ multiplier: 60, valid_from: '1970-01-01' });
    expect(codes(await importCsv('表计编号,机构编号,倍率\nm2,a,7\n'))).toEqual([
      'B2 share-elsewhere',
      'C2 multiplier-elsewhere',
    ]);
    // As it is today nothing changes. Without days it is no list of dated multipliers.
    expect(await importCsv('表计编号,倍率\nm2,20\n')).toMatchObject({ changed: false, problemCount: 0 });
  });

  test.each([
    ['the medium of a meter', '表计编号,能源种类\nm1,水\n', ['B2 medium-fixed']],
    ['what others refer to', '建筑编号,机构编号\nh1,b\n', ['B2 still-used']],
    ['the end of an institution whose meters count', '机构编号,终止日期\na,2026-01-01\n', ['B2 meters-still-count']],
    ['the end of a building in use', '建筑编号,终止日期\nh1,2026-01-01\n', ['B2 meters-still-count']],
    ['the end of a zone in use', '区域编号,终止日期\nz2,2026-01-01\n', ['B2 meters-still-count']],
    ['the end of a collector in use', '采集器编号,终止日期\nc1,2026-01-01\n', ['B2 meters-still-count']],
    ['the end of a collector tomorrow', '采集器编号,终止日期\nc2,2026-11-23\n', ['B2 in-future']],
    ['something new of an institution that has ended', '建筑编号,机构编号,建筑名称\nh9,old,新楼\n', ['B2 has-ended']],
    ['a removal that is entered', '表计编号,终止日期\nm5,2026-04-01\n', ['B2 removal-fixed']],
    ['what cannot be without', '机构编号,机构名称\na,-\n', ['B2 cannot-clear']],
    ['a collector that has ended', '表计编号,采集器编号\nm1,c2\n', ['B2 has-ended']],
    ["another's credit code", '机构编号,信用代码\nb,91350100M000100Y43\n', ['B2 code-taken']],
    ['a parent that would be below its child', '表计编号,上级表计编号\nm1,m2\n', ['B2 parent-circle']],
  ])('cannot be changed: %s', async (_name, text, want) => {
    const before = await registryContents(registry.db);
    expect(codes(await importCsv(text))).toEqual(want);
    expect(await registryContents(registry.db)).toEqual(before);
  });
});

describe('all or nothing', () => {
  test('a failure in the middle leaves nothing', async () => {
    const { db, place } = registry;
    const before = await registryContents(db);
    // The very last thing that is written fails.
    if (place.kind === 'sqlite') {
      await sql`create trigger fault before insert on replay_request begin select raise(abort, 'planted'); end`.execute(
        db,
      );
    } else {
      await sql`create function fault() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$`.execute(
        db,
      );
      await sql`create trigger fault before insert on replay_request for each row execute function fault()`.execute(db);
    }
    await expect(importSheets(FULL)).rejects.toThrow(/planted/);
    expect(await registryContents(db)).toEqual(before);
    await (place.kind === 'sqlite' ? sql`drop trigger fault` : sql`drop trigger fault on replay_request`).execute(db);
    expect((await importSheets(FULL)).changed).toBe(true);
  });

  test('two at once: one after the other, the second checked against what the first has left', async () => {
    const other = await openAt(registry.place);
    try {
      const [one, two] = [join(folder, 'one.csv'), join(folder, 'two.csv')];
      await writeFile(one, '采集器编号,采集器名称\nc1,甲\nc2,乙\n');
      await writeFile(two, '采集器编号,采集器名称\nc1,丙\nc3,丁\n');
      const results = await Promise.all([importFile(one), importFile(two, other)]);
      expect(results.map(codes)).toEqual([[], []]);
      // Whoever came second found c1 there.
      expect(results.map(({ tokens }) => tokens.length)).toEqual(expect.arrayContaining([1, 2]));
      expect(results.map(({ sheets }) => sheets[0]!.changed)).toEqual(expect.arrayContaining([0, 1]));
      expect(await registryRevision(registry.db)).toBe(3);
      const created = await registry.db.selectFrom('audit').select('object').where('action', '=', 'create').execute();
      expect(created.map(({ object }) => object).toSorted()).toEqual(['collector/c1', 'collector/c2', 'collector/c3']);
    } finally {
      await other.destroy();
    }
  });

  test('somebody who changes the registry all the time does not keep it out', async () => {
    const other = await openAt(registry.place);
    let isOver = false;
    let others = 0;
    const busy = (async () => {
      while (!isOver) {
        await createCollector(other, { id: `other-${others}`, name: 'x' }, change);
        others += 1;
      }
    })();
    try {
      const result = await importSheets(FULL);
      expect(result.changed).toBe(true);
    } finally {
      isOver = true;
      await busy;
      await other.destroy();
    }
    expect(others).toBeGreaterThan(0);
  });
});

describe('files as they come', () => {
  const headings = '采集器编号,采集器名称\n';
  const cases: [string, string | Buffer, string[]][] = [
    ['nothing', '', ['- empty-file']],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), ['- not-a-table']],
    ['an old Excel file', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), ['- old-excel']],
    ['a damaged archive', Buffer.from('PK\u0003\u0004 and nothing more'), ['- broken-file']],
    ['no headings', 'a,b\n1,2\n', ['- no-headings']],
    ['a column that is not known', '采集器编号,采集器名称,备注\nc1,甲,乙\n', ['C1 unknown-column']],
    ['another unit', '建筑编号,建筑名称,机构编号,建筑面积(万m²)\n', ['D1 unknown-column']],
    ['a column twice', '采集器编号,采集器名称,Collector name\nc1,甲,乙\n', ['C1 repeated-column']],
    ['a column that is needed', '表计编号,生效日期,机构编号,区域编号\n', ['- missing-column']],
    ['a column that new ones need', '采集器编号,接入网关\nc1,g\n', ['- missing-column']],
    ['something without a heading', `${headings}c1,甲,乙\nc2,丙,丁\n`, ['C2 no-heading']],
    ['a quote that is not closed', `${headings}"c1,甲\n`, ['A2 quote-not-closed']],
    [
      'neither UTF-8 nor GB18030',
      Buffer.concat([Buffer.from(headings), Buffer.from('ff81ff20', 'hex')]),
      ['- bad-encoding'],
    ],
  ];
  test.each(cases)('%s', async (_name, content, want) => expect(codes(await importCsv(content))).toEqual(want));

  test('a title above the headings, a comment and blank rows below', async () => {
    const result = await importSheets({
      采集器: [
        ['包头市采集器一览表'],
        [],
        ['采集器名称', '* 采集器 编号'],
        ['示例', '#c0'],
        ['#', '注释'],
        [],
        ['甲', 'c1'],
      ],
    });
    expect(codes(result)).toEqual(['B4 id-form']);
    const mended = await importSheets({
      Sheet1: [['包头市采集器一览表'], ['采集器名称', '采集器编号'], ['甲', 'c1']],
      Sheet2: [],
    });
    expect(mended.sheets).toMatchObject([{ sheet: 'collectors', name: 'Sheet1', new: 1 }]);
  });

  test('a failed formula is told in CSV too: as an id it is no comment, as a name no name', async () => {
    const result = await importCsv(
      '机构编号,机构名称,机构类型,所在地区\r\n#REF!,小学,教育,昆都仑区\r\njg-2,#N/A,教育,昆都仑区\r\n# 以下待补,,,\r\n',
    );
    expect(codes(result)).toEqual(['A2 error-value', 'B3 error-value']);
    expect(result.changed).toBe(false);
  });

  test('a row whose id cannot be read, or that comes twice, has its other cells judged all the same', async () => {
    const objects = await importCsv(
      '机构编号,机构名称,机构类型,所在地区\r\n1.5E+17,小学,机关,昆区\r\n,中学,学堂,昆都仑区\r\njg-1,甲,教育,昆都仑区\r\njg-1,乙,学堂,\r\n',
    );
    const ofObjects = 'A2 id-rounded, C2 not-a-choice, D2 unknown-region, A3 required, C3 not-a-choice, ';
    expect(codes(objects).join(', ')).toBe(`${ofObjects}A4 duplicate, A5 duplicate, C5 not-a-choice, D5 required`);
    const figures = await importCsv('机构编号,年份,建筑面积,用能人数\r\nnobody,2026,1.2万,\r\nnobody,2026年,,三百\r\n');
    expect(codes(figures)).toEqual([
      'A2 no-institution',
      'C2 not-a-number',
      'A3 no-institution',
      'B3 not-a-number',
      'D3 not-a-number',
    ]);
  });

  test('a medium is named in the language of the message', async () => {
    const sheets: TestSheets = {
      机构: [
        ['机构编号', '机构名称', '机构类型', '所在地区'],
        ['jg-1', '甲', '教育', '昆都仑区'],
      ],
      采集器: [
        ['采集器编号', '采集器名称'],
        ['cj-1', '甲'],
      ],
      表计: [
        ['表计编号', '采集器编号', '能源种类', '机构编号', '上级表计编号', '表底单位'],
        ['bj-1', 'cj-1', '水', 'jg-1'],
        ['bj-2', 'cj-1', '电', 'jg-1', 'bj-1', '度'],
      ],
    };
    const { problems } = await importSheets(sheets);
    expect(problems.map(({ message }) => message)).toEqual([
      '上级表计 bj-1 计量水，与本表不同',
      expect.stringMatching(/^电表的表底单位可为 .*kWh.*，不能为“度”$/),
    ]);
  });

  test('sheets that are not known are told, those that explain are not read', async () => {
    const result = await importSheets({
      说明: [['随便']],
      备忘: [['x', 'y']],
      采集器: [
        ['采集器编号', '采集器名称'],
        ['c1', '甲'],
      ],
    });
    expect(codes(result)).toEqual(['- unknown-sheet']);
    expect(result.problems[0]).toMatchObject({ sheet: '备忘', row: null });
  });

  test('rich text is read as text, a hyperlink by its text, a number as an id', async () => {
    const result = await importSheets({
      采集器: [
        ['采集器编号', '采集器名称'],
        [4711, { richText: [{ text: '一' }, { text: '号' }] }],
        ['c2', { text: '二号', hyperlink: 'https://example.cn/' }],
      ],
    });
    expect(codes(result)).toEqual([]);
    const rows = await registry.db.selectFrom('collector').select(['id', 'name']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: '4711', name: '一号' },
      { id: 'c2', name: '二号' },
    ]);
  });
});
