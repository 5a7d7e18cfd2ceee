// Runs axe in a page.
import type { Page } from '@playwright/test';
import axe from 'axe-core';

interface Results {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** Returns axe's findings for the page, without the stage, which belongs to the UI Library. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<Results> } };
    return axe.run({ exclude: [['#stage']] }, { resultTypes: ['violations'] });
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
