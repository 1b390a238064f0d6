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
  servers: () => '/portal/servers',
  server: (id: string) => `/portal/servers/${id}`,
  connect: (id: string) => `/portal/servers/${id}/connect`,
  serverPlans: (id: string) => `/portal/servers/${id}/plans`,
  subscribeServer: (id: string) => `/portal/servers/${id}/subscribe`,
  tools: () => '/portal/tools',
  tool: (server: string, name: string) => `/portal/tools/${server}/${name}`,
  applications: () => '/portal/applications',
  subscriptions: () => '/portal/subscriptions',
  subscription: (id: string) => `/portal/subscriptions/${id}`,
  toolSubscription: (id: string) => `/portal/subscriptions/tools/${id}`,
  usage: () => '/portal/usage',
} as const;
