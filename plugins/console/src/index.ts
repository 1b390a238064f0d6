export { consolePlugin as default } from './plugin';
export { consoleTranslations } from './i18n/resource';
