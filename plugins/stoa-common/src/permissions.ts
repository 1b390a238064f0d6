import {
  createPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import { Action, ACTIONS } from './actions';

/** The platform's actions as Backstage permissions, one per action, same names. */
export const stoaPermissions: readonly Permission[] = (
  Object.keys(ACTIONS) as Action[]
).map(name => {
  const verb = ACTIONS[name];
  return createPermission({
    name,
    attributes: verb === 'use' ? {} : { action: verb },
  });
});

/**
 * The one condition that catalog reads are bound by: entities that are public, of
 * the tenants `params.tenants`, or people of those tenants and the reader
 * (`params.self`, a user entity ref).
 */
export const IS_IN_TENANTS = {
  name: 'IS_IN_TENANTS',
  pluginId: 'catalog',
  resourceType: 'catalog-entity',
} as const;
