export { portalPlugin as default } from './plugin';
export { portalTranslations } from './i18n/resource';
