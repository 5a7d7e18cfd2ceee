// Observes a page's devices, sockets and connections from outside its code.
import { type BrowserContext, expect, type Page } from '@playwright/test';

/** How much of a call is still alive. */
export interface Alive {
  /** Kinds of the local tracks that are live. */
  tracks: string[];
  /** WebSockets that are open or opening. */
  sockets: number;
  /** Peer connections that are not closed. */
  connections: number;
}

interface Witness {
  local: MediaStreamTrack[];
  remote: MediaStreamTrack[];
  sockets: WebSocket[];
  connections: RTCPeerConnection[];
  /** Texts of our page's live region, in order. */
  announced: string[];
  /** Returns what is alive now. */
  alive(): Alive;
}

declare global {
  interface Window {
    witness: Witness;
  }
}

const aliveKey = 'e2e.alive';

/** The requests and errors of a test's browsers. */
export interface Network {
  /** Watches all pages of a context from now on. */
  watch(context: BrowserContext): Promise<void>;
  /** Hosts that received a request, with their ports. */
  hosts: Set<string>;
  /** Paths of the scripts that ran, without those that were only prefetched. */
  scripts: Set<string>;
  /** Violations of the Content Security Policy and uncaught errors. */
  faults: string[];
}

/** Returns an empty Network. */
export function openNetwork(): Network {
  const network = { hosts: new Set<string>(), scripts: new Set<string>(), faults: [] as string[] };
  const addHost = (address: string) => {
    const url = new URL(address);
    if (!/^(https?|wss?):$/.test(url.protocol)) return;
    network.hosts.add(url.host);
  };
  return {
    ...network,
    watch: async (context) => {
      await context.addInitScript(installWitness, aliveKey);
      context.on('request', (request) => {
        addHost(request.url());
        if (request.resourceType() === 'script') network.scripts.add(new URL(request.url()).pathname);
      });
      context.on('page', (page) => {
        page.on('websocket', (socket) => addHost(socket.url()));
        page.on('pageerror', (error) => network.faults.push(`${new URL(page.url()).pathname}: ${error.stack ?? error.message}`));
      });
      context.on('console', (message) => {
        if (/Content Security Policy|^policy: /.test(message.text())) network.faults.push(message.text());
      });
    },
  };
}

/** Runs in the page before its own scripts. When the page is left, session storage keeps under `key` what was alive. */
export function installWitness(key: string): void {
  // The initial blank page has no devices.
  if (!navigator.mediaDevices) return;
  const witness: Witness = { local: [], remote: [], sockets: [], connections: [], announced: [], alive };
  window.witness = witness;
  function alive(): Alive {
    return {
      tracks: witness.local.filter((t) => t.readyState === 'live').map((t) => t.kind),
      sockets: witness.sockets.filter((s) => s.readyState < WebSocket.CLOSING).length,
      connections: witness.connections.filter((c) => c.connectionState !== 'closed').length,
    };
  }
  addEventListener('securitypolicyviolation', (event) =>
    console.error(`policy: ${event.effectiveDirective} forbids ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`),
  );
  addEventListener('DOMContentLoaded', () => {
    const live = document.getElementById('live');
    if (live) new MutationObserver(() => witness.announced.push(live.textContent)).observe(live, { childList: true });
  });
  const devices = navigator.mediaDevices;
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    const real = devices[name].bind(devices);
    devices[name] = async (constraints) => {
      const stream = await real(constraints);
      witness.local.push(...stream.getTracks());
      return stream;
    };
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    (witness.remote.includes(this) ? witness.remote : witness.local).push(copy);
    return copy;
  };
  window.WebSocket = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      witness.sockets.push(this);
    }
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      witness.connections.push(this);
      this.addEventListener('track', ({ track }) => witness.remote.push(track));
    }
  };
  // This runs before the page's own listeners, which could still end the call.
  addEventListener('pagehide', () => {
    if (witness.sockets.length > 0) sessionStorage.setItem(key, JSON.stringify(witness.alive()));
  });
}

const nothing: Alive = { tracks: [], sockets: 0, connections: 0 };

/** Expects that nothing of the call was alive when its page was left. Fails if this tab never had a call. */
export async function expectNothingWasAlive(page: Page): Promise<void> {
  const alive = await page.evaluate((key) => sessionStorage.getItem(key), aliveKey);
  expect(JSON.parse(alive ?? 'null')).toEqual(nothing);
}

/** Waits until nothing of the call is alive in the current page. */
export async function expectNothingAlive(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => window.witness.alive())).toEqual(nothing);
}

/** A video that shows another participant. */
export interface Picture {
  /** The id of its track. */
  id: string;
  /** In pixels; 0 before the first frame. */
  width: number;
  /** Frames since the video began. */
  frames: number;
}

/** Returns the videos that show others, in document order. */
export async function remotePictures(page: Page): Promise<Picture[]> {
  return page.evaluate(() => {
    const remote = new Set(window.witness.remote.map((t) => t.id));
    return [...document.querySelectorAll('video')].flatMap((video) => {
      const [track] = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks() : [];
      if (!track || !remote.has(track.id) || video.getBoundingClientRect().width === 0) return [];
      return [{ id: track.id, width: video.videoWidth, frames: video.getVideoPlaybackQuality().totalVideoFrames }];
    });
  });
}

// On two cores, three pages with video show only a few frames a second.
const minFrames = 3;

/** Waits until the videos of this number of others have a size and get new frames. */
export async function expectMovingVideos(page: Page, others: number): Promise<void> {
  const first = new Map<string, number>();
  const moving = async () => {
    let count = 0;
    for (const { id, width, frames } of await remotePictures(page)) {
      // A new video element counts from zero.
      if (frames < (first.get(id) ?? Number.POSITIVE_INFINITY)) first.set(id, frames);
      if (width > 0 && frames >= (first.get(id) ?? 0) + minFrames) count++;
    }
    return count;
  };
  await expect.poll(moving, { message: `${others} moving videos` }).toBe(others);
}

/** Waits until sound arrives that is not silence. */
export async function expectSound(page: Page): Promise<void> {
  const energy = () =>
    page.evaluate(async () => {
      let heard = 0;
      for (const connection of window.witness.connections) {
        for (const report of (await connection.getStats()).values()) {
          if (report.type === 'inbound-rtp' && report.kind === 'audio') heard += report.totalAudioEnergy ?? 0;
        }
      }
      return heard;
    });
  await expect.poll(energy, { message: 'energy of the received sound' }).toBeGreaterThan(0);
  const before = await energy();
  await expect.poll(energy, { message: 'increasing energy of the received sound' }).toBeGreaterThan(before);
}

/** Returns the kinds of the live local tracks, in alphabetical order. */
export async function liveTracks(page: Page): Promise<string[]> {
  return (await page.evaluate(() => window.witness.alive().tracks)).sort();
}

/** Returns the kinds of the tracks that are sent, in alphabetical order: one for each device and other participant. */
export async function sentTracks(page: Page): Promise<string[]> {
  const kinds = await page.evaluate(() =>
    window.witness.connections
      .filter((c) => c.connectionState !== 'closed')
      .flatMap((c) => c.getSenders().flatMap(({ track }) => (track?.readyState === 'live' ? [track.kind] : []))),
  );
  return kinds.sort();
}
