export { ArgumentsTable } from './ArgumentsTable';
export { asSchema, isSchema, resolverOf } from './resolve';
export type { Resolve, Schema as JsonSchemaNode } from './resolve';
export { SchemaView } from './SchemaView';
export { propertiesOf, typeName } from './types';
export type { Property } from './types';
export { useConstraints } from './useConstraints';
