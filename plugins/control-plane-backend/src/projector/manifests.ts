import {
  ENVIRONMENTS,
  MANIFEST_API_VERSION,
  isApiId,
  isDisplayName,
} from '@stoa/plugin-stoa-common';
import { MAX_POLICIES } from '@stoa/plugin-stoa-node';
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
/** A date, or a date and time with its zone. */
const moment = z
  .string()
  .max(40)
  .refine(
    text =>
      /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
    'is not a date',
  );

/** Names of policies, and steps written in place; what they say is checked where names are known. */
export const policyReferences = z
  .array(
    z.union([
      slug,
      z.strictObject({
        type: z.string().max(50),
        config: z.record(z.string(), z.unknown()).optional(),
      }),
    ]),
  )
  .max(MAX_POLICIES);

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
    policies: policyReferences.default([]),
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
    deprecation: z
      .object({ sunset: moment.optional(), successor: idOfApi.optional() })
      .optional(),
  }),
});

export type ApiManifest = z.infer<typeof apiManifest>;

/** A manifest that cannot be used, in words for the person who wrote it. */
export class ManifestError extends Error {}

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
  refuseInside(value);
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ManifestError(
      `${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
  }
  return result.data;
}

/** What no database of ours can hold, or what the catalog would do more with than show it. */
function refuseInside(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0'))
    throw new ManifestError('the NUL character is not allowed');
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    // The catalog would fetch what these point at, with the platform's own token.
    if (key === '$text' || key === '$json' || key === '$yaml') {
      throw new ManifestError(`the key ${key} is not allowed`);
    }
    refuseInside(inner);
  }
}
