// For tests of the plugins that are built on these ports.
export * from './Broker';
export * from './FakeControlPlane';
export * from './TestIssuer';
export * from '../identity/identityAdminContract';
export * from './Upstream';
export * from './waiting';
