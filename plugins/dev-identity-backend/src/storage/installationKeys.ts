import { readOrGenerate } from '@stoa/plugin-stoa-node';
import { exportJWK, generateKeyPair, JWK } from 'jose';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** What must outlive a restart so that sessions and tokens do. */
export interface InstallationKeys {
  /** Private RS256 key that signs tokens. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Signs cookies. */
  readonly cookieKeys: readonly string[];
}

/** The keys of this installation, made at first start in `<dataDir>/dev-identity.json` (0600). */
export function readInstallationKeys(
  dataDir: string,
): Promise<InstallationKeys> {
  return readOrGenerate(join(dataDir, 'dev-identity.json'), async () => {
    const { privateKey } = await generateKeyPair('RS256', {
      extractable: true,
    });
    return {
      jwks: {
        keys: [
          {
            ...(await exportJWK(privateKey)),
            kid: randomUUID(),
            alg: 'RS256',
            use: 'sig',
          },
        ],
      },
      cookieKeys: [randomBytes(32).toString('base64url')],
    };
  });
}
