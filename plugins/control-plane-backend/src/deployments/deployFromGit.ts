import { systemActor } from '../database/UnitOfWork';
import { Inbox } from '../outbox/Inbox';
import { DeploymentService } from './DeploymentService';

/**
 * An API that is published by a push, not through us, is deployed to dev as
 * well. A second delivery of the event finds the deployment and asks for none.
 */
export function deployFromGit(bus: Inbox, service: DeploymentService): void {
  bus.subscribe({
    group: 'publisher',
    topics: ['api-created', 'api-updated'],
    handler: async event => {
      if (!event.event_type.startsWith('api-')) return;
      const {
        api_id: apiId,
        version,
        status,
        created_by: author,
      } = event.payload as Record<string, string>;
      if (status !== 'published' || !author.startsWith('git:')) return;
      const { apis, store } = service.deps;
      const api = await apis.get(event.tenant_id, apiId);
      if (!api?.environments.some(e => e.name === 'dev')) return;
      if (await store.exists(event.tenant_id, apiId, version, 'dev')) return;
      await service.request(systemActor('publisher', event.correlation_id), {
        tenantId: event.tenant_id,
        apiId,
        version,
        environment: 'dev',
      });
    },
  });
}
