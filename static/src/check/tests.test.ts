import { describe, expect, it } from 'vitest';
import { judge } from './browser.ts';
import { loudness, refused } from './devices.ts';
import { type Hints, judgeCall, testServer } from './network.ts';

describe('judge', () => {
  const able = { obstacle: undefined, codecs: ['OPUS', 'PCMU', 'VP8', 'H264'] };
  it.each([
    [able, 'good', 'check.say.browserGood', 'H264 VP8 OPUS'],
    [{ ...able, codecs: undefined }, 'good', 'check.say.browserGood', 'codecs unknown'],
    [{ ...able, codecs: ['OPUS', 'VP8'] }, 'limit', 'check.say.browserPart', 'VP8 OPUS'],
    [{ ...able, codecs: ['VP8', 'H264'] }, 'bad', 'check.say.browserOld', 'H264 VP8'],
    [{ ...able, codecs: ['OPUS'] }, 'bad', 'check.say.browserOld', 'OPUS'],
    [{ ...able, codecs: [] }, 'bad', 'check.say.browserOld', 'no codecs'],
    [{ ...able, obstacle: 'insecure' as const }, 'bad', 'check.say.browserInsecure', 'no secure context'],
    [{ ...able, obstacle: 'devices' as const, codecs: undefined }, 'bad', 'check.say.browserOld', 'no WebRTC or getUserMedia'],
    [{ ...able, obstacle: 'old' as const }, 'bad', 'check.say.browserOld', 'too old'],
  ])('judges a browser (%#)', (features, state, text, detail) => {
    expect(judge(features)).toEqual({ state, text, detail });
  });
});

it('recommends a better browser if there is one', () => {
  const better = 'Chrome works better.';
  const found = judge({ obstacle: undefined, codecs: ['OPUS', 'VP8', 'H264'], better });
  expect(found).toEqual({ state: 'limit', text: 'check.say.browserPoor', values: { better }, detail: 'H264 VP8 OPUS' });
});

describe('refused', () => {
  it.each([
    ['NotAllowedError', 'Permission denied', 'check.say.cameraBlocked'],
    ['NotAllowedError', 'Permission denied by system', 'check.say.cameraSystem'],
    ['SecurityError', '', 'check.say.cameraBlocked'],
    ['NotFoundError', 'Requested device not found', 'check.say.cameraAbsent'],
    ['NotReadableError', 'Could not start video source', 'check.say.cameraBusy'],
    ['AbortError', '', 'check.say.cameraBusy'],
    ['TypeError', '', 'check.say.cameraFailed'],
  ])('%s (%s)', (name, message, text) => {
    expect(refused('camera', new DOMException(message, name), false)).toEqual({ state: 'bad', text, detail: name });
    expect(refused('microphone', new DOMException(message, name), false).text).toBe(text.replace('camera', 'microphone'));
  });

  it('reports a page in a frame, which may not allow the devices', () => {
    expect(refused('camera', new DOMException('', 'NotAllowedError'), true).text).toBe('check.say.embedded');
    expect(refused('camera', new DOMException('', 'NotFoundError'), true).text).toBe('check.say.cameraAbsent');
  });

  it('leaves out the text of other errors', () => {
    expect(refused('camera', 'Dr Rao’s FaceTime camera', false)).toEqual({
      state: 'bad',
      text: 'check.say.cameraFailed',
      detail: 'unknown',
    });
    expect(refused('camera', new DOMException('x', 'Dr Rao’s camera'), false).detail).toBe('unknown');
  });

  it('loudness goes from 0 in silence to 100', () => {
    const wave = (height: number) => Uint8Array.from({ length: 2048 }, (_, i) => 128 + Math.round(height * Math.sin(i / 5)));
    expect(loudness(wave(0))).toBe(0);
    expect(loudness(wave(1))).toBeLessThan(8);
    expect(loudness(wave(10))).toBeGreaterThan(8);
    expect(loudness(wave(20))).toBeGreaterThan(loudness(wave(10)));
    expect(loudness(wave(127))).toBe(100);
  });
});

