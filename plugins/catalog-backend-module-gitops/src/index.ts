export { catalogModuleGitops as default } from './module';
