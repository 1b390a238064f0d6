export * from './parseDefinition';
export * from './report';
