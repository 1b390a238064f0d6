import { LoggerService } from '@backstage/backend-plugin-api';
import { ControlPlaneClient } from '../gateways/ControlPlaneClient';
import { Counters } from './counters';
import { QuotaLimiter } from './QuotaLimiter';

/** Quotas of a gateway: what was used before, the control plane tells. */
export function createQuotaLimiter(options: {
  readonly counters: Counters;
  readonly controlPlane: Pick<ControlPlaneClient, 'lookup'>;
  readonly logger: LoggerService;
}): QuotaLimiter {
  const { controlPlane } = options;
  return new QuotaLimiter({
    ...options,
    usedBefore: async ({ tenantId, ...subject }) => {
      const answer = await controlPlane.lookup({
        quota: { ...subject, tenant_id: tenantId },
      });
      return {
        day: Number(answer?.used_today ?? 0),
        month: Number(answer?.used_this_month ?? 0),
      };
    },
  });
}
