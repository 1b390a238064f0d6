import {
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
  ServiceFactoryTester,
} from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReadinessService, readinessServiceRef } from '../http';
import { repositoryRoot } from '../identity/dataDir';
import { policyInput } from './input';
import { PolicyEngine } from './PolicyEngine';
import { policyEngineServiceRef } from './policyEngineService';
import { WasmPolicyEngine } from './WasmPolicyEngine';

const bundle = join(repositoryRoot(), 'policies/bundle');
const refusal = { allow: false, rule: 'policy_error', missing: [] };
const question = policyInput(
  {
    subject: 'ada',
    kind: 'user',
    platformAdmin: true,
    grants: {},
    scopes: ['stoa:catalog:read'],
  },
  'stoa.portal.read',
);

describe('WasmPolicyEngine', () => {
  const folder = createMockDirectory();

  it.each<[string, () => void]>([
    ['there is none', () => folder.clear()],
    [
      'the module is torn',
      () => {
        const wasm = readFileSync(join(bundle, 'policy.wasm'));
        writeFileSync(folder.resolve('policy.wasm'), wasm.subarray(0, 1000));
      },
    ],
    [
      'the data is of another build',
      () => writeFileSync(folder.resolve('data.json'), '{"actions":{}}'),
    ],
  ])('refuses everything when %s', async (_why, spoil) => {
    cpSync(bundle, folder.path, { recursive: true });
    const logger = mockServices.logger.mock();
    const whole = await WasmPolicyEngine.load(folder.path, logger);
    expect(whole.ready()).toBe(true);
    expect((await whole.decide(question)).allow).toBe(true);

    spoil();
    const engine = await WasmPolicyEngine.load(folder.path, logger);
    expect(engine.ready()).toBe(false);
    expect(await engine.decide(question)).toEqual(refusal);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it.each<[string, unknown]>([
    ['nothing', []],
    ['no result', [{}]],
    ['null', [null]],
    ['two answers', [{ result: {} }, { result: {} }]],
    ['a bare true', [{ result: true }]],
    ['no rule', [{ result: { allow: true, missing: [] } }]],
    ['allow as text', [{ result: { allow: 'true', rule: 'r', missing: [] } }]],
    [
      'missing as text',
      [{ result: { allow: false, rule: 'r', missing: 'role:x' } }],
    ],
    ['no missing', [{ result: { allow: true, rule: 'r' } }]],
    ['yes, but', [{ result: { allow: true, rule: 'r', missing: ['role:x'] } }]],
    [
      'an unknown filter',
      [{ result: { allow: true, rule: 'r', missing: [], filter: 'most' } }],
    ],
    [
      'a limit of nothing',
      [{ result: { allow: true, rule: 'r', missing: [], limit: 0 } }],
    ],
    [
      'a limit as text',
      [{ result: { allow: true, rule: 'r', missing: [], limit: '1000' } }],
    ],
    [
      'tenants that are none',
      [
        {
          result: {
            allow: true,
            rule: 'r',
            missing: [],
            filter: { tenants: 'acme' },
          },
        },
      ],
    ],
  ])('refuses when the policy answers %s', async (_what, answer) => {
    const logger = mockServices.logger.mock();
    const engine = new WasmPolicyEngine({ evaluate: () => answer }, logger);
    expect(await engine.decide(question)).toEqual(refusal);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it('refuses when the policy throws, whatever it throws', async () => {
    const logger = mockServices.logger.mock();
    const evaluate = () => {
      // The library throws strings.
      throw 'out of memory'; // eslint-disable-line no-throw-literal
    };
    const engine = new WasmPolicyEngine({ evaluate }, logger);
    expect(await engine.decide(question)).toEqual(refusal);
  });

  it('does not remember one question at the next', async () => {
    const engine = await WasmPolicyEngine.load(
      bundle,
      mockServices.logger.mock(),
    );
    const huge = {
      ...question,
      resource: { owners: [`x${'y'.repeat(2_000_000)}`] },
    };
    const nobody = {
      ...question,
      principal: { ...question.principal, scopes: [] },
    };
    for (let i = 0; i < 50; i += 1) {
      expect((await engine.decide(question)).allow).toBe(true);
      expect((await engine.decide(nobody)).allow).toBe(false);
      await engine.decide(huge);
    }
  });
});

describe('policyEngineServiceRef', () => {
  async function start(data: JsonObject) {
    const probe = createServiceFactory({
      service: createServiceRef<{
        engine: PolicyEngine;
        readiness: ReadinessService;
      }>({ id: 'probe', scope: 'root' }),
      deps: { engine: policyEngineServiceRef, readiness: readinessServiceRef },
      factory: deps => deps,
    });
    const config = mockServices.rootConfig.factory({ data });
    return ServiceFactoryTester.from(probe, {
      dependencies: [config],
    }).getSubject();
  }

  it('loads the bundle of the repository', async () => {
    const { engine, readiness } = await start({});
    expect((await engine.decide(question)).rule).toBe('platform_admin');
    expect(await readiness.report()).toMatchObject({ ready: true });
  });

  it('tells readiness when the configured one cannot be loaded', async () => {
    const { engine, readiness } = await start({
      stoa: { policy: { bundle: 'policies/cases' } },
    });
    expect(await engine.decide(question)).toEqual(refusal);
    expect((await readiness.report()).parts.policy).toEqual({
      ready: false,
      reason: 'no policy is loaded',
    });
  });
});
