import {
  bandOf,
  chatButton,
  expect,
  expectEnding,
  expectState,
  joinFromDoor,
  leave,
  phone,
  test,
  unreadBadge,
  write,
} from './rehearsal.ts';
import { expectMovingVideos, expectNothingWasAlive, expectSound } from './witness.ts';

test('a visitor alone in a rehearsal waits, is admitted, sees, hears and writes to the host, and leaves', {
  tag: '@journey',
}, async ({ attended, meeting, openPage, network }) => {
  const page = await openPage({ viewport: phone });
  await page.goto(attended);
  await expect(bandOf(page)).toHaveText('Rehearsal: this is not a real visit');
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  await expectState(page, 'lobby');
  await expect(page.locator('#live')).toHaveText(/You are in the waiting room/);
  await expect(page.getByRole('heading', { name: 'You are waiting to be let in' })).toBeVisible();

  await expectState(page, 'call');
  await expect(page.locator('#live')).toHaveText('You are now in the visit. Your microphone is on.');
  await expect(bandOf(page)).toBeVisible();
  await expectMovingVideos(page, 1);
  await expectSound(page);

  await expect(unreadBadge(page)).toHaveText('1');
  await chatButton(page).click();
  await expect(page.locator('#stage')).toContainText('Hello Sam Patel, welcome to the rehearsal.');
  await write(page, 'Good morning');
  await expect(page.locator('#stage')).toContainText(/(Thank you|arrived|works).*Good morning/);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(unreadBadge(page)).toBeHidden();

  await leave(page);
  await expectEnding(page, 'left');
  expect(new URL(page.url()).search).toBe('?code=0&subCode=0');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You left the visit');
  await expectNothingWasAlive(page);
  expect(network.faults).toEqual([]);
  expect([...network.hosts]).toEqual([new URL(attended).host]);
});
