import {
  CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  JWK,
  JWTHeaderParameters,
  SignJWT,
} from 'jose';

const NOW = () => Math.floor(Date.now() / 1000);

/** For tests: an issuer with real keys, whose documents are served by a function instead of a port. */
export class TestIssuer {
  readonly issuer: string;
  #keys: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey }[] = [];
  published: JWK[] = [];
  /** How often the keys were loaded. */
  loads = 0;
  down = false;

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  async rotate(kid: string, alg = 'RS256'): Promise<void> {
    const pair = await generateKeyPair(alg, { extractable: true });
    this.#keys.unshift({ kid, ...pair });
    this.published = [{ ...(await exportJWK(pair.publicKey)), kid, alg }];
  }

  publicPem(): Promise<string> {
    return exportSPKI(this.#keys[0].publicKey);
  }

  /** An access token as the embedded issuer makes it; `undefined` takes a claim out. */
  token(
    claims: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    const { kid, privateKey } = this.#keys[0];
    return new SignJWT({
      iss: this.issuer,
      aud: 'https://stoa.example/api/control-plane',
      sub: 'ada',
      exp: NOW() + 600,
      iat: NOW(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...header })
      .sign(privateKey);
  }

  /** Answers discovery and keys, and nothing else. */
  readonly fetch = async (url: string): Promise<Response> => {
    if (this.down) throw new TypeError('fetch failed');
    if (url === `${this.issuer}/.well-known/openid-configuration`) {
      return Response.json({
        issuer: this.issuer,
        jwks_uri: `${this.issuer}/jwks`,
      });
    }
    if (url === `${this.issuer}/jwks`) {
      this.loads += 1;
      return Response.json({ keys: this.published });
    }
    return new Response(null, { status: 404 });
  };
}
