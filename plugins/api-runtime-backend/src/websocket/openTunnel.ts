import { metrics } from '@opentelemetry/api';
import type { Duplex } from 'node:stream';
import { Forwarded } from '../forwarded';
import { tunnel } from './tunnel';

/** Lets a caller and a backend talk, who have agreed to; counts the connection while it is open. */
export function openTunnel(
  { upgrade, plan, route }: Forwarded,
  backend: Duplex,
): void {
  const { idleSeconds, maxSeconds } = plan.websocket!;
  const open = metrics
    .getMeter('stoa')
    .createUpDownCounter('stoa_gateway_websockets', {
      description: 'WebSockets that are open',
    });
  const labels = {
    tenant: route.tenantId,
    environment: route.environment,
    api: route.apiId,
  };
  open.add(1, labels);
  upgrade!.tunnel = tunnel({
    caller: upgrade!.socket,
    head: upgrade!.head,
    backend,
    idleMs: idleSeconds * 1_000,
    maxMs: maxSeconds * 1_000,
    recheck: upgrade!.recheck,
  }).finally(() => open.add(-1, labels));
}