describe('testServer', () => {
  /** Tests a server that answers each round after a number of milliseconds, with a text, or not at all. */
  async function test(rounds: (number | string | undefined)[], hints?: Hints) {
    let now = 0;
    let round = 0;
    const send: typeof fetch = async () => {
      const answer = rounds[round++];
      if (answer === undefined) throw new TypeError('fetch failed');
      now += typeof answer === 'number' ? answer : 10;
      return new Response(typeof answer === 'number' ? 'ok\n' : answer);
    };
    return testServer(send, () => now, hints, new AbortController().signal);
  }

  it('reports the median without the first answer, which opens the connection', async () => {
    expect(await test([900, 20, 25, 22, 400, 21])).toEqual({
      state: 'good',
      text: 'check.say.serverGood',
      values: { ms: '22' },
      detail: '22 ms, 6 of 6 answers',
    });
  });

  it.each<[(number | string | undefined)[], Hints | undefined, string, string]>([
    [[9, 300, 300, 300, 300, 300], undefined, 'limit', 'check.say.serverSlow'],
    [[9, 299, 299, 299, 299, 299], undefined, 'good', 'check.say.serverGood'],
    [[9, 9, undefined, 9, 9, 9], undefined, 'limit', 'check.say.serverLost'],
    [[undefined, 9, 9, 9, 9, 9], undefined, 'limit', 'check.say.serverLost'],
    [[undefined, undefined, undefined, undefined, undefined, undefined], undefined, 'bad', 'check.say.serverOver'],
    [['<h1>Hotel Wi-Fi</h1>', 'ok?', 'a', 'b', 'c', 'd'], undefined, 'bad', 'check.say.serverOver'],
    [[9, 9, 9, 9, 9, 9], { effectiveType: '2g' }, 'limit', 'check.say.serverWeak'],
    [[9, 9, 9, 9, 9, 9], { effectiveType: 'slow-2g', downlink: 0.05 }, 'limit', 'check.say.serverWeak'],
    [[9, 9, 9, 9, 9, 9], { effectiveType: '4g', downlink: 0.4 }, 'limit', 'check.say.serverWeak'],
    [[9, 9, 9, 9, 9, 9], { effectiveType: '4g', downlink: 10, saveData: true }, 'limit', 'check.say.serverSaving'],
    [[9, 9, 9, 9, 9, 9], { effectiveType: '3g', downlink: 0.5 }, 'good', 'check.say.serverGood'],
  ])('judges a connection (%#)', async (rounds, hints, state, text) => {
    expect(await test(rounds, hints)).toMatchObject({ state, text });
  });

  it('reports the hints of the browser', async () => {
    const hints = { effectiveType: '4g', downlink: 10, saveData: true };
    expect((await test([9, 9, 9, 9, 9, 9], hints)).detail).toBe('9 ms, 6 of 6 answers, 4g, 10 Mbit/s, saves data');
  });
});

it.each([
  [{ hosts: 3, asked: 3, udp: true }, 'good', 'check.say.callGood', '3 of 3 hosts over https, UDP open'],
  [{ hosts: 3, asked: 3, udp: false }, 'limit', 'check.say.callSlow', '3 of 3 hosts over https, UDP without answer'],
  [{ hosts: 2, asked: 3, udp: true }, 'limit', 'check.say.callPart', '2 of 3 hosts over https, UDP open'],
  [{ hosts: 0, asked: 3, udp: true }, 'bad', 'check.say.callBlocked', '0 of 3 hosts over https, UDP open'],
  [{ hosts: 0, asked: 3, udp: false }, 'bad', 'check.say.callBlocked', '0 of 3 hosts over https, UDP without answer'],
])('judges the call service (%#)', (answers, state, text, detail) => {
  expect(judgeCall(answers)).toEqual({ state, text, detail });
});
