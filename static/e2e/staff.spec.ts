import type { Page } from '@playwright/test';
import { desktop, expect, expectState, phone, pressJoin, roomOf, test, tileOf } from './rehearsal.ts';
import { toVisit } from './site.ts';
import { expectMovingVideos } from './witness.ts';

// A member of staff signs in with Microsoft and joins as a Teams user. Entra, the identity service and the meeting are
// stand-ins; the rest is the real site.

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Signs in at the stand-in for Entra and grants the permissions that the site requests, if it asks. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await page.getByRole('button', { name }).click();
  const accept = page.getByRole('button', { name: 'Accept' });
  await accept.or(page.locator('#staff-join, #desk-form')).first().waitFor();
  if (await accept.isVisible()) await accept.click();
}

/** Joins as staff, with a sign-in for calls, and admits the visitor, who sees the account's name. */
async function joinAndAdmit(staff: Page, visitor: Page): Promise<void> {
  const joined = staff.getByText('You are in the visit.');
  await button(staff, 'Join visit').click();
  // Calls and meetings are separate permissions. Entra asks for each once.
  const signInLink = staff.getByRole('link', { name: 'Sign in with Microsoft' });
  await joined.or(signInLink).first().waitFor();
  if (await signInLink.isVisible()) {
    await signIn(staff, 'Dr Asha Rao');
    await button(staff, 'Join visit').click();
  }
  await expect(joined).toBeVisible();
  await visitor.getByLabel('Your full name').fill('Sam Patel');
  await pressJoin(visitor);
  await expectState(visitor, 'lobby');
  const admit = button(staff, 'Let Sam Patel in');
  await expect(admit).toBeInViewport();
  await admit.click();
  await expectState(visitor, 'call');
  await expect(tileOf(visitor, 'Dr Asha Rao')).toBeVisible();
  await Promise.all([expectMovingVideos(staff, 1), expectMovingVideos(visitor, 1)]);
}

test('from a rehearsal’s host page, staff sign in on a phone, join as themselves and admit a visitor', { tag: '@calls' }, async ({
  unattended,
  meeting,
  openPage,
  network,
}) => {
  const visitor = await openPage();
  await toVisit(visitor, unattended, meeting);
  const staff = await openPage({ viewport: phone, hasTouch: true });
  await staff.goto((await roomOf(visitor, unattended)).address);
  await staff.getByRole('link', { name: 'Join as yourself instead' }).click();
  await expect(staff.getByRole('heading', { level: 1 })).toHaveText('Sign in to join the visit');
  await signIn(staff, 'Dr Asha Rao');
  await expect(staff.getByText('Signed in as Dr Asha Rao')).toBeVisible();
  await joinAndAdmit(staff, visitor);
  await button(staff, 'Leave').first().click();
  await expect(staff.getByText('The call has ended.')).toBeFocused();
  expect(network.faults).toEqual([]);
});

test('from the desk, staff create the meeting, join it and sign out of Microsoft', { tag: '@calls' }, async ({
  unattended,
  openPage,
}) => {
  const staff = await openPage({ viewport: desktop });
  await staff.goto(`${unattended}/desk`);
  await staff.getByLabel('Create a Teams meeting').check();
  await expect(staff.getByLabel('Passcode', { exact: true })).toBeHidden();
  await staff.getByLabel('Person they meet').fill('Dr Asha Rao');
  const now = new Date(Date.now() + 60_000).toISOString();
  await staff.getByLabel('Date').fill(now.slice(0, 10));
  await staff.getByLabel('Start time').fill(now.slice(11, 16));
  await staff.getByLabel("The visitor's time zone").selectOption('UTC');
  await button(staff, 'Create link').click();
  await signIn(staff, 'Dr Asha Rao');
  await expect(staff.getByLabel('Person they meet')).toHaveValue('Dr Asha Rao');
  await button(staff, 'Create link').click();
  const link = await staff.locator('#link').inputValue();
  await staff.getByRole('link', { name: 'Join as yourself' }).click();
  const visitor = await openPage();
  await visitor.goto(link);
  await joinAndAdmit(staff, visitor);
  await button(staff, 'Leave').first().click();
  await staff.goto(`${unattended}/desk`);
  await button(staff, 'Sign out').click();
  await expect(staff).toHaveURL(`${unattended}/desk/sign-in`);
});
