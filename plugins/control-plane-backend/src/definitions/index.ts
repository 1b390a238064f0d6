export * from './compareDefinitions';
export * from './compileDefinition';
export * from './parseDefinition';
export * from './report';
