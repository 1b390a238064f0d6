import { CompiledTool, ServerItem } from '@stoa/plugin-stoa-common';

/** A server whose API is `crm` 1.0.0 in `dev`; its id is `<tenant>-<slug>`. */
export function serverOf(
  tenant: string,
  slug: string,
  visibility: ServerItem['visibility'] = 'public',
): ServerItem {
  return {
    id: `${tenant}-${slug}`,
    tenant_id: tenant,
    slug,
    kind: 'toolset',
    title: `${slug} of ${tenant}`,
    visibility,
    status: 'active',
    api_id: 'crm',
    version: '1.0.0',
    environment: 'dev',
  };
}

export function toolOf(
  name: string,
  parts: Partial<CompiledTool> = {},
): CompiledTool {
  return {
    name,
    description: `Does ${name}.`,
    inputSchema: { type: 'object', properties: {} },
    binding: { kind: 'rest', method: 'GET', path: `/${name}`, arguments: [] },
    wrapsResult: false,
    hash: name,
    ...parts,
  };
}

export const GET = toolOf('get_customer', {
  title: 'Get a customer',
  inputSchema: {
    type: 'object',
    properties: { id: { type: 'integer', minimum: 1 } },
    required: ['id'],
    additionalProperties: false,
  },
  outputSchema: {
    type: 'object',
    properties: { id: { type: 'integer' }, url: { type: 'string' } },
    required: ['id'],
  },
  annotations: { readOnlyHint: true },
  binding: {
    kind: 'rest',
    method: 'GET',
    path: '/customers/{id}',
    arguments: [{ argument: 'id', in: 'path', name: 'id', style: 'simple' }],
  },
});

export const LIST = toolOf('list_customers', { wrapsResult: true });

export const CREATE = toolOf('create_customer', {
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string', pattern: '^(a+)+$' } },
    required: ['name'],
  },
  binding: {
    kind: 'rest',
    method: 'POST',
    path: '/customers',
    arguments: [{ argument: 'name', in: 'body', name: 'name' }],
    contentType: 'application/json',
  },
});

/** A tool of another tenant. */
export const OPS = toolOf('restart');
