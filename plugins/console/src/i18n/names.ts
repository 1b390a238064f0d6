/** Actions of the audit by name, with `_` for what a key cannot hold. */
export const ACTIONS = {
  stoa_tenant_create: 'Created the organisation',
  stoa_tenant_update: 'Changed the organisation',
  stoa_tenant_archive: 'Archived the organisation',
  stoa_tenant_read: 'Read the organisation',
  stoa_api_read: 'Read APIs',
  stoa_api_create: 'Created an API',
  stoa_api_update: 'Changed an API',
  stoa_api_delete: 'Deleted an API',
  stoa_api_publish: 'Published an API',
  stoa_plan_read: 'Read plans',
  stoa_portal_read: 'Read the portal',
  stoa_application_read: 'Read an application',
  stoa_subscription_create: 'Asked for a subscription',
  stoa_subscription_read: 'Read a subscription',
  stoa_subscription_read_tenant: 'Read subscriptions',
  stoa_subscription_cancel: 'Cancelled a subscription',
  stoa_subscription_decide: 'Decided on a subscription',
  stoa_deployment_read: 'Read deployments',
  stoa_deployment_create: 'Asked for a deployment',
  stoa_deployment_run: 'Deployed',
  stoa_audit_read: 'Read the audit',
  stoa_usage_read: 'Read usage',
};

/** Steps of a deployment, likewise. */
export const STEPS = {
  fetch_spec: 'Read the document from Git',
  validate: 'Check the document',
  convert: 'Convert for the gateway',
  import: 'Check the backend',
  apply_policies: 'Apply policies',
  activate: 'Open the address',
  verify: 'Verify',
};
