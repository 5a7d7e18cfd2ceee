import {
  announcements,
  expect,
  expectEnding,
  expectState,
  joinCall,
  joinFromDoor,
  pressJoin,
  roomOf,
  test,
  ticketOf,
} from './rehearsal.ts';
import { expectMovingVideos, expectNothingWasAlive, liveTracks, sentTracks } from './witness.ts';

// What can happen to a visitor during a meeting. Commands play the host.

test('a visitor who is not admitted gets an explanation, and tries again as the same person', { tag: '@journey' }, async ({
  unattended,
  meeting,
  openPage,
}) => {
  const page = await openPage();
  const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
  const room = await roomOf(page, unattended);
  await expectState(page, 'lobby');
  await room.command({ command: 'deny', to: id });
  await expectEnding(page, 'denied');
  await expectNothingWasAlive(page);
  const again = ticketOf(page);
  await page.getByRole('link', { name: 'Try again' }).click();
  expect(await again).toBe(id);
  await expectState(page, 'lobby');
});

test('after a lost connection the visitor rejoins as the same person, with the same name', async ({
  unattended,
  meeting,
  openPage,
}) => {
  const page = await openPage();
  const { id, room } = await joinCall(page, unattended, meeting, 'Sam Patel');
  await room.command({ command: 'fault', ending: 'connection-lost', to: id });
  await expectEnding(page, 'connection-lost');
  await expectNothingWasAlive(page);
  const again = ticketOf(page);
  await page.getByRole('link', { name: 'Rejoin' }).click();
  expect(await again).toBe(id);
  await expectState(page, 'lobby');
  await room.command({ command: 'admit', to: id });
  await expectState(page, 'call');

  // As with the browser's Back button, no event announces the end: the browser ends the call with the page.
  await page.goto(`${unattended}/visit`);
  await page.getByRole('button', { name: 'Change my name or devices' }).click();
  await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
  expect(await pressJoin(page)).toBe(id);
});

test('after a dropped socket the page announces reconnecting and its end, and the video continues', { tag: '@journey' }, async ({
  attended,
  meeting,
  openPage,
  network,
}) => {
  const page = await openPage();
  const { id } = await joinFromDoor(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await expectState(page, 'call');
  await expectMovingVideos(page, 1);
  await room.command({ command: 'drop', to: id, seconds: 2 });
  await expect(page.locator('#notice')).toHaveText(/We are reconnecting you/);
  await expect(page.locator('#notice')).toBeHidden();
  await expect(page.locator('#live')).toHaveText('You are connected again.');
  await expectMovingVideos(page, 1);
  expect(await announcements(page)).toEqual([
    'Starting your camera…',
    expect.stringContaining('You are in the waiting room'),
    'You are now in the visit. Your microphone is on.',
    'You lost connection. We are reconnecting you.',
    'You are connected again.',
  ]);
  await expect(page.locator('#stage')).not.toContainText(/network/i);
  expect(network.faults).toEqual([]);
});

test('while cameras are forbidden, the button is disabled and the camera is off', async ({ unattended, meeting, openPage }) => {
  const page = await openPage();
  const { room } = await joinCall(page, unattended, meeting, 'Sam Patel');
  await expect.poll(() => liveTracks(page)).toContain('video');
  await room.command({ command: 'capability', name: 'turnVideoOn', present: false, reason: 'MeetingRestricted' });
  await expect(page.getByRole('button', { name: /camera/i }).first()).toBeDisabled();
  await expect.poll(() => liveTracks(page)).toEqual(['audio']);
  await room.command({ command: 'capability', name: 'turnVideoOn', present: true });
  await page.getByRole('button', { name: 'Turn on camera' }).first().click();
  await expect.poll(() => liveTracks(page)).toContain('video');
});

test('captions show what the host says', async ({ attended, meeting, openPage, network }) => {
  const page = await openPage();
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await expectState(page, 'call');
  await page.getByRole('button', { name: 'Turn captions on' }).click();
  const captions = page.getByRole('region', { name: 'Live captions' });
  await expect(captions).toBeVisible();
  await room.command({ command: 'caption', text: 'How are you feeling today?' });
  await expect(captions).toContainText('How are you feeling today?');
  await expect(captions).toContainText('Rehearsal host');
  await page.getByRole('button', { name: 'Turn captions off' }).click();
  await expect(captions).toBeHidden();
  expect(network.faults).toEqual([]);
});

test('while a visit is recorded, that notice comes before other notices', async ({ unattended, meeting, openPage }) => {
  const page = await openPage();
  const { room } = await joinCall(page, unattended, meeting, 'Sam Patel');
  await room.command({ command: 'notice', recording: true });
  await expect(page.locator('#live')).toHaveText('This visit is now being recorded or transcribed.');
  await expect(page.locator('#notice')).toHaveText('This visit is being recorded or transcribed.');
  await room.command({ command: 'network', quality: 'lost' });
  await expect(page.locator('#notice')).toHaveText(/^This visit is being recorded or transcribed\..*We are reconnecting you\.$/);
  await room.command({ command: 'network', quality: 'good' });
  await expect(page.locator('#notice')).toHaveText('This visit is being recorded or transcribed.');
  await room.command({ command: 'notice' });
  await expect(page.locator('#live')).toHaveText('This visit is no longer being recorded.');
  await expect(page.locator('#notice')).toBeHidden();
  await expect(page.locator('#consent')).toBeHidden();
});

for (const { answer, agrees } of [
  { answer: 'Yes, I agree', agrees: true },
  { answer: 'No, keep me off camera and muted', agrees: false },
]) {
  test(`sound and video follow the answer about a recording: ${answer}`, { tag: agrees ? '@journey' : [] }, async ({
    attended,
    meeting,
    openPage,
    network,
  }) => {
    const page = await openPage();
    await joinFromDoor(page, attended, meeting, 'Sam Patel');
    const room = await roomOf(page, attended);
    await expectState(page, 'call');
    await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
    await room.command({ command: 'notice', recording: true, consent: true });
    const question = page.getByRole('alertdialog', { name: 'Can we record this visit?' });
    await expect(question).toBeFocused();
    await expect.poll(() => sentTracks(page)).toEqual([]);
    await expect.poll(() => liveTracks(page)).not.toContain('video');
    const microphone = page.getByRole('button', { name: /mic$/ }).first();
    await expect(microphone).toBeDisabled();

    await page.getByRole('button', { name: answer }).click();
    await expect(question).toBeHidden();
    if (!agrees) {
      await expect(page.locator('#notice')).toContainText('You did not agree to be recorded.');
      await expect(microphone).toBeDisabled();
      expect(await sentTracks(page)).toEqual([]);
      await page.locator('#notice').getByRole('button').click();
      await page.getByRole('button', { name: 'Yes, I agree' }).click();
      await expect(page.locator('#notice')).toContainText('This visit is being recorded or transcribed.');
    }
    await page.getByRole('button', { name: 'Unmute mic' }).first().click();
    await expect.poll(() => sentTracks(page)).toEqual(['audio']);
    await page.getByRole('button', { name: 'Turn on camera' }).first().click();
    await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
    expect(network.faults).toEqual([]);
  });
}
