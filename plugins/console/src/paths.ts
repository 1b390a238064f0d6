/** Addresses of the console's pages; they are public and do not move. */
export const paths = {
  tenant: (tenant: string) => `/console/${tenant}`,
  apis: (tenant: string) => `/console/${tenant}/apis`,
  newApi: (tenant: string) => `/console/${tenant}/apis/new`,
  api: (tenant: string, api: string) => `/console/${tenant}/apis/${api}`,
  versions: (tenant: string, api: string) =>
    `/console/${tenant}/apis/${api}/versions`,
  apiDeployments: (tenant: string, api: string) =>
    `/console/${tenant}/apis/${api}/deployments`,
  apiSubscriptions: (tenant: string, api: string) =>
    `/console/${tenant}/apis/${api}/subscriptions`,
  apiTools: (tenant: string, api: string) =>
    `/console/${tenant}/apis/${api}/tools`,
  toolSets: (tenant: string) => `/console/${tenant}/tools`,
  newToolSet: (tenant: string, api?: string) =>
    `/console/${tenant}/tools/new${api ? `?api=${api}` : ''}`,
  toolSet: (tenant: string, id: string) => `/console/${tenant}/tools/${id}`,
  editToolSet: (tenant: string, id: string) =>
    `/console/${tenant}/tools/${id}/edit`,
  toolSetSubscriptions: (tenant: string, id: string) =>
    `/console/${tenant}/tools/${id}/subscriptions`,
  approvals: (tenant: string) => `/console/${tenant}/approvals`,
  deployments: (tenant: string) => `/console/${tenant}/deployments`,
  deployment: (tenant: string, id: string) =>
    `/console/${tenant}/deployments/${id}`,
  usage: (tenant: string) => `/console/${tenant}/usage`,
  audit: (tenant: string) => `/console/${tenant}/audit`,
} as const;
