import {
  createBaseThemeOptions,
  createUnifiedTheme,
  genPageTheme,
  palettes,
  UnifiedTheme,
} from '@backstage/theme';

/** The colours of `tokens.css` once more, for the pages that the shell draws with Material UI. */
interface Colours {
  readonly app: string;
  readonly surface: string;
  readonly raised: string;
  readonly text: string;
  readonly subtle: string;
  readonly border: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly accentText: string;
  readonly accentSoft: string;
  readonly hover: string;
}

const LIGHT: Colours = {
  app: '#f7f7fa',
  surface: '#ffffff',
  raised: '#f4f4f8',
  text: '#17181f',
  subtle: '#5a5d6b',
  border: '#e3e3ea',
  accent: '#4f43c8',
  onAccent: '#ffffff',
  accentText: '#4539b8',
  accentSoft: '#ecebfa',
  hover: '#f0f0f5',
};

const DARK: Colours = {
  app: '#101116',
  surface: '#181a20',
  raised: '#20222a',
  text: '#f0f1f5',
  subtle: '#a9adba',
  border: '#2d3039',
  accent: '#a89ffa',
  onAccent: '#15122e',
  accentText: '#bdb6fc',
  accentSoft: '#24223c',
  hover: '#22242c',
};

const FONTS =
  "'Inter', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif";

function materialTheme(
  base: typeof palettes.light | typeof palettes.dark,
  colours: Colours,
): UnifiedTheme {
  const page = {
    ...genPageTheme({
      colors: [colours.app, colours.app],
      shape: 'none',
      options: { fontColor: colours.text },
    }),
    backgroundImage: 'none',
  };
  const accent = {
    main: colours.accent,
    light: colours.accentText,
    contrastText: colours.onAccent,
  };
  const flat = {
    boxShadow: 'none',
    border: `1px solid ${colours.border}`,
  };
  return createUnifiedTheme({
    ...createBaseThemeOptions({
      palette: {
        ...base,
        background: { default: colours.app, paper: colours.surface },
        text: { primary: colours.text, secondary: colours.subtle },
        primary: accent,
        secondary: accent,
        divider: colours.border,
        border: colours.border,
        textContrast: colours.text,
        textSubtle: colours.subtle,
        link: colours.accentText,
        linkHover: colours.accentText,
        navigation: {
          background: colours.surface,
          indicator: colours.accent,
          color: colours.subtle,
          selectedColor: colours.accentText,
          navItem: { hoverBackground: colours.hover },
          submenu: { background: colours.raised },
        },
        tabbar: { indicator: colours.accent },
        pinSidebarButton: { icon: colours.text, background: colours.border },
      },
    }),
    fontFamily: FONTS,
    defaultPageTheme: 'home',
    pageTheme: { home: page },
    components: {
      BackstageHeader: {
        styleOverrides: {
          header: {
            boxShadow: 'none',
            borderBottom: `1px solid ${colours.border}`,
          },
          title: { color: colours.text, fontSize: 24 },
          subtitle: { color: colours.subtle },
        },
      },
      BackstageSidebar: {
        styleOverrides: {
          drawer: { borderRight: `1px solid ${colours.border}` },
        },
      },
      BackstageSidebarItem: {
        styleOverrides: {
          root: { height: 38 },
          label: { fontWeight: 500, width: 'auto' },
          secondaryAction: { width: 'auto', marginRight: 8 },
          iconContainer: { width: 64 },
          selected: { background: colours.accentSoft },
        },
      },
      // Beside the number in a narrow column, the word needs the icon's place.
      CatalogReactUserListPicker: {
        styleOverrides: {
          root: { backgroundColor: 'transparent', border: 'none' },
          listIcon: { display: 'none' },
        },
      },
      // A narrow table scrolls rather than break words in the middle.
      MuiTableCell: {
        styleOverrides: {
          root: { wordBreak: 'normal', overflowWrap: 'break-word' },
        },
      },
      // What is pressed with a finger is 24 pixels high (WCAG 2.5.8).
      MuiTableSortLabel: {
        styleOverrides: {
          root: {
            minHeight: 24,
            '& > [draggable]': {
              display: 'flex',
              alignItems: 'center',
              minHeight: 24,
            },
          },
        },
      },
      MuiToggleButton: {
        styleOverrides: {
          root: {
            textTransform: 'none',
            color: colours.subtle,
            '&&.Mui-selected': {
              color: colours.accentText,
              backgroundColor: colours.accentSoft,
            },
          },
        },
      },
      MuiButton: {
        styleOverrides: {
          root: { textTransform: 'none', fontWeight: 500 },
        },
      },
      MuiPaper: {
        styleOverrides: {
          root: { backgroundImage: 'none' },
          elevation1: flat,
          elevation2: flat,
          rounded: { borderRadius: 12 },
        },
      },
    },
  });
}

export const lightMaterial = materialTheme(palettes.light, LIGHT);
export const darkMaterial = materialTheme(palettes.dark, DARK);
