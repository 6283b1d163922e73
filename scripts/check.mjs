// Types, lint, format, dead code, layer rules: one after the other, all of them, then the verdict.
import { spawnSync } from 'node:child_process';

const steps = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the dashboards', 'tsc', ['--noEmit', '-p', 'dashboards']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['format', 'oxfmt', ['--check']],
  ['dead code', 'knip', []],
  ['layer rules', 'vitest', ['run', '--project', 'layers']],
];

const failed = [];
for (const [name, command, args] of steps) {
  const started = Date.now();
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });
  console.log(`check: ${name} ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
