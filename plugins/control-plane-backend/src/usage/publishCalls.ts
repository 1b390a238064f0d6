import { Tx } from '../database/UnitOfWork';
import { MeteringEvent } from './UsageStore';

/** Calls that one event tells of: well below what a broker takes as one message. */
const MOST = 200;

/**
 * Tells other programs of calls that were metered, on the topic `mcp-metering`: for each
 * tenant one event with `calls`, each as its gateway reported it. To be called in the
 * transaction that keeps them, so that each call is told of if, and only if, it counts.
 */
export async function publishCalls(
  tx: Tx,
  calls: readonly MeteringEvent[],
): Promise<void> {
  const byTenant = new Map<string, MeteringEvent[]>();
  for (const call of calls) {
    const own = byTenant.get(call.tenant_id) ?? [];
    own.push(call);
    byTenant.set(call.tenant_id, own);
  }
  for (const [tenantId, own] of byTenant) {
    for (let i = 0; i < own.length; i += MOST) {
      await tx.event({
        topic: 'mcp-metering',
        type: 'calls-metered',
        tenantId,
        aggregate: `calls:${tenantId}`,
        aggregateVersion: 0,
        payload: { calls: own.slice(i, i + MOST) },
      });
    }
  }
}
