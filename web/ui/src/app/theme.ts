import { Badge, Button, createTheme, type CSSVariablesResolver, Input, Menu, Tooltip } from '@mantine/core';

/** The look of the page: one accent, quiet surfaces, colour only where it means something. */
export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 5 },
  colors: {
    // Mantine's greys of the dark scheme, on the cold side as our surfaces are.
    dark: ['#d5d9df', '#b3bcc8', '#98a1ae', '#6a7583', '#39424d', '#2b323b', '#1d232a', '#171b20', '#14181c', '#101317'],
    ink: ['#eef4fb', '#d9e6f5', '#b3cdeb', '#86afdd', '#5c92cf', '#3571b8', '#2b67b1', '#1f5799', '#1a4b85', '#143a68'],
  },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  breakpoints: { xs: '30em', sm: '48em', md: '56.25em', lg: '75em', xl: '90em' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '16px', lineHeight: '1.35' },
      h3: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-md', fw: 500 } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', fw: 500, tt: 'none' } }),
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    // Its focusable placeholder is not among what ARIA allows in a menu.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
});

// Meanings, each with a quiet ground and a readable ink (contrast 6.6 and more).
const light = {
  ok: ['#e3f5ee', '#0b5f46', '#12805f'],
  wait: ['#fdf3d7', '#7a4d00', '#b97700'],
  info: ['#e4eefa', '#1a4b85', '#2b67b1'],
  bad: ['#fdecec', '#a61b1b', '#c92a2a'],
  idle: ['#eceef2', '#434d5b', '#7d8896'],
};
const dark = {
  ok: ['#12332a', '#7fd6b5', '#2fae84'],
  wait: ['#3a2d0d', '#f0c56a', '#d99a1c'],
  info: ['#15283f', '#9cc2ee', '#5c92cf'],
  bad: ['#3d1a1c', '#f5a3a3', '#e05555'],
  idle: ['#252b33', '#b3bcc8', '#77828f'],
};

const meanings = (set: typeof light) =>
  Object.fromEntries(
    Object.entries(set).flatMap(([name, [ground, ink, dot]]) => [
      [`--c-${name}-ground`, ground!],
      [`--c-${name}-ink`, ink!],
      [`--c-${name}-dot`, dot!],
    ]),
  );

/** Variables for both schemes: Mantine's own where its defaults are too pale to read, and ours (--c-…). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f7f9',
    '--mantine-color-text': '#1b2128',
    '--mantine-color-dimmed': '#5b6675',
    '--mantine-color-placeholder': '#6b7684',
    '--mantine-color-anchor': '#1f5799',
    '--mantine-color-error': '#a61b1b',
    '--mantine-color-default-border': '#dfe3e9',
    '--input-line': '#8792a2',
    '--c-panel': '#ffffff',
    '--c-line': '#dfe3e9',
    '--c-hover': '#f0f3f7',
    '--c-chosen': '#e8f0fa',
    ...meanings(light),
  },
  dark: {
    '--mantine-color-body': '#101317',
    '--mantine-color-text': '#d5d9df',
    '--mantine-color-dimmed': '#98a1ae',
    '--mantine-color-placeholder': '#8a94a1',
    '--mantine-color-anchor': '#86afdd',
    '--mantine-color-error': '#f5a3a3',
    '--mantine-color-default-border': '#2b323b',
    '--mantine-color-default': '#171b20',
    '--mantine-color-default-hover': '#1f252c',
    '--input-line': '#6a7583',
    '--c-panel': '#171b20',
    '--c-line': '#2b323b',
    '--c-hover': '#1d232a',
    '--c-chosen': '#1a2a3f',
    ...meanings(dark),
  },
});
