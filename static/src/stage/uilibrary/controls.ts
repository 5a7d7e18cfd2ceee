import type {
  CallCompositeOptions,
  CallWithChatControlOptions,
  CustomCallControlButtonCallback,
  ParticipantMenuItemsCallback,
} from '@azure/communication-react';
import type { Ticket } from '../../ticket.ts';
import type { Devices } from './devices.ts';

/** What a composite's controls depend on. */
export interface ControlsState {
  role: Ticket['role'];
  /** The visitor is offered no camera, and cannot share a screen. */
  noCamera: boolean;
  noShare: boolean;
  /** The devices that the visitor allowed; a button of ours offers each of the others. */
  allowed: Devices;
  /** True once the chat works. */
  chat: boolean;
  /** True when there is no room for the names of the buttons. */
  tight: boolean;
  /** Asks for a device that was not wanted before and turns it on. */
  allow(device: keyof Devices): void;
  /** `stage.turnOnCamera` and `stage.turnOnMicrophone` are read. */
  texts: Readonly<Record<string, string>>;
}

/** The composite's options: nothing that asks for an opinion, no start page, and for a visitor nothing that acts on others. */
export function compositeOptions(state: ControlsState): CallCompositeOptions & { callControls: CallWithChatControlOptions } {
  const mayShow = state.role !== 'audience';
  const isHost = state.role === 'host';
  return {
    callControls: {
      displayType: state.tight ? 'compact' : 'default',
      cameraButton: mayShow && state.allowed.camera && !state.noCamera,
      microphoneButton: mayShow && state.allowed.microphone,
      screenShareButton: mayShow && !state.noShare,
      devicesButton: mayShow,
      // The page asks, because the library does not on a phone.
      endCallButton: { hangUpForEveryone: isHost ? 'endCallOptions' : false, disableEndCallModal: true },
      peopleButton: true,
      raiseHandButton: true,
      captionsButton: true,
      chatButton: state.chat,
      // Without the sprites of the reactions the button shows nothing.
      reactionButton: false,
      holdButton: false,
      dtmfDialerButton: false,
      realTimeTextButton: false,
      teamsMeetingPhoneCallButton: false,
      exitSpotlightButton: false,
      onFetchCustomButtonProps: mayShow ? missingDevices(state) : [],
    },
    disableAutoShowDtmfDialer: true,
    joinCallOptions: { microphoneCheck: 'skip' },
    // Muting, removing and spotlighting others live in the tiles' menus.
    remoteVideoTileMenuOptions: { isHidden: !isHost },
    spotlight: { hideSpotlightButtons: true },
    surveyOptions: { disableSurvey: true },
  };
}

/** Removes from a visitor's people list what acts on others, whatever the host made of the visitor. */
export function menuItemsFor(role: Ticket['role']): ParticipantMenuItemsCallback {
  return role === 'host' ? allMenuItems : harmlessMenuItems;
}

// Each is one object for ever: a new one would draw the composite anew.
const allMenuItems: ParticipantMenuItemsCallback = (_participant, _self, items) => items ?? [];
const harmlessMenuItems: ParticipantMenuItemsCallback = (_participant, _self, items) =>
  (items ?? []).filter(({ key }) => harmless.has(key));

const harmless = new Set(['pin', 'unpin', 'fitRemoteParticipantToFrame', 'fillRemoteParticipantFrame']);

function missingDevices({ allowed, noCamera, allow, texts }: ControlsState): CustomCallControlButtonCallback[] {
  const button = (device: keyof Devices, iconName: string, id: string): CustomCallControlButtonCallback => {
    const label = texts[id] ?? '';
    return () => ({
      placement: 'primary',
      iconName,
      strings: { label, tooltipContent: label, ariaLabel: label },
      onItemClick: () => allow(device),
    });
  };
  const buttons: CustomCallControlButtonCallback[] = [];
  if (!allowed.camera && !noCamera) buttons.push(button('camera', 'ControlButtonCameraOff', 'stage.turnOnCamera'));
  if (!allowed.microphone) buttons.push(button('microphone', 'ControlButtonMicOff', 'stage.turnOnMicrophone'));
  return buttons;
}
