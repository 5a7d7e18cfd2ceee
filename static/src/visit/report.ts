/** What the server is told of a call, for its metrics: no more than this. */
export interface Happening {
  event: 'lobby' | 'admitted' | 'reconnecting' | 'recording' | 'fault' | 'ended';
  code?: number;
  subCode?: number;
}

/** Tells the server what happened; survives the page. Lost without a word when the network is. */
export function report(happening: Happening): void {
  send('/visit/events', JSON.stringify(happening));
}

/** Tells the server that this visit is over for good, so that it deletes the identity. */
export function reportLeft(visit: string | undefined): void {
  send('/visit/leave', JSON.stringify({ visit }));
}

function send(address: string, json: string): void {
  const body = new Blob([json], { type: 'application/json' });
  if (navigator.sendBeacon?.(address, body)) return;
  fetch(address, { method: 'POST', body, keepalive: true }).catch(() => undefined);
}
