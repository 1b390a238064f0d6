export { type Call, readCall } from './call';
export * from './clientAddress';
export {
  type HotPathHandler,
  HotPathRegistry,
  type HotPathService,
  hotPathServiceRef,
  type MountOptions,
  type Upgrade,
} from './HotPath';
export {
  type ReadinessCheck,
  ReadinessRegistry,
  type ReadinessReport,
  type ReadinessService,
  readinessServiceRef,
} from './Readiness';
export { createRequestListener } from './requestListener';
export { stoaRootHttpRouter } from './rootHttpRouter';
export {
  errorEnvelope,
  renderError,
  type RenderedError,
  sendError,
} from './sendError';
