import { darkTheme } from '@azure/communication-react';
import type { PartialTheme } from '@fluentui/react';
import type { Shades } from '../contract.ts';

/** Returns the call's theme: always dark, with the organisation's colours if it has any. */
export function themed(shades: Shades | undefined): PartialTheme {
  if (!shades) return darkTheme;
  const { brand, hover, onBrand } = shades;
  const palette = {
    ...darkTheme.palette,
    themePrimary: brand,
    themeSecondary: brand,
    themeTertiary: brand,
    themeDarkAlt: hover,
    themeDark: hover,
    themeDarker: hover,
  };
  return {
    ...darkTheme,
    palette,
    semanticColors: {
      ...darkTheme.semanticColors,
      primaryButtonBackground: brand,
      primaryButtonBackgroundHovered: hover,
      primaryButtonBackgroundPressed: hover,
      primaryButtonText: onBrand,
      primaryButtonTextHovered: onBrand,
      primaryButtonTextPressed: onBrand,
      link: brand,
      linkHovered: hover,
      inputBackgroundChecked: brand,
      inputBackgroundCheckedHovered: hover,
      inputFocusBorderAlt: brand,
    },
  };
}
