export { LinkTabs } from './LinkTabs';
export type { LinkTab } from './LinkTabs';
export { Page } from './Page';
export type { Crumb } from './Page';
export { Facts, Section } from './Section';
export { useUnsavedGuard } from './useUnsavedGuard';
export { useUrlState } from './useUrlState';
