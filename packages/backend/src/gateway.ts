import { createBackend } from '@backstage/backend-defaults';
import {
  metricsEndpoint,
  remoteControlPlane,
  remoteTokens,
  stoaRootHttpRouter,
  traceExport,
} from '@stoa/plugin-stoa-node';

// The gateways alone: no database, no web interface, any number of replicas. All
// that they know comes from the control plane of another process.
const backend = createBackend();

backend.add(stoaRootHttpRouter);
backend.add(metricsEndpoint);
backend.add(traceExport);
backend.add(remoteControlPlane);
backend.add(remoteTokens);

backend.add(import('@stoa/plugin-api-runtime-backend'));
backend.add(import('@stoa/plugin-mcp-gateway-backend'));

// A backend whose start failed would otherwise linger, never ready.
backend.start().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
