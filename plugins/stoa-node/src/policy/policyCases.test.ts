import { mockServices } from '@backstage/backend-test-utils';
import {
  Action,
  ACTIONS,
  Decision,
  DEPLOYMENTS_REPORT_SCOPE,
  FINE_SCOPES,
  GATEWAY_SCOPE,
  KEYS_VALIDATE_SCOPE,
  Principal,
  TENANT_ROLES,
} from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../identity/dataDir';
import { PolicyInput, policyInput, PolicyResource } from './input';
import { WasmPolicyEngine } from './WasmPolicyEngine';

interface Block {
  readonly about: string;
  readonly actions: readonly string[];
  readonly resource: Record<string, unknown>;
  readonly expect: Readonly<Record<string, string>>;
}

interface CaseFile {
  readonly principals?: Record<string, Record<string, unknown>>;
  readonly tables?: Record<string, Block[]>;
  readonly malformed?: unknown[];
}

const policies = join(repositoryRoot(), 'policies');

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(policies, ...path), 'utf8')) as T;
}

const files = readdirSync(join(policies, 'cases')).map(name =>
  readJson<CaseFile>('cases', name),
);
const principals = Object.assign({}, ...files.map(f => f.principals));
const blocks = files
  .flatMap(f => Object.entries(f.tables ?? {}))
  .flatMap(([table, all]) => all.map(block => ({ table, ...block })));

/** The expectation as the tables write it. */
function text({ allow, rule, missing, filter, limit }: Decision): string {
  const list =
    typeof filter === 'object' ? ['tenants', ...filter.tenants] : filter;
  return [
    allow ? 'allow' : 'deny',
    rule,
    ...missing,
    ...(list ? ['of', list].flat() : []),
    ...(limit === undefined ? [] : ['at', limit]),
  ].join(' ');
}

const engine = WasmPolicyEngine.load(
  join(policies, 'bundle'),
  mockServices.logger.mock(),
);

describe('the compiled policy', () => {
  it.each(blocks)(
    '$table: $about',
    async ({ actions, resource, expect: who }) => {
      const policy = await engine;
      const expected: string[] = [];
      const answers: string[] = [];
      for (const action of actions) {
        for (const [name, expectation] of Object.entries(who)) {
          const decision = await policy.decide({
            principal: {
              subject: name,
              platform_admin: false,
              scopes: FINE_SCOPES,
              ...principals[name],
            },
            action,
            resource,
            now: 0,
          });
          expected.push(`${action} ${name}: ${expectation}`);
          answers.push(`${action} ${name}: ${text(decision)}`);
        }
      }
      expect(answers).toEqual(expected);
      expect(answers.length).toBeGreaterThan(0);
    },
  );

  it('refuses questions of another shape', async () => {
    const questions = files.flatMap(f => f.malformed ?? []);
    expect(questions.length).toBeGreaterThan(10);
    for (const question of questions) {
      const answer = await (await engine).decide(question as PolicyInput);
      expect(text(answer)).toBe('deny malformed_input');
    }
  });

  it('lets nobody do anything without a scope', async () => {
    const policy = await engine;
    const resources = [...new Set(blocks.map(b => JSON.stringify(b.resource)))];
    const yes: string[] = [];
    for (const action of Object.keys(ACTIONS)) {
      for (const [name, principal] of Object.entries(principals)) {
        for (const resource of resources) {
          const decision = await policy.decide({
            principal: {
              ...{ subject: name, platform_admin: false },
              ...(principal as PolicyInput['principal']),
              scopes: [],
            },
            action,
            resource: JSON.parse(resource),
            now: 0,
          });
          if (decision.allow) yes.push(`${action} ${name} ${resource}`);
        }
      }
    }
    expect(yes).toEqual([]);
    expect(resources.length).toBeGreaterThan(10);
  });

  it('reads what policyInput builds', async () => {
    const principal: Principal = {
      subject: 'ada',
      kind: 'user',
      platformAdmin: false,
      grants: { 'acme-corp': ['tenant-admin'] },
      scopes: FINE_SCOPES,
    };
    const decide = async (action: Action, resource?: PolicyResource) =>
      text(
        await (await engine).decide(policyInput(principal, action, resource)),
      );

    expect(await decide('stoa.api.delete', { tenantId: 'acme-corp' })).toBe(
      'allow tenant_role',
    );
    expect(await decide('stoa.api.read', { tenantId: 'demo' })).toBe(
      'deny foreign',
    );
    expect(await decide('stoa.application.read', { owners: ['ada'] })).toBe(
      'allow owner',
    );
    const published = { visibility: 'public', status: 'published' } as const;
    expect(
      await decide('stoa.portal.read', { tenantId: 'demo', ...published }),
    ).toBe('allow portal');
    expect(
      await decide('stoa.subscription.decide', {
        tenantId: 'acme-corp',
        requesters: ['ada'],
      }),
    ).toBe('deny own_request role:cpi-admin');
    const call = 'stoa.tool.call';
    expect(await decide(call, { tenantId: 'acme-corp' })).toBe(
      'allow tenant_role at 1000',
    );
    expect(await decide(call, { tenantId: 'demo', granted: false })).toBe(
      'deny foreign',
    );
    expect(await decide(call, { tenantId: 'demo', granted: true })).toBe(
      'allow subscription',
    );
    expect(await decide('stoa.api.read')).toBe(
      'allow tenant_role of tenants acme-corp',
    );
  });
});

