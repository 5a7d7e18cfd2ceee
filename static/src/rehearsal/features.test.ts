import { describe, expect, it } from 'vitest';
import { CaptionsFeature } from './captions.ts';
import { updated } from './devices.ts';
import { Features } from './features.ts';
import { ReactionFeature } from './reactions.ts';
import { RemoteVideoStream } from './remotestream.ts';
import { DominantSpeakersFeature } from './speakers.ts';

it('has every feature of the Calling SDK under its own name', () => {
  for (const [key, feature] of Object.entries(Features)) expect(feature).toEqual({ name: key });
  expect(Object.keys(Features)).toHaveLength(23);
});

describe('captions', () => {
  it('are emitted with their spoken language while captions are on', async () => {
    const { captions } = new CaptionsFeature();
    const received: string[] = [];
    captions.on('CaptionsReceived', (c) =>
      received.push(`${c.speaker.displayName} ${c.resultType} ${c.spokenLanguage} ${c.captionText}`),
    );
    const caption = (text: string, language?: string) =>
      captions.receive({
        t: 'caption',
        from: 'a',
        name: 'Sam',
        at: 1,
        text,
        final: text.endsWith('.'),
        ...(language && { language }),
      });
    caption('before.');
    await captions.startCaptions({ spokenLanguage: 'de-de' });
    caption('Guten');
    caption('Good day.', 'en-gb');
    await captions.stopCaptions();
    caption('after.');
    expect(received).toEqual(['Sam Partial de-de Guten', 'Sam Final en-gb Good day.']);
  });

  it('become Teams captions inside a meeting', () => {
    const feature = new CaptionsFeature();
    const kinds: string[] = [];
    feature.on('CaptionsKindChanged', () => kinds.push(feature.captions.kind));
    expect(feature.captions.kind).toBe('Captions');
    feature.becomeTeams();
    expect(kinds).toEqual(['TeamsCaptions']);
  });
});

it('keeps the last speakers while nobody speaks', () => {
  const feature = new DominantSpeakersFeature();
  let changes = 0;
  feature.on('dominantSpeakersChanged', () => changes++);
  feature.update(['8:acs:a']);
  feature.update(['8:acs:a']);
  feature.update([]);
  feature.update(['8:acs:b', '8:acs:a']);
  expect(changes).toBe(2);
  expect(feature.dominantSpeakers.speakersList).toHaveLength(2);
});

it('emits reactions with the raw id, and only the five known ones', () => {
  const feature = new ReactionFeature({
    id: '',
    localId: '',
    send: () => true,
    command: async () => {},
    publish: async () => {},
  });
  const seen: unknown[] = [];
  feature.on('reaction', (r) => seen.push(r));
  feature.show('8:acs:a', 'heart');
  feature.show('8:acs:a', 'rocket');
  expect(seen).toEqual([{ identifier: '8:acs:a', reactionMessage: { reactionType: 'heart' } }]);
});

describe('a remote stream', () => {
  const media = (muted: boolean) => ({ getTracks: () => [{ muted }] }) as unknown as MediaStream;

  it('is available when media has arrived, and is receiving when the track is unmuted', async () => {
    const stream = new RemoteVideoStream(1, 'Video');
    const events: string[] = [];
    stream.on('isAvailableChanged', () => events.push(`available ${stream.isAvailable}`));
    stream.on('isReceivingChanged', () => events.push(`receiving ${stream.isReceiving}`));
    await expect(stream.getMediaStream()).rejects.toMatchObject({ code: 404, subCode: 43203 });
    stream.update(true, undefined);
    stream.update(true, media(true));
    stream.update(true, media(false));
    stream.update(false, media(false));
    expect(events).toEqual(['available true', 'receiving true', 'available false', 'receiving false']);
  });

  it('emits each change of its size once', () => {
    const stream = new RemoteVideoStream(1, 'Video');
    let changes = 0;
    stream.on('sizeChanged', () => changes++);
    stream.resized(0, 0);
    stream.resized(640, 360);
    stream.resized(640, 360);
    expect(changes).toBe(1);
    expect(stream.size).toEqual({ width: 640, height: 360 });
  });
});

it('compares lists of devices by id', () => {
  const before = [{ id: 'a' }, { id: 'b' }];
  const after = [{ id: 'b' }, { id: 'c' }];
  expect(updated(before, after)).toEqual({ added: [{ id: 'c' }], removed: [{ id: 'a' }] });
});
