import {
  COARSE_SCOPES,
  expandScopes,
  FINE_SCOPES,
  GATEWAY_SCOPE,
  KEYS_VALIDATE_SCOPE,
} from '@stoa/plugin-stoa-common';

/** Scopes of OpenID Connect; what they give is about the person, not about the platform. */
export const IDENTITY_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'offline_access',
];

/** Every scope of the platform that a client of ours may ask for. */
export const PLATFORM_SCOPES: readonly string[] = [
  ...COARSE_SCOPES,
  ...FINE_SCOPES,
];

/** The most that a client which registered itself may be given: reading, and executing tools. */
export const REGISTERED_CLIENT_SCOPES: readonly string[] = [
  'stoa:read',
  ...expandScopes(['stoa:read']),
  'stoa:tools:execute',
];

/** What the gateways' client may ask for, and no other client. */
export const GATEWAY_CLIENT_SCOPES: readonly string[] = [
  GATEWAY_SCOPE,
  KEYS_VALIDATE_SCOPE,
];
