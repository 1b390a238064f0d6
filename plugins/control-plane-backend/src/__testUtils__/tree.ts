import { FileChange } from '@stoa/plugin-stoa-node';

/** Two tenants: acme-corp shows crm-api to everybody and keeps billing-api, demo-tenant has weather-api. */
export const TREE: readonly FileChange[] = [
  ...tenant('acme-corp', 'ACME Corporation'),
  ...tenant('demo-tenant', 'Demo tenant'),
  ...api('acme-corp', 'crm-api', 'CRM API', 'public', 7011),
  ...api('acme-corp', 'billing-api', 'Billing API', 'private', 7013),
  ...api('demo-tenant', 'weather-api', 'Weather API', 'public', 7014),
];

function tenant(id: string, displayName: string): FileChange[] {
  return [
    {
      path: `tenants/${id}/tenant.yaml`,
      content: `apiVersion: stoa.cab-i.com/v1alpha1
kind: Tenant
metadata: { name: ${id} }
spec:
  displayName: ${displayName}
  portalVisibility: public
  settings: { maxApis: 5, maxApplications: 10, supportedEnvironments: [dev, staging, production] }
`,
    },
  ];
}

function api(
  tenantId: string,
  id: string,
  name: string,
  visibility: string,
  port: number,
): FileChange[] {
  const folder = `tenants/${tenantId}/apis/${id}`;
  return [
    {
      path: `${folder}/api.yaml`,
      content: `# Kept by hand.
apiVersion: stoa.cab-i.com/v1alpha1
kind: API
metadata: { name: ${id}, tenant: ${tenantId}, labels: { team: core } }
spec:
  displayName: ${name}
  version: 1.0.0
  status: published
  visibility: ${visibility}
  tags: [demo]
  environments: [{ name: dev, backendUrl: 'http://127.0.0.1:${port}' }]
`,
    },
    {
      path: `${folder}/openapi.yaml`,
      content: `openapi: 3.0.3
info: { title: ${name}, version: 1.0.0 }
paths:
  /things:
    get:
      operationId: list${id.replace(/\W/g, '')}
      responses: { '200': { description: Things } }
`,
    },
  ];
}
