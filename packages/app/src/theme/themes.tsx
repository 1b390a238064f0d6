import { UnifiedThemeProvider } from '@backstage/theme';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { ThemeBlueprint } from '@backstage/plugin-app-react';
import { RiMoonLine, RiSunLine } from '@remixicon/react';
import { darkMaterial, lightMaterial } from './material';

/** Takes the place of the two default themes, under the names they have. */
export const themeModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ThemeBlueprint.make({
      name: 'light',
      params: {
        theme: {
          id: 'light',
          title: 'Light',
          variant: 'light',
          icon: <RiSunLine size={20} />,
          Provider: ({ children }) => (
            <UnifiedThemeProvider theme={lightMaterial}>
              {children}
            </UnifiedThemeProvider>
          ),
        },
      },
    }),
    ThemeBlueprint.make({
      name: 'dark',
      params: {
        theme: {
          id: 'dark',
          title: 'Dark',
          variant: 'dark',
          icon: <RiMoonLine size={20} />,
          Provider: ({ children }) => (
            <UnifiedThemeProvider theme={darkMaterial}>
              {children}
            </UnifiedThemeProvider>
          ),
        },
      },
    }),
  ],
});
