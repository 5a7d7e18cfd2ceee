import AxeBuilder from '@axe-core/playwright';
import { bandOf, desktop, expect, inState, knock, phone, roomOf, test } from './rehearsal.ts';
import { toVisit } from './site.ts';

for (const viewport of [phone, desktop]) {
  const size = `${viewport.width}x${viewport.height}`;

  test(`axe finds nothing on the host's page, which says that it is a rehearsal, at ${size}`, async ({
    unattended,
    meeting,
    somebody,
  }) => {
    const page = await somebody({ viewport });
    await toVisit(page, unattended, meeting);
    await page.goto((await roomOf(page, unattended)).address);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Host a rehearsal');
    await expect(bandOf(page)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  test(`axe finds nothing around the call while the visitor waits, at ${size}`, async ({ unattended, meeting, somebody }) => {
    const page = await somebody({ viewport });
    await knock(page, unattended, meeting, 'Sam Patel');
    await inState(page, 'lobby');
    await expect(bandOf(page)).toBeVisible();
    // What is inside the stage is the library's.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().exclude('#stage').analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  });
}
