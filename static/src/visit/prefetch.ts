/** The addresses that the server lists in a template, where no browser follows them by itself. */
export function addressesIn(list: HTMLTemplateElement): string[] {
  return [...list.content.querySelectorAll('link')].map((link) => link.href);
}

/**
 * Fetches scripts into the browser's cache, one after another, so that nothing else has to wait. A prefetch link would do so
 * in Chromium alone: Firefox blocks it by the page's policy, and WebKit ignores it.
 */
export async function prefetch(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    try {
      // A script is kept only when it was read to its end.
      await (await fetch(address, { priority: 'low' })).blob();
    } catch {
      // Join fetches what is missing.
    }
  }
}
