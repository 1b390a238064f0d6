import { MANIFEST_API_VERSION } from '@stoa/plugin-stoa-common';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import {
  idOfApi,
  checkPlace,
  displayName,
  environment,
  ManifestError,
  readManifest,
  semver,
  slug,
} from './manifests';

const operation = z.string().min(1).max(1000);
const affix = z
  .string()
  .max(32)
  .regex(/^[a-zA-Z0-9_-]*$/, 'may have letters, digits, _ and -');

/** Short spellings, and what they are short for. */
const SHORT = [
  ['prefix', ['naming', 'prefix']],
  ['includeOperations', ['selector', 'operationIds']],
] as const;

/** Sources and choices that ToolSets know elsewhere, and that are not taken here. */
const REFUSED: Readonly<Record<string, string>> = {
  openApiUrl: 'name an API of the tenant in apiRef instead',
  openAPISpec: 'name an API of the tenant in apiRef instead',
  baseURL: 'calls go to the backend of the API in apiRef',
  toolDefaults: 'limits and credentials come from plans and subscriptions',
  upstream: 'only APIs of the tenant become tools here',
};

const spec = z
  .object({
    displayName: displayName.optional(),
    description: z.string().max(5000).optional(),
    apiRef: z.object({ name: idOfApi, version: semver.optional() }).strict(),
    environment: environment.optional(),
    visibility: z.enum(['public', 'private']).default('private'),
    enabled: z.boolean().default(true),
    plans: z.array(slug).max(20).default([]),
    naming: z
      .object({ prefix: affix.optional(), suffix: affix.optional() })
      .strict()
      .default({}),
    selector: z
      .object({
        operationIds: z.array(operation).min(1).max(5000).optional(),
      })
      .strict()
      .default({}),
    tools: z
      .array(
        z
          .object({
            operation,
            name: z
              .string()
              .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'is not a name of a tool')
              .optional(),
            description: z.string().min(1).max(4000).optional(),
          })
          .strict(),
      )
      .max(1000)
      .default([])
      .refine(
        list => new Set(list.map(t => t.operation)).size === list.length,
        'names an operation twice',
      ),
  })
  .strict();

const toolSetManifest = z.object({
  apiVersion: z.string(),
  kind: z.literal('ToolSet'),
  metadata: z.object({ name: idOfApi, tenant: z.string().optional() }),
  spec: z.preprocess(normalize, spec),
});

export type ToolSetManifest = z.infer<typeof toolSetManifest>;
export type ToolSetSpec = ToolSetManifest['spec'];

/**
 * Reads `tenants/<tenant>/toolsets/<id>.yaml`. The short spellings `prefix` and
 * `includeOperations` are taken as `naming.prefix` and `selector.operationIds`.
 * Throws `ManifestError`.
 */
export function parseToolSet(
  text: string,
  tenantId: string,
  id: string,
): ToolSetManifest {
  const manifest = readManifest(toolSetManifest, text);
  checkPlace(manifest.metadata, tenantId, id);
  return manifest;
}

/** Writes a manifest in the one form that we emit. */
export function printToolSet(
  tenantId: string,
  id: string,
  content: ToolSetSpec,
): string {
  return stringify({
    apiVersion: MANIFEST_API_VERSION,
    kind: 'ToolSet',
    metadata: { name: id, tenant: tenantId },
    spec: content,
  });
}

/**
 * Changes parts of a manifest by their path in `spec` and leaves the rest of it,
 * comments included, as it stands; `null` takes a part out. Short spellings
 * become the long ones.
 */
export function editToolSet(
  text: string,
  changes: readonly (readonly [path: readonly string[], value: unknown])[],
): string {
  const document = parseDocument(text);
  for (const [short, long] of SHORT) {
    const value = document.getIn(['spec', short], true);
    if (value === undefined) continue;
    document.deleteIn(['spec', short]);
    document.setIn(['spec', ...long], value);
  }
  for (const [path, value] of changes) {
    if (value === null) document.deleteIn(['spec', ...path]);
    else if (value !== undefined) document.setIn(['spec', ...path], value);
  }
  return document.toString();
}

/** Brings the short spellings into the long form, and refuses in words what is not taken. */
function normalize(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const given = { ...(value as Record<string, unknown>) };
  for (const [key, advice] of Object.entries(REFUSED)) {
    if (key in given) {
      throw new ManifestError(`spec.${key} is not taken: ${advice}`);
    }
  }
  for (const [short, [group, field]] of SHORT) {
    if (!(short in given)) continue;
    const held = (given[group] ?? {}) as Record<string, unknown>;
    if (field in held) {
      throw new ManifestError(
        `spec.${short} and spec.${group}.${field} say the same; keep one`,
      );
    }
    given[group] = { ...held, [field]: given[short] };
    delete given[short];
  }
  return given;
}
