// The door, where a visitor pastes an invitation or a link.
import { classicLink } from '../../e2e/site.ts';
import { type Case, divided, submit, texts } from '../case.ts';

// A pasted text for each refusal.
const refused: Record<string, string> = {
  'not-a-meeting': 'I would like to see the doctor tomorrow',
  'passcode-missing': '273 501 234 567 8',
  'personal-meeting': 'https://teams.live.com/meet/9312345678901?p=aBcDeFgH',
  'live-event': `${classicLink}&btype=a&role=a`,
  'event-registration': 'https://teams.microsoft.com/registration/gWWckDBR6UOI8_yzWCzeNw,6pABiSU1bkGqzLnbHG_muA?mode=read',
  'call-or-chat': 'https://teams.microsoft.com/l/chat/0/0?users=ann@contoso.example',
  'channel-link': 'https://teams.microsoft.com/l/team/19%3a345a57d1b2c34d5e8f60718293a4b5c6%40thread.tacv2/conversations',
  'other-cloud': classicLink.replace('teams.microsoft.com', 'teams.microsoftonline.cn'),
  'government-cloud': 'https://dod.teams.microsoft.us/meet/2735012345678?p=aBcDeF',
  'lookalike-host': 'https://teams.microsoft.com.evil.example/meet/2735012345678?p=aBcDeF',
  'too-long': `${classicLink}&x=${'a'.repeat(8 << 10)}`,
};

const refusals = Object.entries(refused).map(([code, pasted]): Case => {
  return {
    name: `refusal-${code}`,
    ...(!['not-a-meeting', 'passcode-missing'].includes(code) && { like: 'refusal-not-a-meeting' }),
    title: texts[`refusal.${code}.title`] ?? code,
    open: async ({ page, sites }) => {
      await page.goto(sites.clinic);
      await page.locator('#meeting').fill(pasted);
      await submit(page, '#door-form');
      await page.locator('#refusal').waitFor();
    },
  };
});

export const doors = [
  {
    cases: [
      {
        name: 'door',
        title: 'The door',
        open: async ({ page, sites }) => page.goto(sites.clinic),
      },
      {
        name: 'door-shut',
        title: 'The door of a site whose visits open by link only',
        open: async ({ page, sites }) => page.goto(sites.links),
      },
    ] satisfies Case[],
  },
  ...divided(refusals),
];
