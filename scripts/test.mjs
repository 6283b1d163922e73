// All tests: the check, the servers that tests need, the build, then every project of vitest. The last line counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { countTests } from './count-tests.mjs';
import { ROOT, runBin, runNode } from './run-bin.mjs';
import { ensureServers } from './servers.mjs';

const PROJECTS = ['unit', 'contract', 'postgres', 'pipeline', 'pipeline-alone', 'e2e'];
/** A run that hangs must end as a failure, with the last line. */
const HANGS_AFTER_MS = 20 * 60_000;
const isCi = ['true', '1'].includes(process.env.CI ?? '');
const reports = mkdtempSync(join(tmpdir(), 'test-reports-'));

/**
 * What failed beside tests: each is counted as one failure, so that the last line never looks well when it is not.
 *
 * @type {string[]}
 */
const failed = [];

if ((await runNode([join(ROOT, 'scripts/check.mjs')], { environment: { TEST_REPORTS: reports } })) !== 0) {
  if (countTests(reports).failed === 0) failed.push('the check');
}

const missing = ensureServers();
// Tests that need one of them skip themselves (test/support/is-missing.ts).
process.env.MISSING_SERVERS = isCi ? '' : missing.join(',');
if (isCi) failed.push(...missing.map((name) => `${name} is missing`));

const isBuilt = (await runNode([join(ROOT, 'scripts/build.mjs')])) === 0;
if (!isBuilt) failed.push('the build');

// One after the other: what counts memory or fills disks has the machine to itself.
for (const project of isBuilt ? PROJECTS : []) {
  // All of it runs on one server, which it starts itself.
  if (project === 'postgres' && !isCi && missing.includes('postgresql')) {
    console.log('skipped: the tests of project postgres');
    continue;
  }
  const report = join(reports, `${project}.json`);
  const before = countTests(reports);
  const code = await runBin(
    'vitest',
    'vitest',
    ['run', `--project=${project}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { timeoutMs: HANGS_AFTER_MS },
  );
  const after = countTests(reports);
  if (code !== 0 && after.failed === before.failed) failed.push(`the tests of project ${project}`);
}

const { passed, failed: failedTests, skipped } = countTests(reports);
rmSync(reports, { recursive: true, force: true });
if (passed + failedTests === 0) failed.push('no test ran');
const failures = failedTests + failed.length;
if (failed.length > 0) console.log(`failed beside tests: ${failed.join(', ')}`);
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failures === 0 ? 0 : 1;
