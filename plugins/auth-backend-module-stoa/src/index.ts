export { authModuleStoa as default } from './module';
