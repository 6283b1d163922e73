import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { tempFolder } from '../../support/temp-folder.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/count-tests.mjs', import.meta.url));

interface Result {
  status: string;
  assertionResults: { status: string }[];
}

/** A test file as vitest's JSON reporter tells of it. */
const ran = (status: string, ...assertions: string[]): Result => ({
  status,
  assertionResults: assertions.map((assertion) => ({ status: assertion })),
});

const CASES: { name: string; reports: Result[][]; want: { passed: number; failed: number; skipped: number } }[] = [
  { name: 'no report', reports: [], want: { passed: 0, failed: 0, skipped: 0 } },
  {
    name: 'several reports are added up',
    reports: [[ran('passed', 'passed', 'passed')], [ran('passed', 'passed'), ran('failed', 'passed', 'failed')]],
    want: { passed: 4, failed: 1, skipped: 0 },
  },
  {
    name: 'skipped, pending and todo are skipped',
    reports: [[ran('passed', 'passed', 'skipped', 'pending', 'todo')]],
    want: { passed: 1, failed: 0, skipped: 3 },
  },
  {
    name: 'a file that could not be loaded is a failure though no test of it failed',
    reports: [[ran('failed')]],
    want: { passed: 0, failed: 1, skipped: 0 },
  },
  {
    name: 'a hook that failed is a failure though no test of the file failed',
    reports: [[ran('failed', 'passed', 'skipped')]],
    want: { passed: 1, failed: 1, skipped: 1 },
  },
];

test.each(CASES)('count: $name', async ({ reports, want }) => {
  const folder = await tempFolder();
  for (const [index, testResults] of reports.entries()) {
    writeFileSync(join(folder, `${index}.json`), JSON.stringify({ testResults }));
  }
  const program = `import { countTests } from ${JSON.stringify(SCRIPT)}; console.log(JSON.stringify(countTests(process.argv[1])))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program, folder], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(want);
});
