export { apiRuntimePlugin as default } from './plugin';
