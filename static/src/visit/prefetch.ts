/**
 * Fetches scripts into the browser's cache, one after another, so that nothing else has to wait. The links are those of a
 * template, which no browser follows by itself: Firefox would block a prefetch by the page's policy, and WebKit ignores it.
 */
export async function prefetch(links: Iterable<HTMLLinkElement>): Promise<void> {
  for (const { href } of links) {
    // A script is kept only when it was read to its end. Join fetches what is missing.
    await fetch(href)
      .then((answer) => answer.blob())
      .catch(() => undefined);
  }
}
