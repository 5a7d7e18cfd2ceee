import { darkTheme } from '@azure/communication-react';
import { type IStyle, mergeStyles, registerIcons } from '@fluentui/react';
import { createDOMRenderer, RendererProvider } from '@griffel/react';
import { type JSX, useMemo, useSyncExternalStore } from 'react';
import type { Face, Look } from './face.ts';
import type { FormFactor } from './formfactor.ts';

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

const bar = '[data-ui-id="control-bar"]';
const button = `${bar} .ms-Button`;
const label = `${button} .ms-Button-label`;

const styles: Record<string, IStyle> = {
  // The library writes in white on any brand colour; in the dark theme, its `white` is the dark ground.
  '[data-ui-id="call-with-chat-composite-chat-button-unread-icon"] span': { color: darkTheme.palette?.white ?? '#252423' },
  [button]: { minHeight: '3.25rem', minWidth: '3rem', padding: '0', borderRadius: '0.5rem' },
  [`${bar} .ms-Button-flexContainer`]: { display: 'flex', flexFlow: 'column nowrap', justifyContent: 'center', gap: '2px' },
  [label]: { fontSize: '0.75rem', lineHeight: '0.875rem', margin: '0 2px', whiteSpace: 'normal' },
  // The library centres the buttons over those at the side, and then both overlap.
  [`${bar} > .ms-Stack`]: { flexDirection: 'row' },
  [`${bar} > .ms-Stack > .ms-StackItem:first-child`]: { position: 'static', transform: 'none', flex: '1' },
  '[data-ui-id="call-composite-hangup-button"]': { width: '4.5rem' },
  '@media (min-width: 900px)': { [`${button}:not([aria-haspopup])`]: { minWidth: '4rem' } },
  // The library's button for another camera is 32 px.
  '[data-ui-id="local-camera-switcher-button"]': { minWidth: '44px', minHeight: '44px' },
  // In a low window the library's picture of the visitor would hide the other's face.
  '@media (max-height: 500px)': {
    '.ms-Stack:has(> .ms-Stack > [data-ui-id="local-video-tile"])': { minWidth: '8rem', minHeight: '4.5rem' },
  },
};

// Six buttons share the width of a phone, or its height when it lies on its side.
const mobileStyles: Record<string, IStyle> = {
  [button]: { minHeight: 'min(3.25rem, 100dvh / 7.2)', minWidth: '0', padding: '0', borderRadius: '0.5rem', width: '100%' },
  [`${bar} .ms-TooltipHost`]: { width: '4rem', maxWidth: '100%' },
  [`${bar} .ms-Stack > *, ${bar} .ms-StackItem`]: { minWidth: '0', maxWidth: '100%' },
  // Magnified that far there is room for icons alone.
  '@media (max-height: 290px)': { [label]: { display: 'none' }, '.ms-Stack': { minHeight: '0' } },
};

// The menu over the people list acts on everybody (mute all, forbid cameras) and has no option that takes it away. Teams
// gives visitors the right to it where they are presenters.
const peopleMenu = '[data-ui-id="people-pane-header-more-button"]';

/** The composite, with its styles allowed by the page's nonce. */
export function Frame({ face, looks }: { face: Face; looks: Looks }): JSX.Element {
  const look = useSyncExternalStore(looks.subscribe, looks.get);
  const renderer = useMemo(() => createDOMRenderer(document, nonceAttribute()), []);
  const { pictures, formFactor } = look;
  const className = useMemo(() => mergeStyles({ height: '100%', selectors: stylesOf(formFactor) }), [formFactor]);
  return (
    <RendererProvider renderer={renderer}>
      <div key={String(pictures)} className={className}>
        {face.render(look)}
      </div>
    </RendererProvider>
  );
}

function stylesOf(formFactor: FormFactor) {
  return { [peopleMenu]: { display: 'none' }, ...styles, ...(formFactor === 'mobile' ? mobileStyles : {}) };
}

function nonceAttribute() {
  // The attribute is hidden from scripts as soon as the page is parsed; the property is not.
  const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce;
  return nonce ? { styleElementAttributes: { nonce } } : {};
}

/**
 * Exposes the visitor's own picture to screen readers: the keyboard stops there, but the library hides its container from
 * them. It is a group, and not the dialog in a nameless dialog that the library makes of it. Returns a function that ends that.
 */
export function tellOfOwnPicture(element: HTMLElement): () => void {
  const observer = new MutationObserver(() => {
    for (const picture of element.querySelectorAll('.ms-LayerHost[aria-hidden] [tabindex="0"]')) {
      picture.closest('.ms-LayerHost')?.removeAttribute('aria-hidden');
      picture.setAttribute('role', 'group');
      picture.closest('[role=dialog]')?.removeAttribute('role');
    }
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
