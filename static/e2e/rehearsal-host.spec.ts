import type { Page } from '@playwright/test';
import {
  chatButton,
  expect,
  expectEnding,
  expectState,
  icon,
  joinFromDoor,
  pressJoin,
  roomOf,
  test,
  tileOf,
  unreadBadge,
  write,
} from './rehearsal.ts';
import { toVisit } from './site.ts';
import { expectMovingVideos, expectNothingAlive, expectNothingWasAlive, expectSound } from './witness.ts';

// A person on the host's page plays the host.

/** Opens the host's page by the link on the visitor's page, and starts hosting. */
async function beginHosting(page: Page, visitor: Page, site: string): Promise<Page> {
  await page.goto((await roomOf(visitor, site)).address);
  await page.getByRole('button', { name: 'Start hosting' }).click();
  await expect(page.getByRole('button', { name: 'Leave' }).first()).toBeVisible();
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('the host rejects one visitor and admits two; the three see and hear each other', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const eve = await openPage();
  await toVisit(eve, unattended, meeting);
  const host = await beginHosting(await openPage(), eve, unattended);
  await expect(host.getByText('Nobody is waiting.')).toBeVisible();
  await eve.getByLabel('Your full name').fill('<b>Eve</b> {name}');
  await pressJoin(eve);
  await button(host, 'Do not let <b>Eve</b> {name} in').click();
  await expectEnding(eve, 'denied');
  await expectNothingWasAlive(eve);

  const [sam, ida] = [await openPage(), await openPage()];
  for (const { page, name } of [
    { page: sam, name: 'Sam Patel' },
    { page: ida, name: 'Ida Berg' },
  ]) {
    await joinFromDoor(page, unattended, meeting, name);
    await button(host, `Let ${name} in`).click();
    await expectState(page, 'call');
    await expect(host.getByText('Nobody is waiting.')).toBeVisible();
  }
  for (const page of [host, sam, ida]) {
    await expectMovingVideos(page, 2);
    await expectSound(page);
  }
  await button(host, 'End for everyone').click();
  for (const page of [sam, ida]) {
    await expectEnding(page, 'host-ended');
    await expectNothingWasAlive(page);
  }
  await expect(host.getByText('The rehearsal has ended.')).toBeFocused();
  await expectNothingAlive(host);
  await expect(host.getByRole('link', { name: 'Host again' })).toBeVisible();
  expect(network.faults).toEqual([]);
  expect([...network.hosts]).toEqual([new URL(unattended).host]);
});

test('the buttons of the host’s page mute, write, lower a hand, record and play an ending', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const sam = await openPage();
  await toVisit(sam, unattended, meeting);
  const host = await beginHosting(await openPage(), sam, unattended);
  await sam.getByLabel('Your full name').fill('Sam Patel');
  await pressJoin(sam);
  await button(host, 'Let Sam Patel in').click();
  await expectState(sam, 'call');
  await Promise.all([expectMovingVideos(host, 1), expectMovingVideos(sam, 1)]);

  const tile = tileOf(host, 'Sam Patel');
  await button(host, 'Mute visitors').click();
  await expect(host.locator('#command-answer')).toHaveText('Done.');
  await expect(icon(tile, 'VideoTileMicOff')).toBeVisible();
  await expect(button(sam, 'Unmute mic').first()).toBeVisible();

  await button(sam, 'Raise').click();
  await expect(tile).toContainText('1');
  await button(host, 'Lower hands').click();
  await expect(tile).not.toContainText('1');

  await button(host, 'Write in the chat').click();
  await expect(unreadBadge(sam)).toHaveText('1');
  await chatButton(sam).click();
  await expect(sam.locator('#stage')).toContainText('Hello, can you hear me?');
  await write(sam, 'Loud and clear');
  await chatButton(host).click();
  await expect(host.locator('#stage')).toContainText('Loud and clear');

  await button(host, 'Start recording').click();
  await expect(sam.locator('#live')).toHaveText('This visit is now being recorded or transcribed.');
  await button(host, 'Stop recording and transcription').click();
  await expect(sam.locator('#live')).toHaveText('This visit is no longer being recorded.');

  await host.getByLabel('End the visitor').selectOption('network-blocked');
  await button(host, 'Play this ending').click();
  await expectEnding(sam, 'network-blocked');
  await expectNothingWasAlive(sam);
  await expect(tile).toHaveCount(0);

  await button(host, 'Mute visitors').click();
  await expect(host.locator('#command-answer')).toHaveText('Nobody is waiting or present.');
  await button(host, 'Leave').first().click();
  expect(network.faults).toEqual([]);
});
