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
  /** True while live captions are shown. */
  captions: boolean;
  /** Asks for a device that was not wanted before and turns it on. */
  allow(device: keyof Devices): void;
  /** Turns live captions on or off. */
  caption(on: boolean): void;
  /** The texts of the buttons below are read. */
  texts: Readonly<Record<string, string>>;
}

/** The composite's options: nothing that asks for an opinion, no start page, and for a visitor nothing that acts on others. */
export function compositeOptions(state: ControlsState): CallCompositeOptions & { callControls: CallWithChatControlOptions } {
  const mayShow = state.role !== 'audience';
  const isHost = state.role === 'host';
  return {
    callControls: {
      cameraButton: mayShow && state.allowed.camera && !state.noCamera,
      microphoneButton: mayShow && state.allowed.microphone,
      screenShareButton: mayShow && !state.noShare,
      devicesButton: mayShow,
      // The page asks, because the library does not on a phone.
      endCallButton: { hangUpForEveryone: isHost ? 'endCallOptions' : false, disableEndCallModal: true },
      peopleButton: true,
      raiseHandButton: true,
      // A button of ours in their place: the library has them two steps away, under More.
      captionsButton: false,
      chatButton: state.chat,
      // Without the sprites of the reactions the button shows nothing.
      reactionButton: false,
      holdButton: false,
      dtmfDialerButton: false,
      realTimeTextButton: false,
      teamsMeetingPhoneCallButton: false,
      exitSpotlightButton: false,
      onFetchCustomButtonProps: [...(mayShow ? missingDevices(state) : []), captionsButton(state)],
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
  const buttons: CustomCallControlButtonCallback[] = [];
  if (!allowed.camera && !noCamera)
    buttons.push(button('ControlButtonCameraOff', texts['stage.camera'], texts['stage.turnOnCamera'], () => allow('camera')));
  if (!allowed.microphone)
    buttons.push(
      button('ControlButtonMicOff', texts['stage.unmute'], texts['stage.turnOnMicrophone'], () => allow('microphone')),
    );
  return buttons;
}

function captionsButton({ captions, caption, texts }: ControlsState): CustomCallControlButtonCallback {
  const does = texts[captions ? 'stage.captionsOff' : 'stage.captionsOn'];
  return button(captions ? 'CaptionsOffIcon' : 'CaptionsIcon', texts['stage.captions'], does, () => caption(!captions));
}

/** A button of ours in the control bar: its short name is seen, and what it does is told to pointers and screen readers. */
function button(iconName: string, label = '', does = '', onItemClick: () => void): CustomCallControlButtonCallback {
  return () => ({ placement: 'primary', iconName, strings: { label, tooltipContent: does, ariaLabel: does }, onItemClick });
}
