/**
 * What the control plane says in sentences of its own, as it says it; `{{name}}`
 * stands for a value. The reader's language has a translation of each. What is
 * not here is shown in the words that were sent.
 */
export const SENTENCES = {
  no_api: 'No such API.',
  no_application: 'No such application.',
  no_api_or_application: 'No such API or application.',
  no_mcp_server: 'No such MCP server.',
  no_subscription: 'No such subscription.',
  no_deployment: 'No such deployment.',
  no_version: 'No such version.',
  no_tenant: 'No such tenant.',
  no_webhook: 'No such webhook.',
  no_delivery: 'No such delivery.',
  quota_webhooks: 'The tenant may have {{max}} webhooks. Delete one first.',
  delivery_moved:
    'The delivery is {{status}}; only a dead one is sent once more.',
  secret_unreadable:
    'A secret cannot be read: the key that it was sealed with is not there.',
  secret_of_operator:
    'Only the operator can set the secret "{{name}}": {{place}}.',
  vault_silent: 'Vault cannot be reached.',
  vault_refuses: 'Vault refuses the token of this installation.',
  api_exists: 'The tenant has an API "{{api}}" already.',
  api_illegal: 'The API is {{status}}; it cannot be changed by "{{move}}".',
  api_retired: 'The API was retired.',
  api_deleted: 'The API was deleted.',
  api_busy:
    'A deployment of the API is under way, or something else began meanwhile. Try again in a moment.',
  api_undeployable: 'The API is retired; nothing of it can be deployed.',
  api_not_published:
    'The API is {{status}}; only a published one takes subscriptions.',
  api_in_use:
    'The API has subscriptions, deployments or ToolSets. Revoke, undeploy and delete them first.',
  git_busy: 'The Git repository is busy; try again.',
  git_silent: 'The Git repository does not answer.',
  definitions_unchecked:
    'Definitions cannot be checked at the moment; try again.',
  identity_silent:
    'The identity provider does not answer, so the access token cannot be checked. Try again.',
  session_unchecked: 'The session cannot be checked just now. Try again.',
  version_frozen:
    'Version {{version}} was deployed beyond dev and cannot change. Give the new document a new version.',
  quota_apis:
    "The tenant may have {{max}} APIs. Delete one, or ask the platform's operator for more.",
  tenant_unchangeable:
    'The tenant is {{status}}; nothing in it can be changed.',
  tenant_undeployable:
    'The tenant is {{status}}; nothing in it can be deployed.',
  place_first: 'Deploy version {{version}} to {{environment}} first.',
  requests_waiting:
    'You have {{n}} requests waiting. Wait for decisions, or cancel some.',
  applications_full:
    'You have {{n}} applications. Delete those you do not use.',
  application_in_use:
    'The application has subscriptions, and their history is kept. Cancel them; the application can stay.',
  mcp_server_off:
    'The MCP server is out of service; it takes no subscriptions.',
  subscribed:
    'The application is subscribed to this API already, or has asked to be.',
  subscription_moved:
    'The subscription is {{status}}; it cannot be changed by "{{move}}".',
  too_often: 'You asked too often. Try again in {{seconds}} s.',
  sent_twice:
    'The first request with this Idempotency-Key is still being worked on. Try again shortly.',
  body_too_large: 'The body is larger than this operation takes.',
  file_too_large: 'The file is larger than {{max}} bytes.',
  backend_late: 'The backend did not answer in time.',
  backend_unreachable: 'The backend cannot be reached: {{why}}.',
  refused_url: 'its URL must be http or https, without credentials',
  refused_address: 'its address is not one the platform may call',
  no_name: 'its name does not resolve',
  no_connection: 'no connection could be made',
  no_tls: 'no trusted TLS connection could be made',
  no_answer: 'it did not answer in time',

  read_from_git: '{{bytes}} bytes at commit {{commit}}',
  not_in_git: '{{path}} is not in commit {{commit}}',
  operations: 'OpenAPI {{version}}, {{n}} operations',
  not_converted:
    'Not needed: the {{gateway}} gateway takes the document as it is',
  backend_allowed: 'Backend {{host}} may be called',
  key_and_limit: 'API key and the limit of the subscription’s plan',
  reachable: 'Reachable at {{path}}',
  version_active: 'Version {{version}} is active in {{environment}}',
  overtaken: 'Another deployment took this place meanwhile',

  notice_waits: 'A subscription to {{api}} waits for your approval',
  notice_moved: 'Your subscription to {{api}} is {{status}}',
  notice_ends: 'Your subscription to {{api}} ends on {{date}}',
  notice_deployment_waits:
    'Version {{version}} of {{api}} waits for your approval to go to {{environment}}',
  notice_deployed: 'Version {{version}} of {{api}} runs in {{environment}}',
  notice_not_deployed:
    'Version {{version}} of {{api}} could not be deployed to {{environment}}',
  notice_alert_raised: 'The alert "{{name}}" is raised',
  notice_alert_over: 'The alert "{{name}}" is over',
  notice_sunset:
    '{{api}}, to which you are subscribed, will be switched off on {{date}}',
  notice_deprecated: '{{api}}, to which you are subscribed, is deprecated',

  own_deployment:
    'Nobody approves what they asked for themselves. Ask a second person.',
  deployment_moved:
    'The deployment is {{status}}; it cannot be changed by "{{move}}".',
  nothing_after: 'There is no environment after {{environment}} for this API.',
  not_what_runs: 'This deployment is not what runs there any more.',
  nothing_before: 'There is no earlier deployment to go back to.',
  rolling_back: 'It is being rolled back already.',
  runs_itself: 'The platform carries this deployment out itself.',

  no_plan: 'No such plan.',
  plan_exists: 'The tenant has a plan "{{id}}" already.',
  plan_used: 'The plan is used by {{users}}. Take it off them first.',
  plan_only:
    'It is the only plan of the API, which without one would be offered on all. Assign another one first.',
  quota_plans: 'The tenant may have {{max}} plans. Delete one first.',

  no_end: 'The subscription has no end.',
  extended_enough:
    'A subscription can be extended {{times}} times, by {{days}} days in all. Ask for a new one.',
  rotation_in_grace:
    'The key before this one still works. Rotate again when it has ended.',
  subscription_changed:
    'The subscription was changed meanwhile. Read it again.',
  key_replaced: 'This key was replaced. Use the new one before this one ends.',
  in_the_future: 'must be in the future',
  needed_to: 'is needed to {{decision}}',

  required: 'is required',
  unknown: 'is not known here',
  one_of: 'must be one of {{values}}',
  may_be: 'may be {{values}}',
  body_required: 'a JSON body is required',
  no_nul: 'must not contain the NUL character',
  window: 'must be before "to", by {{days}} days at the most',
  not_valid: 'is not valid',
  too_many_values: 'has more than {{n}} values',
  no_such_plan: 'is not a plan of this API',
  no_backend:
    'the API has no backend for {{environment}}; add it to its environments',
  environment_twice: 'names an environment twice',
  backend_url: 'must be an http(s) URL without user, query or fragment',
  no_event: 'is not an event of the platform',
  webhook_url: 'must be an http(s) URL without user or fragment',
  internal_address: 'must not lead to an internal address',
  slug: 'must be lower case letters, digits and single dashes',
  display_name: 'must be 1 to 100 visible characters',
  not_semver: 'is not a semantic version',
  not_api_id: 'is not an API id',
} as const;

/** What the validator of JSON Schema says of a value. */
export const VALIDATOR_SENTENCES = {
  too_short: 'must NOT have fewer than {{n}} characters',
  too_long: 'must NOT have more than {{n}} characters',
  short_list: 'must NOT have fewer than {{n}} items',
  long_list: 'must NOT have more than {{n}} items',
  pattern: 'must match pattern "{{pattern}}"',
  format: 'must match format "{{format}}"',
  at_least: 'must be >= {{n}}',
  at_most: 'must be <= {{n}}',
  of_type: 'must be {{type}}',
} as const;
