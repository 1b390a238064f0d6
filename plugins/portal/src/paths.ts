/** Addresses of the portal's pages; they are public and do not move. */
export const paths = {
  apis: () => '/portal/apis',
  api: (tenant: string, api: string) => `/portal/apis/${tenant}/${api}`,
  reference: (tenant: string, api: string) =>
    `/portal/apis/${tenant}/${api}/reference`,
  plans: (tenant: string, api: string) => `/portal/apis/${tenant}/${api}/plans`,
  code: (tenant: string, api: string) => `/portal/apis/${tenant}/${api}/code`,
  subscribe: (tenant: string, api: string) =>
    `/portal/apis/${tenant}/${api}/subscribe`,
  applications: () => '/portal/applications',
  subscriptions: () => '/portal/subscriptions',
  subscription: (id: string) => `/portal/subscriptions/${id}`,
  usage: () => '/portal/usage',
} as const;
