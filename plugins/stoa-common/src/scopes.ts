const AREAS = [
  'catalog',
  'subscription',
  'observability',
  'tools',
  'admin',
  'security',
] as const;

/** Every fine-grained scope. `tools` is executed rather than written. */
export const FINE_SCOPES: readonly string[] = AREAS.flatMap(area => [
  `stoa:${area}:read`,
  area === 'tools' ? 'stoa:tools:execute' : `stoa:${area}:write`,
]);

/** Only a gateway holds this one; no other scope implies it. */
export const KEYS_VALIDATE_SCOPE = 'stoa:keys:validate';

/** Reading the feed and sending metering; held by gateways and the catalog, implied by no other scope. */
export const GATEWAY_SCOPE = 'stoa:gateway';

/** Saying how a deployment goes; held by an executor outside the platform, implied by no other scope. */
export const DEPLOYMENTS_REPORT_SCOPE = 'stoa:deployments:report';

const COARSE: Readonly<Record<string, readonly string[]>> = {
  'stoa:read': [
    'stoa:catalog:read',
    'stoa:subscription:read',
    'stoa:observability:read',
    'stoa:tools:read',
  ],
  'stoa:write': [
    'stoa:catalog:read',
    'stoa:catalog:write',
    'stoa:subscription:read',
    'stoa:subscription:write',
    'stoa:observability:read',
    'stoa:observability:write',
    'stoa:tools:read',
    'stoa:tools:execute',
  ],
  'stoa:admin': FINE_SCOPES,
};

/** The three coarse scopes that a client may ask for, beside the fine ones. */
export const COARSE_SCOPES: readonly string[] = Object.keys(COARSE);

/**
 * Expands `stoa:read|write|admin` into fine scopes. Unknown scopes are kept
 * (they may belong to another service) and grant nothing here.
 */
export function expandScopes(scopes: Iterable<string>): string[] {
  const out = new Set<string>();
  for (const scope of scopes) {
    const fine = Object.hasOwn(COARSE, scope) ? COARSE[scope] : [scope];
    for (const s of fine) out.add(s);
  }
  return [...out].sort();
}
