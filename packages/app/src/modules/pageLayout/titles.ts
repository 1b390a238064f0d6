/**
 * The titles of Backstage's pages and their parts, as its plugins name them:
 * they are not among the words that it lets an app translate.
 */
export const TITLES = {
  'API Documentation': 'apis',
  APIs: 'apis',
  Catalog: 'catalog',
  'Catalog Graph': 'graph',
  General: 'general',
  Notifications: 'notifications',
  Search: 'search',
  Settings: 'settings',
} as const;

export type TitleKey = (typeof TITLES)[keyof typeof TITLES];

export function titleKeyOf(title: string): TitleKey | undefined {
  return Object.hasOwn(TITLES, title)
    ? TITLES[title as keyof typeof TITLES]
    : undefined;
}
