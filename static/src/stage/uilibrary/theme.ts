import { darkTheme } from '@azure/communication-react';
import type { PartialTheme } from '@fluentui/react';
import type { Shades } from '../contract.ts';

/** The call's look: dark around the pictures whatever the page is, with the organisation's colour where there is one. */
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
