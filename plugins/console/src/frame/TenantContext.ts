import { createContext, useContext } from 'react';
import type { MyTenant } from '@stoa/plugin-stoa-react';

const NOTHING = {
  create_api: false,
  create_toolset: false,
  decide_subscription: false,
  deploy: false,
  read_audit: false,
};

export interface CurrentTenant {
  readonly id: string;
  readonly name: string;
  readonly permissions: NonNullable<MyTenant['permissions']>;
}

export const TenantContext = createContext<CurrentTenant | undefined>(
  undefined,
);

export function toCurrent(tenant: MyTenant): CurrentTenant {
  return {
    id: tenant.id,
    name: tenant.display_name,
    permissions: tenant.permissions ?? NOTHING,
  };
}

/** The tenant that the address names, in which the reader is known to hold a role. */
export function useTenant(): CurrentTenant {
  const tenant = useContext(TenantContext);
  if (!tenant) throw new Error('useTenant outside of a TenantFrame');
  return tenant;
}
