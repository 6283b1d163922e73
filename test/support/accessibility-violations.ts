import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface AxeResults {
  passes: unknown[];
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}

/** What of the page breaks WCAG 2 A or AA, a line each. Throws where nothing could be checked. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const rules = JSON.stringify({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
  const { passes, violations } = await page.evaluate<AxeResults>(`axe.run(document, ${rules})`);
  if (passes.length === 0) throw new Error('No rule could be checked');
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
