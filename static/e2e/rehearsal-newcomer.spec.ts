import { bandOf, chatButton, expect, hasEnded, inState, knock, leave, phone, test, unread, write } from './rehearsal.ts';
import { expectNothingOutlived, hearsSomebody, seesMoving } from './witness.ts';

test('a visitor alone in a rehearsal waits, is admitted, sees, hears and writes to the host, and leaves', {
  tag: '@journey',
}, async ({ attended, meeting, somebody, network }) => {
  const page = await somebody({ viewport: phone });
  await page.goto(attended);
  await expect(bandOf(page)).toHaveText('Rehearsal: this is not a real visit');
  await knock(page, attended, meeting, 'Sam Patel');
  await inState(page, 'lobby');
  await expect(page.locator('#live')).toHaveText(/You are in the waiting room/);
  await expect(page.getByRole('heading', { name: 'You are waiting to be let in' })).toBeVisible();

  await inState(page, 'call');
  await expect(page.locator('#live')).toHaveText('You are now in the visit. Your microphone is on.');
  await expect(bandOf(page)).toBeVisible();
  await seesMoving(page, 1);
  await hearsSomebody(page);

  await expect(unread(page)).toHaveText('1');
  await chatButton(page).click();
  await expect(page.locator('#stage')).toContainText('Hello Sam Patel, welcome to the rehearsal.');
  await write(page, 'Good morning');
  await expect(page.locator('#stage')).toContainText(/(Thank you|arrived|works).*Good morning/);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(unread(page)).toBeHidden();

  await leave(page);
  await hasEnded(page, 'left');
  expect(new URL(page.url()).search).toBe('?code=0&subCode=0');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You left the visit');
  await expectNothingOutlived(page);
  expect(network.faults).toEqual([]);
  expect([...network.hosts]).toEqual([new URL(attended).host]);
});
