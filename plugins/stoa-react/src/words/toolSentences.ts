/** What the control plane says of sets of tools, of MCP servers and of what cannot become a tool; see `sentences.ts`. */
export const TOOL_SENTENCES = {
  no_toolset: 'No such ToolSet.',
  no_tool: 'No such tool.',
  no_snapshot: 'No such snapshot.',
  toolset_exists: 'The tenant has a ToolSet "{{id}}" already.',
  toolset_in_use: 'The ToolSet has subscriptions. Revoke them first.',
  toolset_too_large:
    'The ToolSet is larger than a manifest may be. Choose fewer operations, or write shorter descriptions.',
  quota_toolsets: 'The tenant may have {{max}} ToolSets. Delete one first.',
  subscribed_tools:
    'You are subscribed to this server already, or have asked to be.',
  calls_a_day: 'The plan allows {{n}} calls a day.',
  calls_a_month: 'The plan allows {{n}} calls a month.',
  backend_left_alone:
    'The backend of this API has failed too often; it is tried again in a moment.',
  calls_a_minute: 'At most {{n}} calls a minute are allowed.',
  no_tool_named: 'There is no tool of that name.',
  keys_unchecked: 'Keys and subscriptions cannot be checked at the moment.',
  calls_under_way: '{{n}} of your calls are under way already.',
  too_many_calls: 'Too many calls are being served; try again in a moment.',

  notice_tools_wait:
    'A subscription to the tools of {{server}} waits for your approval',
  notice_tools_moved:
    'Your subscription to the tools of {{server}} is {{status}}',
  notice_tools_asked: 'More tools of {{server}} are asked for by a subscriber',
  notice_call_waits: 'A call of {{tool}} of {{server}} waits for your approval',
  notice_call_approved: 'Your call of {{tool}} of {{server}} is approved',
  notice_call_denied: 'Your call of {{tool}} of {{server}} is refused',
  notice_tools_end:
    'Your subscription to the tools of {{server}} ends on {{date}}',

  no_plan_of_server: 'is not a plan of this server',
  no_tool_of_server: 'is not a tool of this server',
  no_api_of_tenant: 'is not an API of the tenant',
  no_version_of_api: 'is not a version of the API',
  no_environment_of_api: 'is not an environment of the API',
  affix: 'may have letters, digits, _ and -',
  not_tool_name: 'is not a name of a tool',
  operation_twice: 'names an operation twice',

  api_gone: 'The tenant has no API "{{api}}".',
  version_gone: 'The API has no version {{version}}.',
  environment_gone: 'The API has no environment {{environment}}.',
  environments_gone: 'The API has no environment.',
  api_unpublished:
    'The API is {{status}}; its tools are served while it is published.',
  definition_too_large: 'The definition is larger than {{max}} bytes.',
  definition_too_slow: 'The definition takes too long to {{verb}}.',
  definition_too_heavy: 'The definition takes too much memory to {{verb}}.',
  not_openapi: 'Not an OpenAPI document of a known version.',
  no_operation: 'The definition has no such operation.',
  tools_too_large: 'The tools of the definition are too large together.',
  unreadable: 'It cannot be read.',
  nested: 'It is nested too deeply.',
  more: 'And {{n}} more.',
  tool_name_taken: 'Another tool has the name "{{name}}" already.',
  tool_name_wrong: '"{{name}}" is no name of a tool.',
  operation_name_taken:
    'Another operation has the name "{{wanted}}" already; this one is called "{{name}}".',
  method: 'Tools do not use the method {{method}}.',
  body_types:
    'Tools send JSON, forms and texts; this operation takes {{types}}.',
  list_format: 'Nothing is sent with "{{format}}" between values.',
  arguments_too_large:
    'The schema of its arguments is too large: more than {{characters}} characters, {{alternatives}} alternatives or 50 levels.',
  schema_too_deep: 'A schema is nested deeper than {{n}} levels.',
  hidden_description: 'Hidden characters are taken out of its description.',
  hidden_part: 'Hidden characters are taken out of a description.',
  hidden_schema:
    'Names or values in the schema of its arguments have hidden characters.',
  path_wrong: 'Not a path: {{path}}.',
  path_braces: 'A path with unpaired braces.',
  path_dots: 'A path with dot segments.',
  reference_loop: '"{{reference}}" refers to itself.',
  reference_outside:
    '"{{reference}}" points out of the document; nothing is fetched from there.',
  reference_nowhere: '"{{reference}}" points to nothing.',
  parameter: 'The required parameter "{{name}}" {{why}}.',
  parameter_credential: 'is a credential, which callers of a tool do not say',
  parameter_header: 'is a header that callers of a tool may not say',
  parameter_style: 'cannot be sent in the way that is described',
  regex: 'The pattern {{pattern}} is left out: {{why}}.',
  regex_long: 'it is too long',
  regex_wrong: 'it is no regular expression of JSON Schema',
  regex_slow: 'texts cannot be tested in linear time (RE2)',
  no_approval: 'No such approval.',
  approval_moved:
    'The approval is {{status}}; it cannot be changed by "{{move}}".',
  approvals_waiting: '{{n}} calls wait for approval. Wait for decisions first.',
  own_call:
    'Nobody approves their own call of a tool that may destroy. Ask another administrator.',
  no_change: 'No such change.',
  change_moved: 'The change is {{status}}; it cannot be changed by "{{move}}".',
  mcp_server_exists: 'The tenant has an MCP server "{{slug}}" already.',
  quota_mcp_servers:
    'The tenant may have {{max}} registered MCP servers. Delete one first.',
  auth_header_missing: 'must be given for an API key',
  auth_header_taken: 'must not be a header of the protocol',
  auth_header_useless: 'is for an API key alone',
  auth_secret_useless: 'must not be given without a use',
  auth_secret_missing: 'must be given: for another kind or host it is not kept',
  auth_secret_pair: 'must be user:password',
  mcp_servers_busy:
    'Too many MCP servers are being asked. Try again in a moment.',
} as const;
