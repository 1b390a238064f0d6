/** What the control plane says of tenants, their people and programs; see `sentences.ts`. */
export const TENANT_SENTENCES = {
  tenant_closed: 'The key is to things of a tenant that is {{status}}.',
  tenant_archived: 'The tenant was archived.',
  tenant_reserved: 'is reserved; choose another',
  tenant_deployed:
    'APIs of the tenant are deployed. Undeploy them first, or archive it with force.',
  tenant_illegal:
    'The tenant is {{status}}; it cannot be changed by "{{move}}".',
  tenant_exists: 'There is, or was, a tenant "{{id}}". Choose another id.',
  quota_applications:
    "The tenant takes {{max}} applications, and has them. Its administrators can ask the platform's operator for more.",
  tenant_environment_used:
    'APIs of the tenant are deployed to {{environment}}. Undeploy them before you take it away.',
  provisioning_illegal:
    "The tenant's provisioning is {{status}}; only one that failed is tried again.",
  no_person: 'No such person.',
  no_member: 'No such member.',
  last_admin:
    'Nobody else administers the tenant. Make somebody else its administrator first.',
  subject_or_email: 'must be given, or email, but not both',
  identity_unmanaged:
    'No identity provider that takes changes is configured. Change people and programs there.',
  step_failed: 'It failed; the log of the platform says why.',
  step_late: 'It took longer than {{n}} seconds.',
  step_git_missing: '{{path}} is not in Git.',
  step_git: '{{path}} is in Git',
  step_identity: 'The identity provider knows the roles of {{tenant}}',
  step_plans: 'Plans free, basic and pro are there',
  no_service_account: 'No such service account.',
  service_account_deleted: 'The service account was deleted.',
  service_account_raced:
    'Its secret was replaced, or it was deleted, at the same time. Look again.',
  quota_service_accounts:
    'The tenant may have {{max}} service accounts. Delete one first.',
  scopes_not_yours: 'must be yours; you lack {{scopes}}',
  application_profile:
    'The profile of an application does not change. Create another one.',
  application_no_client:
    'The application has no client: it calls with the keys of its subscriptions. Rotate those.',
  application_raced:
    'Its credentials were replaced, or it was deleted, at the same time. Look again.',
  redirect_uris_profile: 'are for the profile oauth2 alone',
  redirect_uris_unsafe:
    'must be https, or http on loopback, without user or fragment',
  erase_oneself:
    'Nobody erases themselves. Ask another administrator of the platform.',
  erased: 'You were erased.',
  owner_erased: 'Its owner was erased.',
} as const;
