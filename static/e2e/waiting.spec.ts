// The waiting page: the organisation's text, and the switches for camera and microphone.
import { expectState, joinFromDoor, phone, test } from './rehearsal.ts';
import { expect, serve } from './site.ts';

const texts = { WAITING_TEXT: 'Have your medicines <b>at hand</b>.', WAITING_TEXT_AR: 'جهّز أدويتك.' };

test('the waiting page shows the organisation’s text and turns camera and microphone off and on', async ({
  openPage,
  meeting,
}) => {
  await serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890', ...texts }, async (site) => {
    const page = await openPage({ viewport: phone, permissions: ['camera', 'microphone'] });
    await joinFromDoor(page, site, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    const waiting = page.locator('#waiting');
    await expect(waiting.getByRole('heading', { name: 'You are waiting to be let in' })).toBeVisible();
    await expect(waiting.getByText('Have your medicines <b>at hand</b>.')).toBeVisible();
    await expect(waiting.getByRole('link', { name: 'Call 01234 567890' })).toBeVisible();
    const picture = waiting.locator('video');
    await expect(picture).toBeVisible();
    const camera = waiting.getByRole('switch', { name: 'Camera' });
    await camera.uncheck();
    await expect(picture).toBeHidden();
    await expect(waiting.getByText('Your camera is off')).toBeVisible();
    await camera.check();
    await expect(picture).toBeVisible();
    const microphone = waiting.getByRole('switch', { name: 'Microphone' });
    await microphone.uncheck();
    await expect(microphone).not.toBeChecked();
  });
});
