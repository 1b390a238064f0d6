/** What the control plane says of alerts, of traces, and of the platform to who operates it; see `sentences.ts`. */
export const OPERATOR_SENTENCES = {
  no_alert: 'No such alert.',
  no_alert_rule: 'No such alert rule.',
  no_trace: 'No such trace.',
  quota_alert_rules:
    'The tenant may have {{max}} alert rules. Delete one first.',
  field_twice: 'is there twice',
  rule_left_out: 'must be left out for this channel',
  rule_given: 'must be given for this channel',
  rule_percentage: 'must be at most 100, as it is a percentage',
  rule_quota: 'must be 24h or 30d for a quota',
  rule_window: 'must be 24h at the most for this metric',

  later_explain:
    'This version cannot explain decisions yet. A refusal names its rule and what is missing.',
  later_drift:
    'This version does not compare Git, tables and gateways on demand yet. What is in Git is projected at every start.',
  later_gitlab:
    'This version does not take events of GitLab yet. Its repository is the embedded one.',
  later_proxy:
    'This version does not manage a webMethods gateway yet. Use the embedded gateway.',
  later_keys:
    'This version does not hand out lists of keys. Gateways ask about one key at a time.',
  later_grants:
    'This version keeps no grants for services behind tools yet. Give such servers a secret of their own.',

  database_silent: 'The database does not answer.',
  database_fix:
    'Start the database, and check the address and credentials that DATABASE_URL gives.',
  database_small: 'SQLite has one process and one disk.',
  database_small_fix: 'Set it to pg, with the connection in DATABASE_URL.',
  git_unreadable: 'The Git repository cannot be read, or holds no commit.',
  git_fix:
    'Check that stoa-gitops.git in the data directory (stoa.dataDir) is readable and has this branch.',
  events_stuck: 'Events are not carried, or were given up.',
  events_broker_fix:
    'Check that the brokers are reachable, then look at last_error in the table outbox.',
  events_fix: 'Look at last_error in the table outbox: a consumer fails.',
  policy_wrong: 'The policy does not decide as it should.',
  policy_fix:
    'Point it at the folder of the compiled policy, or build that anew with "yarn policies:build".',
  issuer_silent: 'An identity provider does not answer.',
  issuer_fix:
    'Check the address of each issuer: its /.well-known/openid-configuration must be reachable from here.',
  issuer_none: 'Nobody can sign in: no issuer is configured.',
  issuer_none_fix:
    'List your identity provider, with its address and audiences.',
  secrets_unreadable: 'Secrets cannot be read.',
  secrets_fix:
    'Check that the store is reachable and that its key or token is the one it was set up with.',
  secrets_beside: 'The key of the secrets lies beside them.',
  secrets_beside_fix:
    'Give a key of 64 hexadecimal digits from elsewhere, or use another store.',
  mail_refused: 'The mail server does not take our mail.',
  mail_fix: 'Check host, port, secure, user and password.',
  mail_none: 'People are told in the web interface only.',
  mail_none_fix:
    'Set host and port of your mail server, and stoa.notifications.email.from, to send e-mail as well.',
  slack_refused: 'Slack cannot be reached.',
  slack_fix:
    'Check the address of each incoming webhook; an internal one needs an allowance under stoa.network.',
  gateway_none: 'No gateway follows what is published.',
  gateway_fix:
    'Start a gateway; one in a process of its own needs this address and its credentials.',
} as const;
