// The sites on which the cases are met, one of each for a worker.
import { test as rehearsal } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';

/** Where the pages are. */
export interface Sites {
  /** Takes any meeting, and has a desk. */
  clinic: string;
  /** Opens visits by its links alone, lets everybody join once, and asks its question after a visit elsewhere. */
  links: string;
  /** Takes the meetings of one organisation. */
  tenants: string;
}

/** What links to visits are sealed with. */
export const linkKeys = 'the-link-key-of-the-pictures';

/** What opens the desk. */
export const passphrase = 'quiet river 77';

const settings = {
  BRAND_NAME: 'Lamna Clinic',
  BRAND_PHONE: '01234 567890',
  BRAND_PRIVACY_URL: 'https://lamna.example/privacy',
  // The host is there, and lets nobody in without being told to.
  REHEARSAL_ADMIT_SECONDS: '600',
  LINK_KEYS: linkKeys,
};

export const test = rehearsal.extend<object, { sites: Sites }>({
  sites: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument taken apart.
    async ({}, use) => {
      const survey = 'https://forms.lamna.example/visit';
      const tenant = { ADMISSION: 'tenants', TENANTS: '11112222-bbbb-3333-cccc-4444dddd5555' };
      await serve({ ...settings, DESK_PASSPHRASE: passphrase }, (clinic) =>
        serve({ ...settings, ADMISSION: 'links', JOINS_PER_SESSION: '1', SURVEY_URL: survey }, (links) =>
          serve({ ...settings, ...tenant }, (tenants) => use({ clinic, links, tenants })),
        ),
      );
    },
    { scope: 'worker' },
  ],
});
