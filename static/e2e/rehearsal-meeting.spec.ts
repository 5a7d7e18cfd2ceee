import type { Page } from '@playwright/test';
import {
  chatButton,
  expect,
  expectEnding,
  icon,
  joinCall,
  type Room,
  test,
  tileOf,
  unreadBadge,
  type Visitor,
  write,
} from './rehearsal.ts';
import { expectMovingVideos, expectNothingWasAlive, expectSound, liveTracks, remotePictures } from './witness.ts';

// Two visitors in one meeting. Commands play the host.

interface Pair {
  sam: Visitor;
  ida: Visitor;
  room: Room;
}

/** Lets two visitors join one call. */
async function joinTogether(openPage: () => Promise<Page>, site: string, meeting: string): Promise<Pair> {
  const [first, second] = [await openPage(), await openPage()];
  const [sam, ida] = await Promise.all([
    joinCall(first, site, meeting, 'Sam Patel'),
    joinCall(second, site, meeting, 'Ida Berg'),
  ]);
  return { sam, ida, room: sam.room };
}

test('two visitors see and hear each other, and see mutes and raised hands', { tag: ['@journey', '@calls'] }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const { sam, ida, room } = await joinTogether(openPage, unattended, meeting);
  await Promise.all([
    expectMovingVideos(sam.page, 1),
    expectMovingVideos(ida.page, 1),
    expectSound(sam.page),
    expectSound(ida.page),
  ]);

  const tile = tileOf(ida.page, 'Sam Patel');
  await expect(icon(tile, 'VideoTileMicOff')).toBeHidden();
  await sam.page.getByRole('button', { name: 'Mute mic' }).first().click();
  await expect(icon(tile, 'VideoTileMicOff')).toBeVisible();
  await sam.page.getByRole('button', { name: 'Unmute mic' }).first().click();
  await expect(icon(tile, 'VideoTileMicOff')).toBeHidden();
  await room.command({ command: 'mute', to: sam.id });
  await expect(sam.page.getByRole('button', { name: 'Unmute mic' }).first()).toBeVisible();
  await expect(icon(tile, 'VideoTileMicOff')).toBeVisible();

  await sam.page.getByRole('button', { name: 'Raise' }).click();
  await expect(tile).toContainText('1');
  await room.command({ command: 'lower-hand' });
  await expect(tile).not.toContainText('1');
  await expect(sam.page.getByRole('button', { name: 'Raise' })).toBeVisible();

  await sam.page.getByRole('button', { name: 'Turn off camera' }).first().click();
  await expect.poll(() => remotePictures(ida.page)).toEqual([]);
  await expect.poll(() => liveTracks(sam.page)).not.toContain('video');
  await sam.page.getByRole('button', { name: 'Turn on camera' }).first().click();
  await expectMovingVideos(ida.page, 1);
  expect(network.faults).toEqual([]);
  expect([...network.hosts]).toEqual([new URL(unattended).host]);
});

test('a visitor sees the other’s shared screen until sharing stops', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const { sam, ida } = await joinTogether(openPage, unattended, meeting);
  await expectMovingVideos(ida.page, 1);
  await sam.page.getByRole('button', { name: 'Present' }).click();
  await expect(ida.page.locator('#stage')).toContainText('Sam Patel is sharing their screen');
  await expectMovingVideos(ida.page, 2);
  await sam.page.getByRole('button', { name: 'Stop presenting' }).click();
  await expect.poll(async () => (await remotePictures(ida.page)).length).toBe(1);
  await expect.poll(() => liveTracks(sam.page)).toEqual(['audio', 'video']);
  expect(network.faults).toEqual([]);
});

test('two visitors write to each other, and a closed chat shows the number of unread messages', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const { sam, ida } = await joinTogether(openPage, unattended, meeting);
  await chatButton(sam.page).click();
  await write(sam.page, 'Hello from Sam');
  await expect(unreadBadge(ida.page)).toHaveText('1');
  await chatButton(ida.page).click();
  await expect(ida.page.locator('#stage')).toContainText('Hello from Sam');
  await write(ida.page, 'Hello from Ida');
  await expect(sam.page.locator('#stage')).toContainText('Hello from Ida');
  await expect(unreadBadge(ida.page)).toBeHidden();
  expect(network.faults).toEqual([]);
});

test('one visitor is removed, and then the meeting ends for the other', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
}) => {
  const { sam, ida, room } = await joinTogether(openPage, unattended, meeting);
  await Promise.all([expectMovingVideos(sam.page, 1), expectMovingVideos(ida.page, 1)]);
  await room.command({ command: 'remove', to: sam.id });
  await expectEnding(sam.page, 'removed');
  await expectNothingWasAlive(sam.page);
  await expect(tileOf(ida.page, 'Sam Patel')).toHaveCount(0);
  await expect(ida.page.locator('main')).toHaveAttribute('data-state', 'call');
  await room.command({ command: 'end' });
  await expectEnding(ida.page, 'host-ended');
  await expectNothingWasAlive(ida.page);
});
