/** What the choice of a layout depends on: the width of the stage and the height of the window, in CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
  /** True when the main pointer is a finger. */
  coarse: boolean;
}

/** The UI Library's two layouts. */
export type FormFactor = 'mobile' | 'desktop';

// The buttons of the desktop layout need 670 px with their names.
const desktopMinimum = 680;
const low = 500;
const tablet = 768;
const desktop = 1024;

/**
 * Chooses the layout: mobile on phones and in windows that are as small, desktop otherwise. The mobile layout puts its
 * buttons beside a picture that is wider than high, so a phone on its side keeps the whole height for the picture.
 */
export function formFactor({ width, height, coarse }: Viewport): FormFactor {
  if (width < desktopMinimum || (height <= low && width < desktop)) return 'mobile';
  return coarse && width < tablet ? 'mobile' : 'desktop';
}
