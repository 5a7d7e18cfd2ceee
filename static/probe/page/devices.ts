import type * as acs from '@azure/communication-calling';
import type { Notebook } from './answers.ts';
import { DEVICES, FEATURES, LOCAL_AUDIO, LOCAL_VIDEO, RENDERER, VIEW } from './members.ts';
import type { SDK } from './sdk.ts';

/** The cameras, microphones and speakers of a browser that is asked for nothing else, and their pictures. */
export async function askDevices(sdk: SDK, notebook: Notebook): Promise<void> {
  const devices = await new sdk.CallClient().getDeviceManager();
  const [[camera, second], microphone] = await askLists(devices, notebook.at('devices'));
  if (!camera || !microphone) throw new Error('the browser has no fake devices');
  await askPicture(sdk, camera, notebook.at('renderer'));
  await askVideo(sdk, [camera, second], notebook.at('LocalVideoStream'));
  await askAudio(sdk, microphone, notebook.at('LocalAudioStream'));
}

async function askLists(devices: acs.DeviceManager, notes: Notebook) {
  notes.members(devices, DEVICES);
  await notes.attempt('permission for both', () => devices.askDevicePermission({ audio: true, video: true }));
  await notes.attempt('permission for neither', () => devices.askDevicePermission({ audio: false, video: false }));
  notes.note('selected microphone, before the list', plain(devices.selectedMicrophone));
  const cameras = await devices.getCameras();
  const microphones = await devices.getMicrophones();
  notes.note('cameras', cameras.map(plain));
  notes.note('microphones', microphones.map(plain));
  notes.note('speakers', (await devices.getSpeakers()).map(plain));
  notes.note('selected microphone', plain(devices.selectedMicrophone));
  notes.note('selected speaker', plain(devices.selectedSpeaker));
  let changes = 0;
  devices.on('selectedMicrophoneChanged', () => changes++);
  const other = microphones.find((m) => m.id !== devices.selectedMicrophone?.id);
  await notes.attempt('selection of a microphone', () => (other ? devices.selectMicrophone(other) : undefined));
  notes.note('selected microphone, after that', devices.selectedMicrophone?.id === other?.id);
  notes.note('events of that', changes);
  const none = { id: 'microphone:none', name: 'none', isSystemDefault: false, deviceType: 'Microphone' } as const;
  await notes.attempt('selection of a microphone that is not there', () => devices.selectMicrophone(none));
  await notes.attempt('listening to an unknown event', () => devices.on('nonsense' as 'audioDevicesUpdated', () => {}));
  return [cameras, microphones[0]] as const;
}

/** A device's promised members; its class may have more, and differs. */
function plain(device: acs.AudioDeviceInfo | acs.VideoDeviceInfo | undefined) {
  if (!device) return undefined;
  const { id, name, deviceType } = device;
  return 'isSystemDefault' in device
    ? { id, name, deviceType, isSystemDefault: device.isSystemDefault }
    : { id, name, deviceType };
}

/** The same browser after the visitor has said no. */
export async function askDenied(sdk: SDK, notebook: Notebook): Promise<void> {
  const notes = notebook.at('devices denied');
  const devices = await new sdk.CallClient().getDeviceManager();
  await notes.attempt('permission for both', () => devices.askDevicePermission({ audio: true, video: true }));
  notes.note('cameras', (await devices.getCameras()).map(plain));
  notes.note('microphones', (await devices.getMicrophones()).map(plain));
  notes.note('speakers', (await devices.getSpeakers()).map(plain));
  const none = { id: 'camera:none', name: 'none', deviceType: 'UsbCamera' } as const;
  await notes.attempt('camera that is not there', () => new sdk.LocalVideoStream(none));
}

type Cameras = [acs.VideoDeviceInfo, acs.VideoDeviceInfo | undefined];

async function askVideo(sdk: SDK, [camera, second]: Cameras, notes: Notebook): Promise<void> {
  const stream = new sdk.LocalVideoStream(camera);
  notes.members(
    stream,
    LOCAL_VIDEO.filter((name) => name !== 'source'),
  );
  notes.note('source', plain(stream.source));
  notes.at('VideoEffects').members(stream.feature(sdk.Features.VideoEffects), FEATURES.VideoEffects);
  const media = await notes.attempt('stream', () => stream.getMediaStream());
  notes.note('tracks', tracks(media));
  let changes = 0;
  stream.on('videoSourceChanged', () => changes++);
  await notes.attempt('switch to another camera', () => (second ? stream.switchSource(second) : undefined));
  notes.note('source, after that', stream.source.id === second?.id);
  notes.note('events of that', changes);
  const after = await notes.attempt('stream, after that', () => stream.getMediaStream());
  await notes.attempt('disposal', () => stream.dispose());
  notes.note('tracks, after that', [tracks(media), tracks(after)]);
}

async function askAudio(sdk: SDK, microphone: acs.AudioDeviceInfo, notes: Notebook): Promise<void> {
  const stream = new sdk.LocalAudioStream(microphone);
  notes.members(
    stream,
    LOCAL_AUDIO.filter((name) => name !== 'source'),
  );
  notes.note('source', plain(stream.source));
  notes.at('AudioEffects').members(stream.feature(sdk.Features.AudioEffects), FEATURES.AudioEffects);
  const media = await notes.attempt('stream', () => stream.getMediaStream());
  notes.note('tracks', tracks(media));
  const volume = await stream.getVolume();
  notes.note('volume', [typeof volume.level, typeof volume.on, typeof volume.off]);
  await notes.attempt('disposal', () => stream.dispose());
}

function tracks(media: MediaStream | undefined) {
  return media?.getTracks().map((track) => `${track.kind} ${track.readyState}`);
}

async function askPicture(sdk: SDK, camera: acs.VideoDeviceInfo, notes: Notebook): Promise<void> {
  const renderer = new sdk.VideoStreamRenderer(new sdk.LocalVideoStream(camera));
  notes.members(renderer, RENDERER);
  const view = await renderer.createView({ scalingMode: 'Fit', isMirrored: true });
  notes.at('view').members(view, VIEW);
  document.body.append(view.target);
  const video = view.target.querySelector('video');
  notes.note('video', video && [video.autoplay, video.muted, video.playsInline]);
  notes.note('fit', video && getComputedStyle(video).objectFit);
  notes.note('mirror', video && getComputedStyle(video).transform);
  await notes.attempt('another scaling', () => view.updateScalingMode('Crop'));
  notes.note('scaling, after that', view.scalingMode);
  notes.note('fit, after that', video && getComputedStyle(video).objectFit);
  await notes.attempt('second view', () => renderer.createView());
  await notes.attempt('disposal of a view', () => view.dispose());
  notes.note('a disposed view is in the page', view.target.isConnected);
  notes.note('a disposed view has its video', view.target.querySelector('video') !== null);
  await notes.attempt('disposal', () => renderer.dispose());
  await notes.attempt('second disposal', () => renderer.dispose());
  await notes.attempt('view of a disposed renderer', () => renderer.createView());

  const plainly = new sdk.VideoStreamRenderer(new sdk.LocalVideoStream(camera));
  const { scalingMode, isMirrored } = await plainly.createView();
  notes.note('view without options', { scalingMode, isMirrored });
  plainly.dispose();
}
