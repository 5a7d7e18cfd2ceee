import { announcements, chatButton, expect, expectState, joinCall, joinFromDoor, phone, roomOf, test } from './rehearsal.ts';
import { expectMovingVideos } from './witness.ts';

const unavailable = 'Written chat is not available in this visit. Sound and video still work.';

test('when chat is refused the call continues, and one line reports it', async ({ attended, meeting, openPage, network }) => {
  const page = await openPage({ viewport: phone });
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await expectState(page, 'lobby');
  await room.command({ command: 'chat-fault', status: 403 });
  await expectState(page, 'call');
  await expectMovingVideos(page, 1);
  await expect(chatButton(page)).toHaveCount(0);
  await expect(page.locator('#notice')).toHaveText(unavailable);
  await expect(page.locator('#notice')).toBeVisible();
  expect((await announcements(page)).filter((text) => text === unavailable)).toHaveLength(1);
  await expect(page.locator('main')).toHaveAttribute('data-state', 'call');
  await expectMovingVideos(page, 1);
  await expect(chatButton(page)).toHaveCount(0);
  expect(network.faults).toEqual([]);
});

test('on a site without chat the call has none, and no chat script runs', async ({ chatless, meeting, openPage, network }) => {
  const page = await openPage();
  await joinCall(page, chatless, meeting, 'Sam Patel');
  await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible();
  await expect(chatButton(page)).toHaveCount(0);
  const scripts = [...network.scripts].map((path) => path.split('/').at(-1)?.split('-')[0]);
  expect(scripts).toContain('callface');
  expect(scripts).not.toContain('chatface');
  expect(network.faults).toEqual([]);
});
