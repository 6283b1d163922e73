import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Adds up the JSON reports that runs of vitest left in a folder. A file that failed without a failed test (it could
 * not be loaded, or a hook of it failed) counts as one failure.
 *
 * @param {string} folder
 * @returns {Counts}
 */
export function countTests(folder) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const { testResults } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const { status, assertionResults } of testResults) {
      let failedHere = 0;
      for (const assertion of assertionResults) {
        if (assertion.status === 'passed') counts.passed++;
        else if (assertion.status === 'failed') failedHere++;
        else counts.skipped++;
      }
      counts.failed += status === 'failed' ? Math.max(1, failedHere) : failedHere;
    }
  }
  return counts;
}
