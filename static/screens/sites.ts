// The sites that the cases use. Each worker has its own.
import { test as rehearsal } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';

/** The addresses of the sites. */
export interface Sites {
  /** Accepts any meeting, and has a desk. */
  clinic: string;
  /** Opens visits only by its own links, allows one join each, and has its survey on another website. */
  links: string;
  /** Accepts the meetings of one organisation only. */
  tenants: string;
}

/** The key that seals links to visits. */
export const linkKeys = 'the-link-key-of-the-pictures';

/** The passphrase of the desk. */
export const passphrase = 'quiet river 77';

const settings = {
  BRAND_NAME: 'Lamna Clinic',
  BRAND_PHONE: '01234 567890',
  BRAND_PRIVACY_URL: 'https://lamna.example/privacy',
  // The host is present, but admits nobody on its own while a case runs.
  REHEARSAL_ADMIT_SECONDS: '600',
  LINK_KEYS: linkKeys,
};

export const test = rehearsal.extend<object, { sites: Sites }>({
  sites: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
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
