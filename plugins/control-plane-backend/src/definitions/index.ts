export * from './compareDefinitions';
export * from './compileDefinition';
export * from './describeDefinition';
export * from './parseDefinition';
export * from './report';
