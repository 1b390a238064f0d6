import { IdentityAdmin } from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { PeopleStore } from '../people/PeopleStore';
import { Revocable } from '../tenants/TenantLife';
import { ErasureService } from './ErasureService';
import { ErasureStore } from './ErasureStore';

/** The right to be forgotten. */
export function createErasure(options: {
  readonly unitOfWork: UnitOfWork;
  readonly people: PeopleStore;
  readonly identityAdmin: IdentityAdmin;
  readonly revocables: readonly Revocable[];
}): { readonly routes: Routes; readonly sweep: () => Promise<void> } {
  const store = new ErasureStore(options.unitOfWork.knex);
  const service = new ErasureService({ ...options, store });
  return {
    sweep: () => service.sweep(),
    routes: route('erasePerson', {
      what: 'person',
      resource: () => ({}),
      handler: async ({ actor, params }) => ({
        body: await service.erase(actor, params.subject),
      }),
    }),
  };
}
