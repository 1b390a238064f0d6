import { createBackend } from '@backstage/backend-defaults';
import { BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { DevAccount, stoaRootHttpRouter } from '@stoa/plugin-stoa-node';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { devIdentityPlugin } from '../plugin';

/** For tests: a real backend with the issuer in it, on a free port of loopback. */
export interface Platform {
  readonly base: string;
  readonly issuer: string;
  readonly clientSecret: string;
  password(account: string): Promise<string>;
  stop(): Promise<void>;
}

export interface PlatformOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly stoa?: JsonObject;
  readonly features?: readonly BackendFeature[];
  /** Gets every line of the log. */
  readonly log?: (line: string) => void;
}

export async function startPlatform(
  options: PlatformOptions,
): Promise<Platform> {
  const { port, dataDir, stoa, features = [], log } = options;
  const base = `http://localhost:${port}`;
  const clientSecret = 'of-the-web-client-in-this-test';
  const backend = createBackend();
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        app: { baseUrl: base },
        backend: {
          baseUrl: base,
          listen: { host: 'localhost', port },
          database: {
            client: 'better-sqlite3',
            connection: { directory: dataDir },
          },
        },
        auth: {
          environment: 'development',
          session: { secret: 'of-sessions-in-this-test' },
          providers: {
            oidc: {
              development: {
                metadataUrl: `${base}/.well-known/openid-configuration/api/dev-identity`,
                clientId: 'stoa-web',
                clientSecret,
                prompt: 'auto',
              },
            },
          },
        },
        stoa: { dataDir, demo: { enabled: true }, ...stoa },
      },
    }),
  );
  backend.add(rootLogger(log));
  backend.add(stoaRootHttpRouter);
  backend.add(devIdentityPlugin);
  for (const feature of features) backend.add(feature);
  try {
    await backend.start();
  } catch (error) {
    await backend.stop();
    throw error;
  }
  return {
    base,
    issuer: `${base}/api/dev-identity`,
    clientSecret,
    async password(account) {
      const accounts: DevAccount[] = JSON.parse(
        await readFile(join(dataDir, 'accounts.json'), 'utf8'),
      );
      return accounts.find(entry => entry.account === account)!.password;
    },
    stop: async () => {
      await backend.stop();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => {
    server.listen(0, 'localhost', resolve);
  });
  const address = server.address();
  await new Promise(resolve => {
    server.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}

function rootLogger(log?: (line: string) => void) {
  const logger = mockServices.rootLogger.mock();
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    logger[level].mockImplementation((message, meta) =>
      log?.(
        `${level} ${message} ${
          meta instanceof Error ? meta.stack : JSON.stringify(meta)
        }`,
      ),
    );
  }
  logger.child.mockReturnValue(logger);
  return logger.factory;
}
