import {
  ENVIRONMENTS,
  MANIFEST_API_VERSION,
  isTenantId,
} from '@stoa/plugin-stoa-common';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import {
  checkPlace,
  displayName,
  environment,
  policyReferences,
  readManifest,
  slug,
} from './manifests';

/** What a tenant has that does not say otherwise. */
export const TENANT_DEFAULTS = {
  maxApis: 50,
  maxApplications: 100,
  supportedEnvironments: [...ENVIRONMENTS],
};

const quota = z.number().int().min(0).max(1_000_000);

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
        maxApis: quota.default(TENANT_DEFAULTS.maxApis),
        maxApplications: quota.default(TENANT_DEFAULTS.maxApplications),
        supportedEnvironments: z
          .array(environment)
          .min(1)
          .default(TENANT_DEFAULTS.supportedEnvironments),
      })
      .default(TENANT_DEFAULTS),
    defaultPolicies: policyReferences.optional(),
    tags: z.array(slug).max(20).default([]),
  }),
});

export type TenantManifest = z.infer<typeof tenantManifest>;
export type TenantSpec = TenantManifest['spec'];

/** Reads `tenant.yaml` of the folder `tenants/<id>`; the folder's name is the id. Throws `ManifestError`. */
export function parseTenant(text: string, id: string): TenantManifest {
  const manifest = readManifest(tenantManifest, text);
  checkPlace(manifest.metadata, id, id);
  return manifest;
}

/** Writes `tenant.yaml` in the one form that we emit. */
export function printTenant(id: string, spec: TenantSpec): string {
  return stringify({
    apiVersion: MANIFEST_API_VERSION,
    kind: 'Tenant',
    metadata: { name: id },
    spec,
  });
}

/**
 * Brings a `tenant.yaml` to what is given and leaves everything else in it, comments
 * and what we do not read included, as it stands. What is undefined is taken out,
 * but for policies: nobody opens an API by leaving a field out.
 */
export function editTenant(text: string, spec: TenantSpec): string {
  const document = parseDocument(text);
  const set = (path: readonly string[], value: unknown) => {
    if (value === undefined && path[0] === 'defaultPolicies') return;
    if (value === undefined) document.deleteIn(['spec', ...path]);
    else document.setIn(['spec', ...path], document.createNode(value));
  };
  const { settings, ...rest } = spec;
  for (const [key, value] of Object.entries(rest)) set([key], value);
  for (const [key, value] of Object.entries(settings))
    set(['settings', key], value);
  return document.toString();
}
