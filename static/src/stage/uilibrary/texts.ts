import { COMPOSITE_LOCALE_EN_US, type CompositeLocale } from '@azure/communication-react';

// One line for each language of the site; each is fetched only when it is asked for. American English is built in.
const locales: Record<string, () => Promise<{ component: object; composite: object }>> = {
  'en-GB': () => import('./locales/en-GB.ts'),
  ar: () => import('./locales/ar.ts'),
};

// The library's texts that the page replaces with its own: text id → group and key of the library's strings.
// Also those that a visitor should never see here, lest a changed library page shows "Start a call" after all.
const replaced = {
  'stage.connecting': [['call', 'lobbyScreenConnectingToCallTitle']],
  'stage.connectingDetails': [['call', 'lobbyScreenConnectingToCallMoreDetails']],
  'stage.waiting': [['call', 'lobbyScreenWaitingToBeAdmittedTitle']],
  'stage.waitingDetails': [['call', 'lobbyScreenWaitingToBeAdmittedMoreDetails']],
  'stage.leaving': [['call', 'leavingCallTitle']],
  'stage.ended': [
    ['call', 'leftCallTitle'],
    ['call', 'removedFromCallTitle'],
    ['call', 'failedToJoinCallDueToNoNetworkTitle'],
    ['call', 'failedToJoinTeamsMeetingReasonAccessDeniedTitle'],
  ],
  'stage.join': [
    ['call', 'configurationPageTitle'],
    ['call', 'startCallButtonLabel'],
  ],
  'stage.rejoin': [['call', 'rejoinCallButtonLabel']],
  'stage.people': [['call', 'peoplePaneSubTitle']],
  'stage.more': [
    ['callWithChat', 'moreDrawerButtonLabel'],
    ['call', 'moreButtonCallingLabel'],
  ],
} as const;

/** The same for the strings of the library's parts. */
const replacedInParts = {
  'stage.ownPicture': [['videoGallery', 'localVideoMovementAriaLabel']],
  'stage.mute': [['microphoneButton', 'onLabel']],
  'stage.unmute': [['microphoneButton', 'offLabel']],
  'stage.camera': [
    ['cameraButton', 'onLabel'],
    ['cameraButton', 'offLabel'],
  ],
} as const;

// The news of the library's buttons, which only some screen readers speak.
const news = {
  microphoneButton: ['microphoneActionTurnedOnAnnouncement', 'microphoneActionTurnedOffAnnouncement'],
  cameraButton: ['cameraActionTurnedOnAnnouncement', 'cameraActionTurnedOffAnnouncement'],
} as const;

type Group = Record<string, unknown>;
type Groups = Record<string, Group>;
type Places = Readonly<Record<string, readonly (readonly [group: string, key: string])[]>>;

/**
 * The library's texts in a language, with the page's own in their places. A language we do not have falls back to American
 * English. `quiet` leaves it to the page to say when a camera or microphone was turned on or off.
 */
export async function libraryTexts(
  locale: string,
  texts: Readonly<Record<string, string>>,
  quiet: boolean,
): Promise<CompositeLocale> {
  const said = await locales[locale]?.().catch(() => undefined);
  const base = COMPOSITE_LOCALE_EN_US;
  const strings = merge(base.strings as unknown as Groups, (said?.composite ?? {}) as Groups);
  const parts = merge(base.component.strings as unknown as Groups, (said?.component ?? {}) as Groups);
  replace(strings, replaced, texts);
  replace(parts, replacedInParts, texts);
  for (const [group, keys] of quiet ? Object.entries(news) : [])
    for (const key of keys) parts[group] = { ...parts[group], [key]: '' };
  return {
    // The library's JSON has no types of its own: both objects are the built-in ones with strings replaced.
    strings: strings as unknown as CompositeLocale['strings'],
    component: { ...base.component, strings: parts },
  } as unknown as CompositeLocale;
}

function replace(strings: Groups, by: Places, texts: Readonly<Record<string, string>>): void {
  for (const [id, places] of Object.entries(by)) {
    const text = texts[id];
    if (text) for (const [group, key] of places) strings[group] = { ...strings[group], [key]: text };
  }
}

/** Lays each group of strings over the same group of the base. */
function merge(base: Groups, over: Groups): Groups {
  const merged = { ...base };
  for (const [name, group] of Object.entries(over)) merged[name] = { ...merged[name], ...group };
  return merged;
}
