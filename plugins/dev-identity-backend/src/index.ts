export { devIdentityPlugin as default } from './plugin';
