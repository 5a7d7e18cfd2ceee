// Every problem in a call is shown once, by the site's own message and not by one of the UI Library.
import type { Page } from '@playwright/test';
import { chatButton, desktop, expect, joinCall, phone, test, write } from './rehearsal.ts';

// The UI Library's own messages for these situations.
const libraryMessages =
  /network (quality|bandwidth)|reconnect|hold on|something went wrong|unable to|camera (has|is|was)|has been (disabled|muted)|you('re| are) muted|been recorded|recording (has )?started|transcription|no longer|trouble|consent|privacy/i;

interface Situation {
  name: string;
  begin: Record<string, unknown>[];
  /** The site's message while it lasts. */
  message: RegExp;
  end: Record<string, unknown>[];
}

const media = (name: string, value: boolean) => ({ command: 'diagnostic', kind: 'media', name, value });
const bad = { command: 'network', quality: 'bad', direction: 'receive' };
const good = { command: 'network', quality: 'good', direction: 'receive' };
const video = { command: 'capability', name: 'turnVideoOn' };

const situations: Situation[] = [
  {
    name: 'the connection is lost',
    begin: [{ command: 'network', quality: 'lost' }],
    message: /We are reconnecting you/,
    end: [good],
  },
  { name: 'the network is bad twice', begin: [bad, good, bad], message: /Your connection is weak\. You can/, end: [good] },
  {
    name: 'the camera stops',
    begin: [media('cameraStoppedUnexpectedly', true)],
    message: /^Your camera has stopped\. The others cannot see you\.$/,
    end: [media('cameraStoppedUnexpectedly', false)],
  },
  {
    name: 'the microphone stops',
    begin: [media('microphoneNotFunctioning', true)],
    message: /^Your microphone does not work\. The others cannot hear you\.$/,
    end: [media('microphoneNotFunctioning', false)],
  },
  {
    name: 'cameras are forbidden',
    begin: [{ ...video, present: false, reason: 'MeetingRestricted' }],
    message: /^Cameras are not allowed in this visit\.$/,
    end: [{ ...video, present: true }],
  },
  {
    name: 'the visit is recorded',
    begin: [{ command: 'notice', recording: true, transcription: true }],
    message: /^This visit is being recorded or transcribed\.$/,
    end: [{ command: 'notice' }],
  },
];

/** Returns the visible text of the call. */
// biome-ignore lint/performance/useDomNodeTextContent: hidden text does not count.
const textOfCall = (page: Page) => page.locator('#stage').innerText();

for (const viewport of [phone, desktop]) {
  test(`every problem is shown once, by the site's own message, at ${viewport.width}x${viewport.height}`, async ({
    unattended,
    meeting,
    openPage,
    network,
  }) => {
    const page = await openPage({ viewport });
    const { id, room } = await joinCall(page, unattended, meeting, 'Sam Patel');
    const notice = page.locator('#notice');
    for (const { name, begin, message, end } of situations) {
      await test.step(name, async () => {
        for (const command of begin) await room.command(command);
        await expect(notice).toHaveText(message);
        expect(await textOfCall(page)).not.toMatch(libraryMessages);
        for (const command of end) await room.command(command);
        await expect(notice).toBeHidden();
      });
    }
    await test.step('speaking while muted', async () => {
      await room.command({ command: 'mute', to: id });
      await room.command(media('speakingWhileMicrophoneIsMuted', true));
      await expect(notice).toContainText('Your microphone is off. The others cannot hear you.');
      expect(await textOfCall(page)).not.toMatch(libraryMessages);
      await notice.getByRole('button', { name: 'Unmute' }).click();
      await expect(notice).toBeHidden();
    });
    expect(network.faults).toEqual([]);
  });
}

test('a chat that fails does not end the call, and one line reports it', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: desktop });
  const { room } = await joinCall(page, unattended, meeting, 'Sam Patel');
  await chatButton(page).click();
  await write(page, 'Hello');
  await room.command({ command: 'chat-fault', status: 403 });
  await write(page, 'Is anybody there?');
  await expect(page.locator('#notice')).toHaveText(/^Written chat is not available in this visit/);
  await expect(chatButton(page)).toHaveCount(0);
  expect(await textOfCall(page)).not.toMatch(libraryMessages);
});

test('a camera that is missing when the call begins is reported once', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: phone });
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const list = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.enumerateDevices = async () => (await list()).filter(({ kind }) => kind !== 'videoinput');
  });
  await joinCall(page, unattended, meeting, 'Sam Patel');
  await expect(page.locator('#notice')).toHaveText('We cannot use a camera. The others cannot see you.');
  expect(await textOfCall(page)).not.toMatch(libraryMessages);
});
