/** Everything that is sent to the server about a call, for its metrics. */
export interface Happening {
  event: 'lobby' | 'admitted' | 'reconnecting' | 'recording' | 'fault' | 'ended' | 'waiting' | 'in-call';
  code?: number;
  subCode?: number;
  /** How long an admitted visitor waited, in seconds. */
  waited?: number;
  /** The SDK's ID of the call, which Microsoft's logs know too. */
  call?: string | undefined;
}

// The server counts who waits and who is in a call by this rhythm, in milliseconds.
const beat = 30_000;

/** Tells the server every 30 seconds what goes on, until it is stopped. */
export class Beats {
  private timer = 0;

  start(event: 'waiting' | 'in-call'): void {
    this.stop();
    this.timer = window.setInterval(() => report({ event }), beat);
  }

  stop(): void {
    window.clearInterval(this.timer);
  }
}

/** Reports an event to the server, even while the page closes. Network failures are ignored. */
export function report(happening: Happening): void {
  send('/visit/events', JSON.stringify(happening));
}

/** Reports to the server that this visit is over for good, so that it deletes the identity. */
export function reportLeft(visit: string | undefined): void {
  send('/visit/leave', JSON.stringify({ visit }));
}

function send(address: string, json: string): void {
  const body = new Blob([json], { type: 'application/json' });
  if (navigator.sendBeacon?.(address, body)) return;
  fetch(address, { method: 'POST', body, keepalive: true }).catch(() => undefined);
}
