import { Schema } from '@stoa/plugin-stoa-common';
import { STEP_TYPES } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { etagOf } from '../apis/checks';
import { route, Routes } from '../http/route';
import { GitWriter } from '../projector/GitWriter';
import { ApiPolicyService, tagged } from './ApiPolicyService';
import { ApiPolicyStore, NamedPolicy } from './ApiPolicyStore';

/** Policies that tenants and APIs name: how calls are treated on their way. */
export function createApiPolicies(options: {
  readonly knex: Knex;
  readonly writer: GitWriter;
}): { readonly routes: Routes } {
  const store = new ApiPolicyStore(options.knex);
  const service = new ApiPolicyService({ ...options, store });
  const headersOf = (policy: NamedPolicy) => ({ ETag: etagOf(tagged(policy)) });

  return {
    routes: {
      ...route('listApiPolicies', {
        resource: () => ({}),
        handler: async () => ({
          body: {
            items: (await store.all()).map(toWire),
            types: [...STEP_TYPES],
          },
        }),
      }),
      ...route('getApiPolicy', {
        resource: () => ({}),
        handler: async ({ params }) => {
          const policy = await service.get(params.policy_name);
          return { body: toWire(policy), headers: headersOf(policy) };
        },
      }),
      ...route('putApiPolicy', {
        resource: () => ({}),
        handler: async ({ actor, params, body, ifMatch }) => {
          const { policy, created } = await service.put(
            actor,
            params.policy_name,
            ifMatch,
            body,
          );
          return {
            status: created ? 201 : 200,
            body: toWire(policy),
            headers: headersOf(policy),
          };
        },
      }),
      ...route('deleteApiPolicy', {
        resource: () => ({}),
        handler: async ({ actor, params, ifMatch }) => {
          await service.remove(actor, params.policy_name, ifMatch);
          return {};
        },
      }),
    },
  };
}

function toWire(policy: NamedPolicy): Schema<'ApiPolicy'> {
  return {
    name: policy.name,
    ...(policy.description && { description: policy.description }),
    type: policy.step.type,
    config: policy.step.config,
    built_in: policy.treeId === undefined,
    ...(policy.commit && { commit: policy.commit }),
    ...(policy.updatedAt && { updated_at: policy.updatedAt }),
  };
}
