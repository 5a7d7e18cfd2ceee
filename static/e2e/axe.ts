// axe, carried into a page once however often it looks there.
import type { Page } from '@playwright/test';
import axe from 'axe-core';

interface Results {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** What axe has against the page; what is inside the stage is the library's. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<Results> } };
    return axe.run({ exclude: [['#stage']] }, { resultTypes: ['violations'] });
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
