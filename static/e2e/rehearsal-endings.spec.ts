import { readJSON } from '../screens/case.ts';
import { expect, expectEnding, expectState, joinFromDoor, roomOf, test } from './rehearsal.ts';
import { expectNothingWasAlive } from './witness.ts';

const { endings } = readJSON('teams/endings.json') as { endings: { ending: string; action: string }[] };
const texts = readJSON('locales/en-GB.json') as Record<string, string>;

/** Endings of a visitor who is still waiting. The others end a call. */
const waiting = new Set([
  'denied',
  'waited-too-long',
  'lobby-full',
  'meeting-full',
  'guests-not-allowed',
  'live-event',
  'information-barrier',
  'wrong-id-or-passcode',
  'invalid-link',
  'personal-meeting',
  'name-too-long',
  'meeting-not-found',
  'room-not-available',
]);

test('the table has more than 30 endings', () => expect(endings.length).toBeGreaterThan(30));

for (const { ending, action } of endings) {
  test(`${ending}: the page explains what happened, and the next step is ${action}`, async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage();
    const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    const room = await roomOf(page, unattended);
    await expectState(page, 'lobby');
    if (!waiting.has(ending)) {
      await room.command({ command: 'admit', to: id });
      await expectState(page, 'call');
    }
    await room.command({ command: 'fault', ending, to: id });
    if (ending === 'waited-too-long') {
      // After the first time, the page rejoins the lobby without a press.
      await page.waitForEvent('load');
      await expectState(page, 'lobby');
      await room.command({ command: 'fault', ending, to: id });
    }
    await expectEnding(page, ending);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts[`ending.${ending}.title`] ?? '');
    await expect(page.locator('main')).toContainText(texts[`ending.${ending}.text`] ?? '');
    const step = page.locator('main .actions a[data-action]');
    if (action === 'done') await expect(step).toHaveCount(0);
    else await expect(step).toHaveAttribute('data-action', action);
    await expectNothingWasAlive(page);
  });
}
