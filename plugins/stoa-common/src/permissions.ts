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
