import type { CommonCallAdapter } from '@azure/communication-react';

/**
 * Keeps a composite from showing the others while `shown` returns false: the SDK fetches only what is shown. The visitor's
 * own picture needs no bandwidth and stays visible.
 */
export function withholdPictures(adapter: Pick<CommonCallAdapter, 'createStreamView'>, shown: () => boolean): void {
  const create = adapter.createStreamView.bind(adapter);
  adapter.createStreamView = async (remoteUserId, options) =>
    remoteUserId === undefined || shown() ? create(remoteUserId, options) : undefined;
}

/** Lets the page ask before the composite's Leave leaves. */
export function askBeforeLeaving(adapter: Pick<CommonCallAdapter, 'leaveCall'>, ask: () => Promise<boolean>): void {
  const leave = adapter.leaveCall.bind(adapter);
  adapter.leaveCall = async (forEveryone) => {
    if (forEveryone || (await ask())) await leave(forEveryone);
  };
}
