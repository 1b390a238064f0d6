import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { createDialler, Dialler, DiallerOptions } from './Dialler';

/** Diallers by whom they work for: allowances of one tenant are no other tenant's. */
export interface DiallerService {
  /** The dialler with the global allowances and, for a tenant, its own. Shared: do not close it. */
  forTenant(tenantId?: string): Dialler;
}

/**
 * Reads `stoa.network`. Tenants without allowances of their own share one
 * dialler; others have theirs, because pooled connections carry the permission
 * under which they were opened.
 */
export function createDiallerService(
  config: Config,
  options: Omit<DiallerOptions, 'allow' | 'own'> = {},
): DiallerService & { close(): Promise<void> } {
  const network = config.getOptionalConfig('stoa.network');
  const global = network?.getOptionalStringArray('allow') ?? [];
  const own = ownEndpoints(config);
  const shared = createDialler({ ...options, own, allow: global });
  const tenants = network?.getOptionalConfig('tenants');
  const byTenant = new Map(
    (tenants?.keys() ?? []).map(id => {
      const allow = [...global, ...tenants!.getStringArray(id)];
      return [id, createDialler({ ...options, own, allow })];
    }),
  );
  return {
    forTenant: id => (id === undefined ? shared : byTenant.get(id) ?? shared),
    async close() {
      await Promise.all([shared, ...byTenant.values()].map(d => d.close()));
    },
  };
}

export const diallerServiceRef = createServiceRef<DiallerService>({
  id: 'stoa.dialler',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        lifecycle: coreServices.rootLifecycle,
      },
      async factory({ config, logger, lifecycle }) {
        const dialler = createDiallerService(config, { logger });
        lifecycle.addShutdownHook(() => dialler.close());
        return dialler;
      },
    }),
});

/** Where the platform listens and is known: `backend.listen`, `backend.baseUrl`, and beside a gateway the control plane. */
function ownEndpoints(config: Config): NonNullable<DiallerOptions['own']> {
  const addresses = ['backend.baseUrl', 'stoa.controlPlane.url']
    .map(key => config.getOptionalString(key))
    .filter(address => address !== undefined)
    .map(address => new URL(address));
  const ports = new Set(
    addresses.map(({ port, protocol }) =>
      Number(port || (protocol === 'https:' ? 443 : 80)),
    ),
  );
  const listen = config.getOptional('backend.listen');
  const port =
    typeof listen === 'object' && listen !== null && 'port' in listen
      ? Number((listen as { port: unknown }).port)
      : Number(
          String(listen ?? '')
            .split(':')
            .pop(),
        );
  if (Number.isInteger(port) && port > 0) ports.add(port);
  return { ports: [...ports], hosts: addresses.map(a => a.hostname) };
}
