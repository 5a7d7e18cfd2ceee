// The stage on the ACS UI Library's own adapters and composites. It knows ACS types, never which SDK is behind them.

import { type Call, type CallAgent, Features, type TeamsCallAgent } from '@azure/communication-calling';
import type { CallAdapter, CompositeLocale } from '@azure/communication-react';
import {
  createAzureCommunicationCallAdapterFromClient,
  createStatefulCallClient,
  createTeamsCallAdapterFromClient,
} from '@azure/communication-react';
import { createRoot } from 'react-dom/client';
import { pickSDK } from '../../sdk/pick.ts';
import type { Ticket } from '../../ticket.ts';
import type { EndReason, OpenStage, Setup, Stage, StageEvents, Trouble } from '../contract.ts';
import { watchConsent } from './consent.ts';
import { compositeOptions } from './controls.ts';
import { type Asker, askFor, type Devices, narrow, pickDevices } from './devices.ts';
import type { Face, OpenFace } from './face.ts';
import { formFactor, type Viewport } from './formfactor.ts';
import { Frame, Looks, registerMissingIcons, tellOfOwnPicture } from './frame.tsx';
import { watchLobby } from './lobby.ts';
import { isHeard, restoreMicrophone } from './microphone.ts';
import { kindOf, reasonOf } from './reason.ts';
import { libraryTexts } from './texts.ts';
import { themed } from './theme.ts';
import { credentialOf } from './token.ts';
import { watch } from './watch.ts';
import { askBeforeLeaving, withholdPictures } from './wraps.ts';

/** Opens the call in the UI Library. Resolves once the scripts have arrived; the events report the rest. */
export const openUILibrary: OpenStage = async (element, ticket, events, setup, started) => {
  const face = ticket.chat ? import('./chatface.tsx') : import('./callface.tsx');
  const quiet = events.camera !== undefined && events.microphone !== undefined;
  const texts = libraryTexts(ticket.locale, setup.texts, quiet);
  const [{ openFace }, locale] = await Promise.all([face, texts, pickSDK(ticket)]);
  started();
  registerMissingIcons();
  const stage = new LibraryStage(element, ticket, events, setup, locale, openFace);
  void stage.open();
  return stage;
};

