import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { writePrivate } from '../../packages/cli/src/privateFile.mjs';

/** The client that gateways in processes of their own get tokens with. */
export const GATEWAY_CLIENT = 'stoa-gateway';

/**
 * Writes what only this installation knows (address, paths, secrets) to
 * `<data>/app-config.local.yaml` and returns the configuration files in the
 * order in which they apply. JSON is YAML, so no library is needed.
 *
 * @param {object} options
 * @param {Record<string, number>} [options.backends] ports of the sample services; absent without the demo
 */
export function writeConfig({ dataDir, port, secrets, backends }) {
  const file = join(dataDir, 'app-config.local.yaml');
  const databases = join(dataDir, 'db');
  mkdirSync(databases, { recursive: true, mode: 0o700 });
  const config = localConfig({ dataDir, databases, port, secrets, backends });
  writePrivate(
    file,
    `# Written by "npm start" at each start.\n${JSON.stringify(
      config,
      undefined,
      2,
    )}\n`,
  );
  return [join(root, 'app-config.yaml'), file];
}

function localConfig({ dataDir, databases, port, secrets, backends }) {
  const baseUrl = `http://localhost:${port}`;
  return {
    app: { baseUrl },
    backend: {
      baseUrl,
      listen: { host: '127.0.0.1', port },
      cors: { origin: baseUrl },
      // Plain http on loopback: a browser must not be told to upgrade.
      csp: { 'upgrade-insecure-requests': false },
      database: {
        client: 'better-sqlite3',
        connection: { directory: databases },
      },
    },
    auth: {
      session: { secret: secrets.sessionSecret },
      providers: {
        oidc: {
          development: {
            metadataUrl: `${baseUrl}/.well-known/openid-configuration/api/dev-identity`,
            clientId: 'stoa-web',
            clientSecret: secrets.webClientSecret,
            prompt: 'auto',
          },
        },
      },
    },
    stoa: {
      dataDir,
      devIdentity: {
        gatewayClient: {
          id: GATEWAY_CLIENT,
          secret: secrets.gatewayClientSecret,
        },
      },
      demo: { enabled: Boolean(backends), ...(backends && { backends }) },
      network: { allow: demoAllowances(backends) },
    },
  };
}

/** The sample services are on this machine, which nobody may call otherwise. */
export function demoAllowances(backends = {}) {
  return Object.values(backends).map(port => `127.0.0.1:${port}`);
}
