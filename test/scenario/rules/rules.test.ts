import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { playScenario } from '../../support/rule-scenario.ts';

const folder = new URL('.', import.meta.url);
const scenarios = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('there are scenarios', () => expect(scenarios.length).toBeGreaterThan(4));

for (const name of scenarios) {
  test(`scenario: ${name}`, async () => {
    expect(await playScenario(readFileSync(new URL(name, folder), 'utf8'))).toEqual([]);
  }, 30_000);
}

test('a scenario that does not hold says where and what was found', async () => {
  const failures = await playScenario(`
    institution office agency
    load office electricity A1 2026-03-02 to 2026-03-20 work 50 off 45
    advance 2026-03-20
    expect nothing
    forget
    expect office standby warning open since 2026-03-02T00:00 active
  `);
  expect(failures).toEqual([
    { line: 5, text: 'nothing more', found: ['office standby warning open since 2026-03-03T19:00 active'] },
    { line: 7, text: 'expect office standby warning open since 2026-03-02T00:00 active', found: [] },
  ]);
});
