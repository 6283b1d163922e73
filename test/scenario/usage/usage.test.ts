import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { playUsageScenario } from '../../support/usage-scenario.ts';

const folder = new URL('.', import.meta.url);
const scenarios = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('there are scenarios', () => expect(scenarios.length).toBeGreaterThan(16));

for (const name of scenarios) {
  test(`scenario: ${name}`, async () => {
    expect(await playUsageScenario(readFileSync(new URL(name, folder), 'utf8'))).toEqual([]);
  }, 30_000);
}

test('a scenario that does not hold says where and what was found, as it came and from nothing', async () => {
  const failures = await playUsageScenario(`
    meter m electricity every 15m
    read m 2026-03-02T08:00 every 15m 100 102 104
    expect m 15m 2026-03-02T08:00: 2 measured, 3 measured
    expect findings m: outlier 2026-03-02T08:15
  `);
  const usage = { line: 4, text: 'expect m 15m 2026-03-02T08:00: 2 measured, 3 measured', found: '2 measured x2' };
  const findings = { line: 5, text: 'expect findings m: outlier 2026-03-02T08:15', found: 'none' };
  const anew = (one: typeof usage): typeof usage => ({ ...one, text: `from nothing: ${one.text}` });
  expect(failures).toEqual([usage, findings, anew(usage), anew(findings)]);
});
