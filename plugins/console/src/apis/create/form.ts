import { isApiId, Schema } from '@stoa/plugin-stoa-common';

export type Environment = Schema<'Environment'>;

/** What the reader has entered; everything as text until it is sent. */
export interface ApiForm {
  readonly apiId: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly category: string;
  readonly tags: string;
  readonly visibility: 'public' | 'private';
  readonly plans: readonly string[];
  readonly backends: Readonly<Partial<Record<Environment, string>>>;
}

export const EMPTY_FORM: ApiForm = {
  apiId: '',
  displayName: '',
  version: '',
  description: '',
  category: '',
  tags: '',
  visibility: 'public',
  plans: [],
  backends: {},
};

const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;

export function isVersion(value: string): boolean {
  return SEMVER.test(value);
}

export function isBackendUrl(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value);
}

/** A title as an id: `Orders API (v2)` becomes `orders-api-v2`. */
export function idFrom(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

/** `1.0` and `v2` are common in documents; a version here has three numbers. */
export function versionFrom(text: string): string {
  const parts = text.trim().replace(/^v/i, '').split('.');
  const padded = [...parts, '0', '0'].slice(0, Math.max(3, parts.length));
  const version = padded.join('.');
  return isVersion(version) ? version : '1.0.0';
}

/** The body to send, or nothing while something is missing or wrong. */
export function toBody(
  form: ApiForm,
  definition: string,
): Schema<'ApiCreate'> | undefined {
  const environments = Object.entries(form.backends)
    .map(([name, url]) => ({
      name: name as Environment,
      backend_url: url.trim(),
    }))
    .filter(({ backend_url: url }) => url);
  const complete =
    definition &&
    isApiId(form.apiId) &&
    isVersion(form.version) &&
    form.displayName.trim() &&
    environments.some(({ name }) => name === 'dev') &&
    environments.every(({ backend_url: url }) => isBackendUrl(url));
  if (!complete) return undefined;
  return {
    api_id: form.apiId,
    display_name: form.displayName.trim(),
    version: form.version,
    visibility: form.visibility,
    environments,
    definition,
    plans: [...form.plans],
    tags: tagsOf(form.tags),
    ...(form.description.trim()
      ? { description: form.description.trim() }
      : {}),
    ...(form.category.trim() ? { category: form.category.trim() } : {}),
  };
}

function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map(idFrom).filter(Boolean))];
}
