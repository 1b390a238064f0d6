import $RefParser from '@apidevtools/json-schema-ref-parser';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Action } from '@stoa/plugin-stoa-common';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** One operation of the contract, with its path's parameters merged in and every `$ref` resolved. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With OpenAPI's braces, such as `/v1/tenants/{tenant_id}`. */
  readonly path: string;
  readonly action: Action;
  readonly parameters: readonly Parameter[];
  readonly body?: {
    readonly required: boolean;
    readonly schema: JsonSchema;
    readonly example?: unknown;
  };
}

export interface Contract {
  /** The document in one piece, as it is served. */
  readonly document: Record<string, unknown>;
  readonly operations: readonly Operation[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** Reads `schema/openapi.yaml` and what it refers to. */
export async function loadContract(): Promise<Contract> {
  const file = resolvePackagePath(
    '@stoa/plugin-control-plane-backend',
    'src/schema/openapi.yaml',
  );
  const document = (await $RefParser.dereference(file)) as unknown as Record<
    string,
    unknown
  >;
  const paths = document.paths as Record<string, Record<string, any>>;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter(method => item[method]).map((method): Operation => {
      const operation = item[method];
      const content = operation.requestBody?.content?.['application/json'];
      return {
        operationId: operation.operationId,
        method,
        path,
        action: operation['x-stoa-action'],
        parameters: [
          ...(item.parameters ?? []),
          ...(operation.parameters ?? []),
        ],
        ...(content && {
          body: {
            required: operation.requestBody.required === true,
            schema: content.schema,
            example: content.example,
          },
        }),
      };
    }),
  );
  return { document, operations };
}
