import { Schema, StoaError } from '@stoa/plugin-stoa-common';
import { parseDefinition, ParsedDefinition } from '../definitions';
import { ApiManifest, ManifestError, parseApi } from '../projector/manifests';

/** Throws `stoa.definition.invalid` with every problem's line and column. */
export async function checkDefinition(
  text: string | Uint8Array,
): Promise<ParsedDefinition> {
  const report = await parseDefinition(text);
  if (!report.ok) {
    const [first] = report.problems;
    throw new StoaError(
      'stoa.definition.invalid',
      `The OpenAPI document is not valid: line ${first.line}, column ${first.column}: ${first.message}`,
      { details: report.problems },
    );
  }
  return report;
}

export function checkEnvironments(
  environments: readonly Schema<'ApiEnvironment'>[],
  tenant: Schema<'Tenant'>,
): ApiManifest['spec']['environments'] {
  const supported = tenant.settings.supported_environments;
  const names = environments.map(e => e.name);
  if (new Set(names).size < names.length) {
    throw invalid('environments', 'names an environment twice');
  }
  if (names.some(name => !supported.includes(name))) {
    throw invalid('environments', `may be ${supported.join(', ')}`);
  }
  return environments.map((environment, index) => {
    const url = URL.parse(environment.backend_url);
    if (!url || url.username || url.password || url.search || url.hash) {
      throw invalid(
        `environments.${index}.backend_url`,
        'must be an http(s) URL without user, query or fragment',
      );
    }
    return { name: environment.name, backendUrl: environment.backend_url };
  });
}

/** Fields of the contract by their path in the manifest, where the names differ. */
const FIELDS: Readonly<Record<string, string>> = {
  'metadata.name': 'api_id',
  'spec.displayName': 'display_name',
};

/** Throws `stoa.validation` for what the projector would set aside: such a commit would change nothing and occupy the id. */
export function checkManifest(
  text: string,
  tenantId: string,
  apiId: string,
): ApiManifest {
  try {
    return parseApi(text, tenantId, apiId);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const [path, message] = error.message.split(/: (.*)/s);
    throw message
      ? invalid(FIELDS[path] ?? path.replace(/^spec\./, ''), message)
      : invalid('body', error.message);
  }
}

/** The strong ETag of what is kept in Git: the id that Git gives its content. */
export function etagOf(kept: { readonly treeId: string }): string {
  return `"${kept.treeId}"`;
}

export function checkIfMatch(
  kept: { readonly treeId: string },
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined) {
    throw new StoaError(
      'stoa.precondition_required',
      'Send If-Match with the ETag that you read.',
    );
  }
  const listed = ifMatch.split(',').map(tag => tag.trim());
  if (!listed.includes(etagOf(kept))) {
    throw new StoaError(
      'stoa.precondition_failed',
      'It was changed since you read it. Read it again, then change it.',
    );
  }
}

export function exists(apiId: string): StoaError {
  return new StoaError(
    'stoa.api.exists',
    `The tenant has an API "${apiId}" already.`,
  );
}

export function frozen(version: string): StoaError {
  return new StoaError(
    'stoa.api.version_frozen',
    `Version ${version} was deployed beyond dev and cannot change. Give the new document a new version.`,
  );
}

export function tooManyApis(max: number): StoaError {
  return new StoaError(
    'stoa.tenant.quota_exceeded',
    `The tenant may have ${max} APIs. Delete one, or ask the platform's operator for more.`,
  );
}

/** `stoa.validation` of one field. */
export function invalid(field: string, message: string): StoaError {
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
