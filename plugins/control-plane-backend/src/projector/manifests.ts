import {
  ENVIRONMENTS,
  MANIFEST_API_VERSION,
  isApiId,
  isDisplayName,
  isTenantId,
} from '@stoa/plugin-stoa-common';
import { valid } from 'semver';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';

/** Ids of plans, tags and the like. */
export const slug = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9](-?[a-z0-9])*$/,
    'must be lower case letters, digits and single dashes',
  );
export const displayName = z
  .string()
  .refine(isDisplayName, 'must be 1 to 100 visible characters');
export const environment = z.enum(ENVIRONMENTS);
export const semver = z
  .string()
  .refine(v => valid(v) === v, 'is not a semantic version');
export const idOfApi = z.string().refine(isApiId, 'is not an API id');

const tenantManifest = z.object({
  apiVersion: z.string(),
  kind: z.literal('Tenant'),
  metadata: z.object({
    name: z.string().refine(isTenantId, 'is not a tenant id'),
  }),
  spec: z.object({
    displayName,
    description: z.string().max(5000).optional(),
    portalVisibility: z.enum(['public', 'private']).default('private'),
    settings: z
      .object({
        maxApis: z.number().int().min(0).default(50),
        maxApplications: z.number().int().min(0).default(100),
        supportedEnvironments: z
          .array(environment)
          .min(1)
          .default([...ENVIRONMENTS]),
      })
      .default({
        maxApis: 50,
        maxApplications: 100,
        supportedEnvironments: [...ENVIRONMENTS],
      }),
    tags: z.array(slug).default([]),
  }),
});

const apiManifest = z.object({
  apiVersion: z.string(),
  kind: z.literal('API'),
  metadata: z.object({
    name: idOfApi,
    tenant: z.string().optional(),
  }),
  spec: z.object({
    displayName,
    version: semver,
    description: z.string().max(5000).optional(),
    status: z
      .enum(['draft', 'published', 'deprecated', 'retired'])
      .default('draft'),
    visibility: z.enum(['public', 'private']).default('private'),
    owner: z.string().max(255).optional(),
    tags: z.array(slug).max(20).default([]),
    category: z.string().max(63).optional(),
    policies: z.array(z.string()).default([]),
    plans: z.array(slug).max(20).default([]),
    environments: z
      .array(
        z.object({
          name: environment,
          backendUrl: z
            .string()
            .max(512)
            .regex(/^https?:\/\//),
        }),
      )
      .max(3)
      .default([])
      .refine(
        list => new Set(list.map(e => e.name)).size === list.length,
        'names an environment twice',
      ),
  }),
});

export type TenantManifest = z.infer<typeof tenantManifest>;
export type ApiManifest = z.infer<typeof apiManifest>;

/** A manifest that cannot be used, in words for the person who wrote it. */
export class ManifestError extends Error {}

/** Reads `tenant.yaml` of the folder `tenants/<id>`; the folder's name is the id. */
export function parseTenant(text: string, id: string): TenantManifest {
  const manifest = readManifest(tenantManifest, text);
  checkPlace(manifest.metadata, id, id);
  return manifest;
}

/** Reads `api.yaml` of the folder `tenants/<tenant>/apis/<id>`. */
export function parseApi(
  text: string,
  tenantId: string,
  apiId: string,
): ApiManifest {
  const manifest = readManifest(apiManifest, text);
  checkPlace(manifest.metadata, tenantId, apiId);
  return manifest;
}

/** Throws when a manifest says that it is something else than its path says. */
export function checkPlace(
  metadata: { name: string; tenant?: string },
  tenantId: string,
  id: string,
): void {
  if (metadata.name !== id) {
    throw new ManifestError(
      `metadata.name is "${metadata.name}", its path says "${id}"`,
    );
  }
  if (metadata.tenant !== undefined && metadata.tenant !== tenantId) {
    throw new ManifestError(
      `metadata.tenant is "${metadata.tenant}", its path says "${tenantId}"`,
    );
  }
}

/** Writes `api.yaml` in the one form that we emit. */
export function printApi(
  tenantId: string,
  apiId: string,
  spec: ApiManifest['spec'],
): string {
  return stringify({
    apiVersion: MANIFEST_API_VERSION,
    kind: 'API',
    metadata: { name: apiId, tenant: tenantId },
    spec,
  });
}

/** Changes fields of an `api.yaml` and leaves everything else in it, comments included, as it stands. */
export function editApi(
  text: string,
  changes: Partial<ApiManifest['spec']>,
): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(changes)) {
    if (value !== undefined) document.setIn(['spec', key], value);
  }
  return document.toString();
}

/** Reads one YAML document without aliases by a schema; throws `ManifestError` naming the field. */
export function readManifest<T>(schema: z.ZodType<T>, text: string): T {
  const document = parseDocument(text, {
    merge: false,
    strict: true,
    uniqueKeys: true,
  });
  if (document.errors.length > 0)
    throw new ManifestError(document.errors[0].message.split('\n')[0]);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new ManifestError('aliases are not allowed in a manifest');
  }
  refusePlaceholders(value);
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ManifestError(
      `${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
  }
  return result.data;
}

/** The catalog would fetch what these keys point at, with the platform's own token. */
function refusePlaceholders(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$text' || key === '$json' || key === '$yaml') {
      throw new ManifestError(`the key ${key} is not allowed`);
    }
    refusePlaceholders(inner);
  }
}
