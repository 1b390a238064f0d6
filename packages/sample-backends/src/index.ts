export { startBackends, type RunningBackends, type ServiceName } from './start';
