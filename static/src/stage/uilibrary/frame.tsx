import { mergeStyles, registerIcons } from '@fluentui/react';
import { createDOMRenderer, RendererProvider } from '@griffel/react';
import { type JSX, useMemo, useSyncExternalStore } from 'react';
import type { Face, Look } from './face.ts';

/** The look of the composite, which changes during a call: chat becomes ready, a phone is turned. */
export class Looks {
  private readonly listeners = new Set<() => void>();

  constructor(private current: Look) {}

  readonly get = (): Look => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Draws the composite anew. Only for real changes: the library makes a new AudioContext each time. */
  change(next: Partial<Look>): void {
    this.current = { ...this.current, ...next };
    for (const listener of this.listeners) listener();
  }
}

// The menu over the people list acts on everybody (mute all, forbid cameras) and has no option that takes it away. Teams
// gives visitors the right to it where they are presenters.
const peopleMenu = '[data-ui-id="people-pane-header-more-button"]';

/** The composite, with its styles allowed by the page's nonce. */
export function Frame({ face, looks }: { face: Face; looks: Looks }): JSX.Element {
  const look = useSyncExternalStore(looks.subscribe, looks.get);
  const renderer = useMemo(() => createDOMRenderer(document, nonceAttribute()), []);
  const className = useMemo(() => mergeStyles({ height: '100%', selectors: { [peopleMenu]: { display: 'none' } } }), []);
  return (
    <RendererProvider renderer={renderer}>
      <div key={String(look.pictures)} className={className}>
        {face.render(look)}
      </div>
    </RendererProvider>
  );
}

function nonceAttribute() {
  // The attribute is hidden from scripts as soon as the page is parsed; the property is not.
  const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce;
  return nonce ? { styleElementAttributes: { nonce } } : {};
}

/**
 * Tells screen readers of the visitor's own picture over the others': the keyboard stops there, and the library hides from
 * them what it lies in. The function it returns ends that.
 */
export function tellOfOwnPicture(element: HTMLElement): () => void {
  const observer = new MutationObserver(() => {
    for (const picture of element.querySelectorAll('.ms-LayerHost[aria-hidden] [tabindex="0"]'))
      picture.closest('.ms-LayerHost')?.removeAttribute('aria-hidden');
  });
  observer.observe(element, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** Registers the icons that the library uses and does not bring; without them the split buttons have no arrow. */
export function registerMissingIcons(): void {
  const icon = (path: string) => (
    <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d={path} />
    </svg>
  );
  registerIcons({
    icons: {
      chevrondown: icon('M3 6l5 5 5-5'),
      chevronright: icon('M6 3l5 5-5 5'),
      cancel: icon('M3.5 3.5l9 9m0-9l-9 9'),
      info: icon('M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8 7v4.5m0-7V6'),
      errorbadge: icon('M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8 4.5v4m0 1.5v1.5'),
    },
  });
}
