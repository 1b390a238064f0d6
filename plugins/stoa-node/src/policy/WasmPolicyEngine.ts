import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { Decision } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyInput } from './input';
import { PolicyEngine } from './PolicyEngine';
import { readDecision } from './readDecision';

const ENTRYPOINT = 'stoa/decision';
const REFUSAL: Decision = { allow: false, rule: 'policy_error', missing: [] };

/** What a compiled policy must be able to do: synchronous, without memory of earlier questions. */
export interface CompiledPolicy {
  evaluate(input: PolicyInput, entrypoint: string): unknown;
}

/**
 * Evaluates the policy in this process, in tens of microseconds: cheaper than any
 * cache that would have to be told of changed grants. Without a policy, and
 * whenever one fails, every answer is a refusal by the rule `policy_error`.
 */
export class WasmPolicyEngine implements PolicyEngine {
  readonly #policy: CompiledPolicy | undefined;
  readonly #logger: LoggerService;

  constructor(policy: CompiledPolicy | undefined, logger: LoggerService) {
    this.#policy = policy;
    this.#logger = logger;
  }

  /** Loads a bundle folder (see `loadBundle`); one that cannot be loaded is logged, and the engine refuses everything. */
  static async load(
    folder: string,
    logger: LoggerService,
  ): Promise<WasmPolicyEngine> {
    try {
      return new WasmPolicyEngine(await loadBundle(folder), logger);
    } catch (error) {
      logger.error(
        `No policy is loaded, every request will be refused: ${stringifyError(
          error,
        )}`,
      );
      return new WasmPolicyEngine(undefined, logger);
    }
  }

  async decide(input: PolicyInput): Promise<Decision> {
    if (!this.#policy) return REFUSAL;
    try {
      return readDecision(this.#policy.evaluate(input, ENTRYPOINT));
    } catch (error) {
      this.#logger.error(
        `The policy failed on '${input.action}', refusing: ${stringifyError(
          error,
        )}`,
      );
      return REFUSAL;
    }
  }

  ready(): boolean {
    return this.#policy !== undefined;
  }
}

/**
 * Reads `policy.wasm` and `data.json` of a bundle folder and compares both with
 * its `digest.json`: a module with the data of another build would decide, wrongly.
 */
async function loadBundle(folder: string): Promise<CompiledPolicy> {
  const [wasm, data, digest] = await Promise.all(
    ['policy.wasm', 'data.json', 'digest.json'].map(file =>
      readFile(join(folder, file)),
    ),
  );
  const { sha256 } = JSON.parse(digest.toString('utf8')) as {
    sha256: Record<string, string>;
  };
  for (const [name, bytes] of Object.entries({
    'policies/bundle/policy.wasm': wasm,
    'policies/bundle/data.json': data,
  })) {
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== sha256[name]) {
      throw new Error(`${name} is not the one that digest.json tells of`);
    }
  }
  const policy = await loadPolicy(await WebAssembly.compile(wasm));
  policy.setData(JSON.parse(data.toString('utf8')));
  return policy;
}