describe('the tables', () => {
  const data = readJson<{
    roles: string[];
    actions: Record<string, { face: string; role?: string; scope: string }>;
  }>('data.json');
  const everybody = [
    'platform-admin',
    ...['acme', 'demo'].flatMap(tenant =>
      ['admin', 'devops', 'viewer'].map(role => `${tenant}-${role}`),
    ),
    'consumer',
  ];

  it.each(Object.keys(ACTIONS))(
    'have %s for every role, in the own tenant, a foreign one, and in none',
    action => {
      const named = (tenant: string | undefined) =>
        new Set(
          blocks
            .filter(b => b.actions.includes(action))
            .filter(b => b.resource.tenant_id === tenant)
            .flatMap(b => Object.keys(b.expect)),
        );
      expect([...named('acme-corp')]).toEqual(
        expect.arrayContaining(everybody),
      );
      expect([...named(undefined)]).toEqual(expect.arrayContaining(everybody));
    },
  );

  it('know the actions, roles and scopes of the platform, and no others', () => {
    const ours = Object.keys(data.actions).filter(a => a.startsWith('stoa.'));
    expect(ours.sort()).toEqual(Object.keys(ACTIONS).sort());
    expect([...data.roles].reverse()).toEqual(TENANT_ROLES);
    const scopes = [
      ...FINE_SCOPES,
      DEPLOYMENTS_REPORT_SCOPE,
      GATEWAY_SCOPE,
      KEYS_VALIDATE_SCOPE,
    ];
    for (const { face, role, scope } of Object.values(data.actions)) {
      expect(scopes).toContain(scope);
      expect(FINE_SCOPES.includes(scope)).toBe(face !== 'service');
      expect([...data.roles, undefined]).toContain(role);
    }
  });
});

describe('the committed bundle', () => {
  const { sha256 } = readJson<{ sha256: Record<string, string> }>(
    'bundle',
    'digest.json',
  );

  it('is the one that its sources make: run `yarn policies:build` if not', () => {
    const sources = readdirSync(policies)
      .filter(name => /(?<!_test)\.rego$|^data\.json$/.test(name))
      .map(name => `policies/${name}`);
    const built = ['policies/bundle/data.json', 'policies/bundle/policy.wasm'];
    const digests = [...sources, ...built].map(name => [
      name,
      createHash('sha256')
        .update(readFileSync(join(repositoryRoot(), name)))
        .digest('hex'),
    ]);
    expect(Object.fromEntries(digests)).toEqual(sha256);
  });
});
