import { expect, hasEnded, inState, knock, letIn, pressJoin, roomOf, said, test, ticketOf } from './rehearsal.ts';
import { expectNothingOutlived, liveTracks, seesMoving, sentTracks } from './witness.ts';

// What can happen to a visitor during a meeting, played by commands.

test('not admitted: the page explains it, and the next attempt is the same person', { tag: '@journey' }, async ({
  unattended,
  meeting,
  somebody,
}) => {
  const page = await somebody();
  const { id } = await knock(page, unattended, meeting, 'Sam Patel');
  const room = await roomOf(page, unattended);
  await inState(page, 'lobby');
  await room.command({ command: 'deny', to: id });
  await hasEnded(page, 'denied');
  await expectNothingOutlived(page);
  const again = ticketOf(page);
  await page.getByRole('link', { name: 'Try again' }).click();
  expect(await again).toBe(id);
  await inState(page, 'lobby');
});

test('a lost connection: the visitor returns as the same person, with the same name', async ({
  unattended,
  meeting,
  somebody,
}) => {
  const page = await somebody();
  const { id, room } = await letIn(page, unattended, meeting, 'Sam Patel');
  await room.command({ command: 'fault', ending: 'connection-lost', to: id });
  await hasEnded(page, 'connection-lost');
  await expectNothingOutlived(page);
  const again = ticketOf(page);
  await page.getByRole('link', { name: 'Rejoin' }).click();
  expect(await again).toBe(id);
  await inState(page, 'lobby');
  await room.command({ command: 'admit', to: id });
  await inState(page, 'call');

  // No event announces it, as with the browser's Back button: the browser ends the call with the page.
  await page.goto(`${unattended}/visit`);
  await page.getByRole('button', { name: 'Change my name or devices' }).click();
  await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
  expect(await pressJoin(page)).toBe(id);
});

test('a dropped socket: the page announces reconnecting and its end, and the videos go on', { tag: '@journey' }, async ({
  attended,
  meeting,
  somebody,
  network,
}) => {
  const page = await somebody();
  const { id } = await knock(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await inState(page, 'call');
  await seesMoving(page, 1);
  await room.command({ command: 'drop', to: id, seconds: 2 });
  await expect(page.locator('#notice')).toHaveText(/We are reconnecting you/);
  await expect(page.locator('#notice')).toBeHidden();
  await expect(page.locator('#live')).toHaveText('You are connected again.');
  await seesMoving(page, 1);
  expect(await said(page)).toEqual([
    'Starting your camera…',
    expect.stringContaining('You are in the waiting room'),
    'You are now in the visit. Your microphone is on.',
    'You lost connection. We are reconnecting you.',
    'You are connected again.',
  ]);
  await expect(page.locator('#stage')).not.toContainText(/network/i);
  expect(network.faults).toEqual([]);
});

test('forbidden cameras: the button is disabled and the camera off, until cameras are allowed', async ({
  unattended,
  meeting,
  somebody,
}) => {
  const page = await somebody();
  const { room } = await letIn(page, unattended, meeting, 'Sam Patel');
  await expect.poll(() => liveTracks(page)).toContain('video');
  await room.command({ command: 'capability', name: 'turnVideoOn', present: false, reason: 'MeetingRestricted' });
  await expect(page.getByRole('button', { name: /camera/i }).first()).toBeDisabled();
  await expect.poll(() => liveTracks(page)).toEqual(['audio']);
  await room.command({ command: 'capability', name: 'turnVideoOn', present: true });
  await page.getByRole('button', { name: 'Turn on camera' }).first().click();
  await expect.poll(() => liveTracks(page)).toContain('video');
});

test('captions show what the host says', async ({ attended, meeting, somebody, network }) => {
  const page = await somebody();
  await knock(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await inState(page, 'call');
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

test('a recording is shown before other notices for as long as it lasts', async ({ unattended, meeting, somebody }) => {
  const page = await somebody();
  const { room } = await letIn(page, unattended, meeting, 'Sam Patel');
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
  test(`the answer to the question about a recording is ${answer}`, { tag: agrees ? '@journey' : [] }, async ({
    attended,
    meeting,
    somebody,
    network,
  }) => {
    const page = await somebody();
    await knock(page, attended, meeting, 'Sam Patel');
    const room = await roomOf(page, attended);
    await inState(page, 'call');
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
