// What a page really did: its devices, sockets and connections, seen from outside of its code.
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
  /** Texts of the page's own live region, in turn. */
  said: string[];
  /** What is alive at this moment. */
  alive(): Alive;
}

declare global {
  interface Window {
    witness: Witness;
  }
}

const kept = 'e2e.alive';

/** What the browsers of a test asked for, and from whom. */
export interface Network {
  /** Watches all pages of a context from now on. */
  watch(context: BrowserContext): Promise<void>;
  /** Hosts that were asked for anything, with their ports. */
  hosts: Set<string>;
  /** Paths of the scripts that were run, not of those that were only fetched ahead. */
  scripts: Set<string>;
  /** Breaches of the Content Security Policy and errors that nobody caught. */
  faults: string[];
}

/** Begins to watch. */
export function openNetwork(): Network {
  const network = { hosts: new Set<string>(), scripts: new Set<string>(), faults: [] as string[] };
  const asked = (address: string) => {
    const url = new URL(address);
    if (!/^(https?|wss?):$/.test(url.protocol)) return;
    network.hosts.add(url.host);
  };
  return {
    ...network,
    watch: async (context) => {
      await context.addInitScript(installWitness, kept);
      context.on('request', (request) => {
        asked(request.url());
        if (request.resourceType() === 'script') network.scripts.add(new URL(request.url()).pathname);
      });
      context.on('page', (page) => {
        page.on('websocket', (socket) => asked(socket.url()));
        page.on('pageerror', (error) => network.faults.push(`${new URL(page.url()).pathname}: ${error.stack ?? error.message}`));
      });
      context.on('console', (message) => {
        if (/Content Security Policy|^policy: /.test(message.text())) network.faults.push(message.text());
      });
    },
  };
}

/** Runs in the page before its own scripts; `key` is where it keeps what outlived a page. */
export function installWitness(key: string): void {
  // The blank page before the first has no devices.
  if (!navigator.mediaDevices) return;
  const witness: Witness = { local: [], remote: [], sockets: [], connections: [], said: [], alive };
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
    if (live) new MutationObserver(() => witness.said.push(live.textContent)).observe(live, { childList: true });
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
  // Before any listener of the page's own: what is alive here has outlived the ending.
  addEventListener('pagehide', () => {
    if (witness.sockets.length > 0) sessionStorage.setItem(key, JSON.stringify(witness.alive()));
  });
}

const nothing: Alive = { tracks: [], sockets: 0, connections: 0 };

/** That nothing of the call was left when its page went away for another. Fails when there was no call in this tab. */
export async function expectNothingOutlived(page: Page): Promise<void> {
  const alive = await page.evaluate((key) => sessionStorage.getItem(key), kept);
  expect(JSON.parse(alive ?? 'null')).toEqual(nothing);
}

/** Waits until nothing of the call is left in a page that stays. */
export async function expectNothingAlive(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => window.witness.alive())).toEqual(nothing);
}

/** A video on the page that shows somebody else. */
export interface Picture {
  /** The track's. */
  id: string;
  /** In pixels of the video; 0 before the first frame. */
  width: number;
  /** Frames since the video began. */
  frames: number;
}

/** The videos on the page that show others, in the order of the document. */
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

// Two cores that draw, encode and decode for three pages show few frames a second.
const aFew = 3;

/** Waits until so many others are seen moving: each picture has a size, and gets frames from now on. */
export async function seesMoving(page: Page, others: number): Promise<void> {
  const first = new Map<string, number>();
  const moving = async () => {
    let count = 0;
    for (const { id, width, frames } of await remotePictures(page)) {
      // A picture that is drawn anew counts from the beginning.
      if (frames < (first.get(id) ?? Number.POSITIVE_INFINITY)) first.set(id, frames);
      if (width > 0 && frames >= (first.get(id) ?? 0) + aFew) count++;
    }
    return count;
  };
  await expect.poll(moving, { message: `${others} moving pictures` }).toBe(others);
}

/** Waits until sound that is not silence arrives and is played. */
export async function hearsSomebody(page: Page): Promise<void> {
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
  await expect.poll(energy, { message: 'energy of the sound that arrives' }).toBeGreaterThan(0);
  const before = await energy();
  await expect.poll(energy, { message: 'sound that goes on' }).toBeGreaterThan(before);
}

/** Kinds of the local tracks that are live now, in alphabetical order. */
export async function liveTracks(page: Page): Promise<string[]> {
  return (await page.evaluate(() => window.witness.alive().tracks)).sort();
}

/** Kinds of the tracks that are sent to others now, in alphabetical order: one for each device, with one other there. */
export async function sentTracks(page: Page): Promise<string[]> {
  const kinds = await page.evaluate(() =>
    window.witness.connections
      .filter((c) => c.connectionState !== 'closed')
      .flatMap((c) => c.getSenders().flatMap(({ track }) => (track?.readyState === 'live' ? [track.kind] : []))),
  );
  return kinds.sort();
}
