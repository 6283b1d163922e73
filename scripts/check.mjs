// Types, lint, format, dead code, layer rules: one after the other, all of them, then the verdict.
import { join } from 'node:path';

import { runBin } from './run-bin.mjs';

/** Where `npm test` collects what each run of tests counted; alone, the check leaves nothing behind. */
const reports = process.env.TEST_REPORTS;
const counted =
  reports === undefined
    ? []
    : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, 'layers.json')}`];

/** @type {[name: string, packageName: string, command: string, args: string[]][]} */
const steps = [
  ['types', 'typescript', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the dashboards', 'typescript', 'tsc', ['--noEmit', '-p', 'dashboards']],
  ['lint', 'oxlint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['format', 'oxfmt', 'oxfmt', ['--check']],
  ['dead code', 'knip', 'knip', ['--no-progress']],
  ['layer rules', 'vitest', 'vitest', ['run', '--project', 'layers', ...counted]],
];

/** @type {string[]} */
const failed = [];
for (const [name, packageName, command, args] of steps) {
  const started = Date.now();
  const ok = (await runBin(packageName, command, args)) === 0;
  console.log(`check: ${name} ${ok ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
