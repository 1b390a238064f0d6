import type { rootHttpRouterServiceFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { RootLifecycleService } from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { StoaError } from '@stoa/plugin-stoa-common';
import type { RequestHandler } from 'express';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HotPathRegistry } from './HotPath';
import { InFlight } from './InFlight';
import { mountProbes } from './probes';
import { ReadinessService } from './Readiness';
import { createRequestListener } from './requestListener';
import { sendError } from './sendError';
import { serveUpgrades } from './upgrades';

type Configure = NonNullable<
  NonNullable<Parameters<typeof rootHttpRouterServiceFactory>[0]>['configure']
>;
type Context = Parameters<Configure>[0];

/** How long a stop waits for answers that are being made, then for connections. */
const DRAIN_MS = 20_000;
const CLOSE_MS = 1_000;

const jsonNotFound: RequestHandler = (req, res) => {
  sendError(res, new StoaError('stoa.not_found', 'Nothing is served here.'), {
    correlationId: String(req.headers['x-request-id']),
  });
};

/** Puts the hot path before Express, and what Express serves behind Backstage's defaults. */
export function configureServer(
  context: Context,
  parts: {
    hotPath: HotPathRegistry;
    readiness: ReadinessService;
    lifecycle: RootLifecycleService;
  },
): void {
  const { app, server, middleware, logger } = context;
  const { hotPath, readiness, lifecycle } = parts;
  mountProbes(hotPath, readiness);

  // Two of Backstage's own pieces are replaced before it puts them in place: its
  // request log prints query strings (ours is written by the listener below), and
  // its last resort answers an empty 404.
  middleware.logging = () => (_req, _res, next) => next();
  middleware.notFound = () => jsonNotFound;
  context.applyDefaults();

  const inFlight = new InFlight();
  const stopping = stopGracefully(context, { inFlight, readiness, lifecycle });
  const listener = createRequestListener({
    hotPath,
    rest: app,
    logger,
    inFlight,
    isStopping: () => stopping.begun,
  });
  server.off('request', app);
  server.on('request', (req, res) => listener(req, res));
  server.on('checkContinue', (req, res) =>
    listener(req, res, { expectsContinue: true }),
  );
  serveUpgrades(server, hotPath, (req, res, upgrade) =>
    listener(req, res, { upgrade }),
  );
}

/**
 * On a stop: not ready at once; after the delay that the operator gives load
 * balancers, nothing new is taken; answers that are being made are finished before
 * any plugin is stopped; whoever then still holds a connection is cut off.
 */
function stopGracefully(
  { server, config }: Context,
  parts: {
    inFlight: InFlight;
    readiness: ReadinessService;
    lifecycle: RootLifecycleService;
  },
): { readonly begun: boolean } {
  const { inFlight, readiness, lifecycle } = parts;
  const state = { begun: false };
  let up: 'starting' | 'stopping' | undefined = 'starting';
  readiness.add('process', () => up);

  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const delayKey = 'backend.lifecycle.serverShutdownDelay';
  const delayMs = config.has(delayKey)
    ? durationToMilliseconds(readDurationFromConfig(config, { key: delayKey }))
    : 0;

  lifecycle.addStartupHook(() => {
    up = undefined;
  });
  lifecycle.addBeforeShutdownHook(async () => {
    up = 'stopping';
    await delay(delayMs);
    state.begun = true;
    await inFlight.settled(DRAIN_MS);
    server.closeIdleConnections();
  });
  lifecycle.addShutdownHook(() => {
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, CLOSE_MS).unref();
  });
  return state;
}
