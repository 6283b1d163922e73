import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { SHEETS } from '../../services/exchange/sheets/all-sheets.ts';
import type { ImportResult } from '../../services/api/schemas/registry-exchange.ts';
import { eventually } from '../support/eventually.ts';
import { startPlatform } from '../support/start-platform.ts';
import { sheetMatrix, syntheticRegistry } from '../support/synthetic-registry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeTestWorkbook } from '../support/write-test-workbook.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const METERS = 10_000;

async function cookieOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'pipeline-password' }),
  });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}

async function upload(url: string, workbook: Buffer, query = ''): Promise<ImportResult> {
  const cookie = await cookieOf(url);
  const answer = await fetch(`${url}/api/registry/import${query}`, {
    method: 'POST',
    headers: { cookie, 'content-type': XLSX },
    body: new Uint8Array(workbook),
  });
  return (await answer.json()) as ImportResult;
}

test('killed while an import is being written, nothing of it is there; then it imports, and its export changes nothing', async () => {
  const folder = await tempFolder();
  const file = join(folder, 'city.xlsx');
  const rows = syntheticRegistry(250, METERS);
  await writeTestWorkbook(file, Object.fromEntries(SHEETS.map(({ id, name }) => [name.zh, sheetMatrix(rows, id)])));
  const workbook = await readFile(file);
  const data = join(folder, 'data');

  const first = await startPlatform({ folder: data });
  const wal = join(data, 'registry.sqlite-wal');
  const before = (await stat(wal)).size;
  const sent = upload(first.url, workbook).then(
    () => 'answered',
    () => 'cut off',
  );
  // What is written is in the log long before it counts.
  const grown = async (): Promise<number> => (await stat(wal)).size - before;
  expect(await eventually(grown, (bytes) => bytes > 2_000_000, 60_000, 5)).toBeGreaterThan(2_000_000);
  await first.kill();
  expect(await sent).toBe('cut off');

  const second = await startPlatform({ folder: data });
  const api = await second.logIn();
  for (const list of ['institutions', 'meters', 'collectors']) expect(await api.items(`/${list}`)).toEqual([]);
  const result = await upload(second.url, workbook);
  expect(result).toMatchObject({ changed: true, problemCount: 0 });
  expect(result.tokens).toHaveLength(250);
  expect(await api.items('/meters')).toHaveLength(METERS);

  const { bytes } = await api.file('/registry/export?format=xlsx&lang=en');
  expect(await upload(second.url, bytes)).toMatchObject({ changed: false, problemCount: 0 });
  await second.stop();
});
