import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { holdDataFolder } from '../../../app/data-folder.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SINCE = Date.UTC(2026, 0, 1);

async function heldBy(holder: object): Promise<string> {
  const folder = await tempFolder();
  await writeFile(join(folder, 'held-by.json'), JSON.stringify(holder));
  return folder;
}

/** Field 22 of /proc/<pid>/stat: when the process started. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
}

test('a folder in use says by which process and since when', async () => {
  const other = spawn('sleep', ['60']);
  onTestFinished(() => void other.kill());
  const started = await startOf(other.pid!);
  const folder = await heldBy({ pid: other.pid, started, since: '2026-01-01T00:00:00.000Z' });
  await expect(holdDataFolder(folder, SINCE)).rejects.toMatchObject({
    code: 'data-folder-held',
    message: expect.stringMatching(new RegExp(`process ${other.pid} \\(since 2026-01-01`)),
  });
  other.kill();
  await once(other, 'exit');
  await (await holdDataFolder(folder, SINCE)).release();
});

const stale = {
  'of a process that is gone': { pid: 2 ** 22 + 1, started: '1', since: '' },
  'of an earlier process with our own id, as in a container': { pid: process.pid, started: '1', since: '' },
  'of an earlier process whose id another one has now': { pid: process.ppid, started: '1', since: '' },
  'that cannot be read': 'not a holder',
};
for (const [name, holder] of Object.entries(stale)) {
  test(`a hold ${name} is taken over`, async () => {
    const folder = await heldBy(holder as object);
    const held = await holdDataFolder(folder, SINCE);
    expect(JSON.parse(await readFile(held.inside('held-by.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    await held.release();
  });
}
