import { createBackend } from '@backstage/backend-defaults';
import {
  metricsEndpoint,
  stoaRootHttpRouter,
  traceExport,
} from '@stoa/plugin-stoa-node';

const backend = createBackend();

backend.add(stoaRootHttpRouter);
backend.add(metricsEndpoint);
backend.add(traceExport);

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@stoa/plugin-auth-backend-module-stoa'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-ai-model'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(import('@stoa/plugin-catalog-backend-module-gitops'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@stoa/plugin-permission-backend-module-opa'));

backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));

backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));

backend.add(import('@stoa/plugin-control-plane-backend'));
backend.add(import('@stoa/plugin-api-runtime-backend'));
backend.add(import('@stoa/plugin-mcp-gateway-backend'));
backend.add(import('@stoa/plugin-dev-identity-backend'));

// A backend whose start failed would otherwise linger, never ready.
backend.start().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
