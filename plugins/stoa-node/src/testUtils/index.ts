// For tests of the plugins that are built on these ports.
export * from './FakeControlPlane';
export * from './TestIssuer';
export * from './Upstream';
export * from './waiting';
