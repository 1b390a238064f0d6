import { MANIFEST_API_VERSION, StoaError } from '@stoa/plugin-stoa-common';
import { PolicyStep, readStep } from '@stoa/plugin-stoa-node';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ManifestError, readManifest, slug } from './manifests';

const policyManifest = z.object({
  apiVersion: z.string(),
  kind: z.literal('Policy'),
  metadata: z.object({ name: slug }),
  spec: z.strictObject({
    description: z.string().max(500).optional(),
    type: z.string(),
    config: z.record(z.string(), z.unknown()).default({}),
  }),
});

/** A named policy: one step that tenants and APIs refer to. */
export interface PolicyManifest {
  readonly description?: string;
  readonly step: PolicyStep;
}

/** Reads `webmethods/policies/<name>.yaml`. Throws `ManifestError` naming the field. */
export function parsePolicy(text: string, name: string): PolicyManifest {
  const { metadata, spec } = readManifest(policyManifest, text);
  if (metadata.name !== name) {
    throw new ManifestError(
      `metadata.name is "${metadata.name}", its path says "${name}"`,
    );
  }
  const { description, ...step } = spec;
  try {
    return { description, step: readStep(step, 'spec') };
  } catch (error) {
    if (!(error instanceof StoaError)) throw error;
    throw new ManifestError(error.message);
  }
}

/** Writes the manifest in the one form that we emit. */
export function printPolicy(
  name: string,
  policy: {
    readonly description?: string;
    readonly type: string;
    readonly config: unknown;
  },
): string {
  return stringify({
    apiVersion: MANIFEST_API_VERSION,
    kind: 'Policy',
    metadata: { name },
    spec: {
      ...(policy.description && { description: policy.description }),
      type: policy.type,
      config: policy.config,
    },
  });
}