class LibraryStage implements Stage {
  private over = false;
  private readonly cleanups: (() => void)[] = [];
  private allowed: Devices = { camera: false, microphone: false };
  private call: CallAdapter | undefined;
  /** The SDK's own call, once it has been joined. */
  private beneath: Call | undefined;
  private hangUp: (() => Promise<void>) | undefined;
  private pictures = true;
  private manager: Asker | undefined;
  private looks: Looks | undefined;
  private captions = false;
  private chat = false;
  private chatLost = false;
  private cameraReported = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly ticket: Ticket,
    private readonly events: StageEvents,
    private readonly setup: Setup,
    private readonly locale: CompositeLocale,
    private readonly openFace: OpenFace,
  ) {}

  async open(): Promise<void> {
    try {
      await this.connect();
    } catch (err) {
      const reason = reasonOf(err);
      if (reason.code < 0) console.error(`stage: the call could not be opened: ${kindOf(err)}`);
      this.end(reason);
    }
  }

  async leave(): Promise<void> {
    try {
      await this.hangUp?.();
    } catch {
      // The call may have ended by itself meanwhile; what matters is that it is over.
    }
    this.end({ code: 0, subCode: 0 });
  }

  dispose(): void {
    if (this.over) return;
    void this.hangUp?.().catch(() => undefined);
    this.clear();
  }

  async heard(): Promise<boolean> {
    return this.beneath !== undefined && (await isHeard(this.beneath));
  }

  async unmute(): Promise<void> {
    const { beneath, call } = this;
    if (!beneath || !call) throw new Error('unmute: there is no call');
    await restoreMicrophone(beneath, call, call.getState().devices.selectedMicrophone?.id);
  }

  async turn(device: keyof Devices, on: boolean): Promise<void> {
    const { call } = this;
    if (!call) throw new Error(`turn the ${device} ${on ? 'on' : 'off'}: there is no call`);
    if (on && !this.allowed[device]) await this.allow(device);
    else if (device === 'camera') await (on ? call.startCamera() : call.stopCamera());
    else await (on ? call.unmute() : call.mute());
  }

  callId(): string | undefined {
    return this.beneath?.id;
  }

  async soundOnly(on: boolean): Promise<void> {
    if (this.over || this.pictures === !on) return;
    this.pictures = !on;
    this.looks?.change({ pictures: !on });
    if (on) await this.call?.stopCamera().catch(() => undefined);
  }

  private end(reason: EndReason): void {
    if (this.over) return;
    this.clear();
    this.events.ended(reason);
  }

  private clear(): void {
    this.over = true;
    for (const cleanup of this.cleanups.reverse()) {
      try {
        cleanup();
      } catch {
        // A failing cleanup must not prevent the others, which release the camera and the agent.
      }
    }
  }

  private async connect(): Promise<void> {
    const { ticket, setup } = this;
    const credential = credentialOf(ticket);
    this.cleanups.push(() => credential.dispose());
    const client = createStatefulCallClient({ userId: userOf(ticket) });
    const manager = await client.getDeviceManager();
    this.manager = manager;
    const wanted =
      ticket.role === 'audience' ? { camera: false, microphone: false } : { camera: setup.camera, microphone: setup.microphone };
    // In parallel, because each takes seconds: the agent waits for the network, the devices for the visitor's answer.
    const [agent, allowed] = await Promise.all([agentOf(client, credential, ticket), askFor(manager, wanted)]);
    let release: () => void = () => void agent.dispose().catch(() => undefined);
    if (this.over) {
      release();
      return;
    }
    this.cleanups.push(() => release());
    // What was refused is from now on something that the visitor has to turn on: the composite would ask again by itself.
    this.allowed = allowed;

    const call = await adapterOf(client, agent, ticket);
    if (this.over) return;
    this.call = call;
    // Kept from before the composite's own Leave is given a question.
    this.hangUp = call.leaveCall.bind(call, false);
    const face = this.openFace(call, { ticket, credential, ready: () => this.chatReady(), failed: () => this.chatFailed() });
    release = () => face.adapter.dispose();
    narrow(face.adapter, () => this.allowed);
    withholdPictures(face.adapter, () => this.pictures);
    const { leaving } = this.events;
    if (leaving) askBeforeLeaving(face.adapter, leaving);
    this.cleanups.push(watch(call, this.watched(face)), this.followCaptions(call));
    await queryDevices(call);
    await pickDevices(call, setup);
    if (this.over) return;
    const joined = call.joinCall({ cameraOn: allowed.camera, microphoneOn: allowed.microphone });
    if (joined) this.watchBeneath(joined);
  }

  /** Watches what the UI Library does not report, on the SDK's own call. */
  private watchBeneath(call: Call): void {
    this.beneath = call;
    const { consent, waiting } = this.events;
    const features = {
      recording: call.feature(Features.Recording),
      transcription: call.feature(Features.Transcription),
      capabilities: call.feature(Features.Capabilities),
    };
    this.cleanups.push(watchConsent(features, consent));
    if (waiting && this.ticket.role === 'host') this.cleanups.push(watchLobby(call.lobby, waiting));
  }

  /** The page's events, with the composite put in place before the page shows it and taken away before the page moves on. */
  private watched(face: Face) {
    const show = () => {
      if (!this.looks) this.mount(face);
    };
    const { events } = this;
    return {
      lobby: () => {
        show();
        events.lobby();
      },
      admitted: () => {
        show();
        events.admitted();
        this.reportNoCamera();
      },
      reconnecting: () => events.reconnecting(),
      recording: (active: boolean) => events.recording(active),
      microphone: (on: boolean) => events.microphone?.(on),
      camera: (on: boolean) => events.camera?.(on),
      weak: (on: boolean) => events.weak?.(on),
      unreachable: () => events.unreachable?.(),
      trouble: (kind: Trouble, on: boolean) => events.trouble?.(kind, on),
      ended: (reason: EndReason) => this.end(reason),
    };
  }

  /** Reports, once, that the visitor wanted a camera and has none, or did not allow it. */
  private reportNoCamera(): void {
    const { setup, ticket, allowed, call, events } = this;
    if (this.cameraReported || !setup.camera || setup.noCamera || ticket.role === 'audience') return;
    this.cameraReported = true;
    if (!allowed.camera || call?.getState().devices.cameras.length === 0) events.trouble?.('noCamera', true);
  }

  private mount(face: Face): void {
    const looks = new Looks({
      locale: this.locale,
      fluentTheme: themed(this.setup.brand),
      formFactor: formFactor(viewport(this.element)),
      role: this.ticket.role,
      pictures: this.pictures,
      rtl: this.element.ownerDocument.dir === 'rtl',
      options: this.options(),
    });
    this.looks = looks;
    const root = createRoot(this.element);
    this.cleanups.push(() => root.unmount());
    const relay = (now: Viewport) => looks.change({ formFactor: formFactor(now) });
    this.cleanups.push(onViewport(this.element, relay), tellOfOwnPicture(this.element));
    root.render(<Frame face={face} looks={looks} />);
  }

  private options() {
    const { role } = this.ticket;
    return compositeOptions({
      role,
      noCamera: this.setup.noCamera === true,
      noShare: this.setup.noShare === true,
      allowed: this.allowed,
      chat: this.chat,
      captions: this.captions,
      allow: (d) => void this.allow(d),
      caption: (on) => void this.caption(on).catch(() => undefined),
      texts: this.setup.texts,
    });
  }

  /** The visitor pressed our button for a device that was not wanted, or refused, before. */
  private async allow(device: keyof Devices): Promise<void> {
    const { call, manager } = this;
    if (!call || !manager) return;
    // All devices, because the library treats those that are not requested as refused.
    this.allowed = await askFor(manager, { ...this.allowed, [device]: true });
    if (this.over || !this.allowed[device]) return;
    this.looks?.change({ options: this.options() });
    await queryDevices(call);
    await (device === 'camera' ? call.startCamera() : call.unmute()).catch(() => undefined);
  }

  private async caption(on: boolean): Promise<void> {
    await (on ? this.call?.startCaptions() : this.call?.stopCaptions());
  }

  /** Has the button say what it does now: captions can also be stopped by the service. */
  private followCaptions(call: CallAdapter): () => void {
    const look = () => {
      const on = call.getState().call?.captionsFeature.isCaptionsFeatureActive === true;
      if (on === this.captions) return;
      this.captions = on;
      this.looks?.change({ options: this.options() });
    };
    call.onStateChange(look);
    return () => call.offStateChange(look);
  }

  private chatReady(): void {
    if (this.over) return;
    this.chat = true;
    this.looks?.change({ options: this.options() });
  }

  private chatFailed(): void {
    if (this.over || this.chatLost) return;
    this.chatLost = true;
    if (this.chat) {
      this.chat = false;
      this.looks?.change({ options: this.options() });
    }
    this.events.fault({ kind: 'chat' });
  }
}

