/** What the choice of a layout depends on: the width of the stage and the height of the window, in CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
  /** True when the main pointer is a finger. */
  coarse: boolean;
}

/** The UI Library's two layouts. */
export type FormFactor = 'mobile' | 'desktop';

// The library's desktop layout needs 480 px (30rem); its mobile layout is not made for landscape.
const desktopMinimum = 480;
const lowLandscape = 500;
const tablet = 768;
// Below it the desktop layout's buttons with their names are wider than the stage, and the last of them is cut off.
const roomForNames = 1024;

/** Chooses the layout: mobile on phones held upright and in very narrow windows, desktop otherwise. */
export function formFactor({ width, height, coarse }: Viewport): FormFactor {
  if (width < desktopMinimum) return 'mobile';
  if (height <= lowLandscape && width > height) return 'desktop';
  return coarse && width < tablet ? 'mobile' : 'desktop';
}

/** Whether the buttons show their icons alone. Screen readers and pointers are told the names all the same. */
export function isTight({ width }: Viewport): boolean {
  return width < roomForNames;
}
