import {
  addressGroup,
  clientAddress,
  DevAccounts,
  HotPathService,
  PlanLimiter,
  rateLimitHeaders,
} from '@stoa/plugin-stoa-node';
import { RequestHandler, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { IncomingMessage } from 'node:http';
import Provider from 'oidc-provider';
import { DevIdentityConfig } from './config';
import { createInteractionRouter } from './interactions/router';

export interface RouterOptions {
  readonly config: DevIdentityConfig;
  readonly provider: Provider;
  readonly accounts: DevAccounts;
}

/** Everything below `/api/dev-identity`. */
export function createRouter(options: RouterOptions): Router {
  const { config, provider } = options;
  const router = PromiseRouter();
  router.use((req, res, next) => {
    setPublicAddress(req, config);
    // For what `oidc-provider` renders itself: it adds the hash of its own script.
    res.setHeader(
      'content-security-policy',
      "default-src 'none'; script-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    next();
  });
  router.use('/interaction', createInteractionRouter(options));
  router.post('/reg', limitRegistrations(config.registrationsPerMinute));
  const serve = provider.callback();
  router.use((req, res) => serve(req, res));
  return router;
}

/**
 * The metadata in the forms that put the well-known part between host and path of
 * the issuer (RFC 8414 §3.1, and what clients make of OpenID Connect Discovery).
 */
export function serveWellKnown(
  hotPath: HotPathService,
  { config, provider }: RouterOptions,
): void {
  const serve = provider.callback();
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const served = `${name}${config.mountPath}`;
    hotPath.wellKnown(served, (req, res, call) => {
      setPublicAddress(req, config);
      // Anything longer stays what it is, and is not found.
      const below = call.path.slice(`/.well-known/${served}`.length);
      const url = `/.well-known/${name}${below}`;
      Object.assign(req, { url, originalUrl: `${config.mountPath}${url}` });
      return serve(req, res);
    });
  }
}

/**
 * Addresses in answers come from the configuration, not from headers that a caller
 * chooses: the issuer has one address, whoever asks under whichever name.
 */
function setPublicAddress(
  req: IncomingMessage,
  { base }: DevIdentityConfig,
): void {
  const { host, protocol } = new URL(base);
  for (const name of Object.keys(req.headers)) {
    if (name.startsWith('x-forwarded-')) delete req.headers[name];
  }
  req.headers.host = host;
  req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
}

/** Anybody may register a client, so nobody may register many. */
function limitRegistrations(perMinute: number): RequestHandler {
  const limiter = new PlanLimiter();
  return async (req, res, next) => {
    const source = addressGroup(clientAddress(req, []));
    const decision = await limiter.take(source, { perMinute, burst: 0 });
    if (decision.allowed) {
      next();
      return;
    }
    res.status(429).set(rateLimitHeaders(decision)).json({
      error: 'temporarily_unavailable',
      error_description: 'too many registrations from this address',
    });
  };
}
