import { chatButton, expect, inState, knock, letIn, phone, roomOf, said, test } from './rehearsal.ts';
import { seesMoving } from './witness.ts';

const unavailable = 'Written chat is not available in this visit. Sound and video still work.';

test('chat is refused: the call goes on, and one line reports it', async ({ attended, meeting, somebody, network }) => {
  const page = await somebody({ viewport: phone });
  await knock(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await inState(page, 'lobby');
  await room.command({ command: 'chat-fault', status: 403 });
  await inState(page, 'call');
  await seesMoving(page, 1);
  await expect(chatButton(page)).toHaveCount(0);
  await expect(page.locator('#notice')).toHaveText(unavailable);
  await expect(page.locator('#notice')).toBeVisible();
  expect((await said(page)).filter((text) => text === unavailable)).toHaveLength(1);
  await expect(page.locator('main')).toHaveAttribute('data-state', 'call');
  await seesMoving(page, 1);
  await expect(chatButton(page)).toHaveCount(0);
  expect(network.faults).toEqual([]);
});

test('chat is off on this site: the call has none, and no chat script runs', async ({ chatless, meeting, somebody, network }) => {
  const page = await somebody();
  await letIn(page, chatless, meeting, 'Sam Patel');
  await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible();
  await expect(chatButton(page)).toHaveCount(0);
  const scripts = [...network.scripts].map((path) => path.split('/').at(-1)?.split('-')[0]);
  expect(scripts).toContain('callface');
  expect(scripts).not.toContain('chatface');
  expect(network.faults).toEqual([]);
});
