export { permissionModuleOpa as default } from './module';
