import AxeBuilder from '@axe-core/playwright';
import { expect, Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Fails when axe finds anything serious on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    // React Aria's announcer still names a button's progress bar for seconds
    // after that bar has gone. It was read out by then.
    .exclude('[data-live-announcer]')
    .analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(node => `${node.failureSummary} ${node.html}`)
          .join('\n')}`,
    );
  expect(serious, `accessibility of ${page.url()}`).toEqual([]);
}

/** What fades in is judged when it has arrived; what turns for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(a => a.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(animation => animation.finished));
  });
}
