import type * as acs from '@azure/communication-calling';
import type { Recorder } from './answers.ts';
import { DEVICES, FEATURES, LOCAL_AUDIO, LOCAL_VIDEO, RENDERER, VIEW } from './members.ts';
import type { SDK } from './sdk.ts';

/** Asks about cameras, microphones and speakers, and about rendering the camera's video. */
export async function askDevices(sdk: SDK, recorder: Recorder): Promise<void> {
  const devices = await new sdk.CallClient().getDeviceManager();
  const [[camera, second], microphone] = await askLists(devices, recorder.at('devices'));
  if (!camera || !microphone) throw new Error('the browser has no fake devices');
  await askRenderer(sdk, camera, recorder.at('renderer'));
  await askVideo(sdk, [camera, second], recorder.at('LocalVideoStream'));
  await askAudio(sdk, microphone, recorder.at('LocalAudioStream'));
}

async function askLists(devices: acs.DeviceManager, recorder: Recorder) {
  recorder.members(devices, DEVICES);
  await recorder.attempt('permission for both', () => devices.askDevicePermission({ audio: true, video: true }));
  await recorder.attempt('permission for neither', () => devices.askDevicePermission({ audio: false, video: false }));
  recorder.note('selected microphone, before the list', plain(devices.selectedMicrophone));
  const cameras = await devices.getCameras();
  const microphones = await devices.getMicrophones();
  recorder.note('cameras', cameras.map(plain));
  recorder.note('microphones', microphones.map(plain));
  recorder.note('speakers', (await devices.getSpeakers()).map(plain));
  recorder.note('selected microphone', plain(devices.selectedMicrophone));
  recorder.note('selected speaker', plain(devices.selectedSpeaker));
  let changes = 0;
  devices.on('selectedMicrophoneChanged', () => changes++);
  const other = microphones.find((m) => m.id !== devices.selectedMicrophone?.id);
  await recorder.attempt('selection of a microphone', () => (other ? devices.selectMicrophone(other) : undefined));
  recorder.note('selected microphone, after that', devices.selectedMicrophone?.id === other?.id);
  recorder.note('events of that', changes);
  const none = { id: 'microphone:none', name: 'none', isSystemDefault: false, deviceType: 'Microphone' } as const;
  await recorder.attempt('selection of a microphone that is not there', () => devices.selectMicrophone(none));
  await recorder.attempt('listening to an unknown event', () => devices.on('nonsense' as 'audioDevicesUpdated', () => {}));
  return [cameras, microphones[0]] as const;
}

/** Returns the declared members of a device. The classes, and their other members, differ. */
function plain(device: acs.AudioDeviceInfo | acs.VideoDeviceInfo | undefined) {
  if (!device) return undefined;
  const { id, name, deviceType } = device;
  return 'isSystemDefault' in device
    ? { id, name, deviceType, isSystemDefault: device.isSystemDefault }
    : { id, name, deviceType };
}

/** Asks about devices after the visitor has refused access. */
export async function askDenied(sdk: SDK, root: Recorder): Promise<void> {
  const recorder = root.at('devices denied');
  const devices = await new sdk.CallClient().getDeviceManager();
  await recorder.attempt('permission for both', () => devices.askDevicePermission({ audio: true, video: true }));
  recorder.note('cameras', (await devices.getCameras()).map(plain));
  recorder.note('microphones', (await devices.getMicrophones()).map(plain));
  recorder.note('speakers', (await devices.getSpeakers()).map(plain));
  const none = { id: 'camera:none', name: 'none', deviceType: 'UsbCamera' } as const;
  await recorder.attempt('camera that is not there', () => new sdk.LocalVideoStream(none));
}

type Cameras = [acs.VideoDeviceInfo, acs.VideoDeviceInfo | undefined];

async function askVideo(sdk: SDK, [camera, second]: Cameras, recorder: Recorder): Promise<void> {
  const stream = new sdk.LocalVideoStream(camera);
  recorder.members(
    stream,
    LOCAL_VIDEO.filter((name) => name !== 'source'),
  );
  recorder.note('source', plain(stream.source));
  recorder.at('VideoEffects').members(stream.feature(sdk.Features.VideoEffects), FEATURES.VideoEffects);
  const media = await recorder.attempt('stream', () => stream.getMediaStream());
  recorder.note('tracks', tracks(media));
  let changes = 0;
  stream.on('videoSourceChanged', () => changes++);
  await recorder.attempt('switch to another camera', () => (second ? stream.switchSource(second) : undefined));
  recorder.note('source, after that', stream.source.id === second?.id);
  recorder.note('events of that', changes);
  const after = await recorder.attempt('stream, after that', () => stream.getMediaStream());
  await recorder.attempt('disposal', () => stream.dispose());
  recorder.note('tracks, after that', [tracks(media), tracks(after)]);
}

async function askAudio(sdk: SDK, microphone: acs.AudioDeviceInfo, recorder: Recorder): Promise<void> {
  const stream = new sdk.LocalAudioStream(microphone);
  recorder.members(
    stream,
    LOCAL_AUDIO.filter((name) => name !== 'source'),
  );
  recorder.note('source', plain(stream.source));
  recorder.at('AudioEffects').members(stream.feature(sdk.Features.AudioEffects), FEATURES.AudioEffects);
  const media = await recorder.attempt('stream', () => stream.getMediaStream());
  recorder.note('tracks', tracks(media));
  const volume = await stream.getVolume();
  recorder.note('volume', [typeof volume.level, typeof volume.on, typeof volume.off]);
  await recorder.attempt('disposal', () => stream.dispose());
}

function tracks(media: MediaStream | undefined) {
  return media?.getTracks().map((track) => `${track.kind} ${track.readyState}`);
}

async function askRenderer(sdk: SDK, camera: acs.VideoDeviceInfo, recorder: Recorder): Promise<void> {
  const renderer = new sdk.VideoStreamRenderer(new sdk.LocalVideoStream(camera));
  recorder.members(renderer, RENDERER);
  const view = await renderer.createView({ scalingMode: 'Fit', isMirrored: true });
  recorder.at('view').members(view, VIEW);
  document.body.append(view.target);
  const video = view.target.querySelector('video');
  recorder.note('video', video && [video.autoplay, video.muted, video.playsInline]);
  recorder.note('fit', video && getComputedStyle(video).objectFit);
  recorder.note('mirror', video && getComputedStyle(video).transform);
  await recorder.attempt('another scaling', () => view.updateScalingMode('Crop'));
  recorder.note('scaling, after that', view.scalingMode);
  recorder.note('fit, after that', video && getComputedStyle(video).objectFit);
  await recorder.attempt('second view', () => renderer.createView());
  await recorder.attempt('disposal of a view', () => view.dispose());
  recorder.note('a disposed view is in the page', view.target.isConnected);
  recorder.note('a disposed view has its video', view.target.querySelector('video') !== null);
  await recorder.attempt('disposal', () => renderer.dispose());
  await recorder.attempt('second disposal', () => renderer.dispose());
  await recorder.attempt('view of a disposed renderer', () => renderer.createView());

  const unconfigured = new sdk.VideoStreamRenderer(new sdk.LocalVideoStream(camera));
  const { scalingMode, isMirrored } = await unconfigured.createView();
  recorder.note('view without options', { scalingMode, isMirrored });
  unconfigured.dispose();
}