/** Returns the user who joins: a visitor, or signed-in staff as a Teams user. */
function userOf({ teamsUser, userId }: Ticket) {
  return teamsUser ? { microsoftTeamsUserId: userId.replace('8:orgid:', '') } : { communicationUserId: userId };
}

type Client = ReturnType<typeof createStatefulCallClient>;
type Agent = Awaited<ReturnType<typeof agentOf>>;

async function agentOf(client: Client, credential: ReturnType<typeof credentialOf>, ticket: Ticket) {
  // Teams takes the name of its own users from the directory.
  return ticket.teamsUser
    ? client.createTeamsCallAgent(credential)
    : client.createCallAgent(credential, { displayName: ticket.displayName });
}

/** The adapter for the agent. The one for Teams users differs in what it can add and remove, of which the stage uses nothing. */
async function adapterOf(client: Client, agent: Agent, ticket: Ticket): Promise<CallAdapter> {
  if (agent.kind !== 'TeamsCallAgent') {
    return createAzureCommunicationCallAdapterFromClient(client, agent as CallAgent, locatorOf(ticket));
  }
  const adapter = await createTeamsCallAdapterFromClient(client, agent as TeamsCallAgent, locatorOf(ticket));
  return adapter as unknown as CallAdapter;
}

function locatorOf({ locator }: Ticket) {
  return 'meetingLink' in locator ? { meetingLink: locator.meetingLink } : { ...locator };
}

/** Reads the devices anew, now that they have names; a machine that has none joins without. */
async function queryDevices(call: CallAdapter): Promise<void> {
  await Promise.allSettled([call.queryCameras(), call.queryMicrophones(), call.querySpeakers()]);
}

function viewport(element: HTMLElement): Viewport {
  // An element that is not shown yet has no width; most stages are as wide as the window.
  const width = element.clientWidth || innerWidth;
  return { width, height: innerHeight, coarse: matchMedia('(pointer: coarse)').matches };
}

/** Reports when the layout must change. Only the width counts, because a keyboard on the screen changes the height. */
function onViewport(element: HTMLElement, changed: (now: Viewport) => void): () => void {
  let before = viewport(element);
  const observer = new ResizeObserver(() => {
    const now = viewport(element);
    if (now.width === before.width) return;
    const same = formFactor(now) === formFactor(before);
    before = now;
    if (!same) changed(now);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
