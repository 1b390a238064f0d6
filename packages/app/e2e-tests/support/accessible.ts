import AxeBuilder from '@axe-core/playwright';
import { expect, Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A page that is still loading is faint; it is judged again until it has arrived. */
const ARRIVES_MS = 10_000;

/** Fails when axe finds anything serious on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(async () => {
    expect(await seriousOn(page), `accessibility of ${page.url()}`).toEqual([]);
  }).toPass({ timeout: ARRIVES_MS });
}

async function seriousOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    // React Aria's announcer still names a button's progress bar for seconds
    // after that bar has gone. It was read out by then.
    .exclude('[data-live-announcer]')
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(node => `${node.failureSummary} ${node.html}`)
          .join('\n')}`,
    );
}
