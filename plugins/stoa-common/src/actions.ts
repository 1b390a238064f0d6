/**
 * Every action the policy decides on. The same names are the Backstage
 * permissions (see `permissions.ts`), the `action` of a policy input and the
 * `x-stoa-action` of an operation in the contract.
 */
export const ACTIONS = {
  'stoa.tenant.read': 'read',
  'stoa.api.read': 'read',
  'stoa.api.create': 'create',
  'stoa.api.update': 'update',
  'stoa.api.delete': 'delete',
  'stoa.api.publish': 'update',
  'stoa.plan.read': 'read',
  'stoa.plan.manage': 'update',
  'stoa.portal.read': 'read',
  'stoa.application.read': 'read',
  'stoa.application.create': 'create',
  'stoa.application.update': 'update',
  'stoa.application.delete': 'delete',
  'stoa.application.list-tenant': 'read',
  'stoa.subscription.create': 'create',
  'stoa.subscription.read': 'read',
  'stoa.subscription.read-tenant': 'read',
  'stoa.subscription.cancel': 'delete',
  'stoa.subscription.rotate': 'update',
  'stoa.subscription.extend': 'update',
  'stoa.subscription.decide': 'update',
  'stoa.deployment.read': 'read',
  'stoa.deployment.create': 'create',
  'stoa.toolset.read': 'read',
  'stoa.toolset.create': 'create',
  'stoa.toolset.update': 'update',
  'stoa.toolset.delete': 'delete',
  'stoa.tool.call': 'use',
  'stoa.snapshot.read': 'read',
  'stoa.snapshot.read-own': 'read',
  'stoa.audit.read': 'read',
  'stoa.usage.read': 'read',
  'stoa.usage.read-own': 'read',
  'stoa.platform.read': 'read',
  'stoa.gateway.serve': 'use',
  'stoa.key.validate': 'use',
} as const;

export type Action = keyof typeof ACTIONS;
