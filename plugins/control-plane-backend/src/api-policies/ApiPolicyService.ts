import { notFound, Schema, StoaError } from '@stoa/plugin-stoa-common';
import { BUILT_IN_POLICIES, readStep } from '@stoa/plugin-stoa-node';
import { checkIfMatch, invalid } from '../apis/checks';
import { Actor } from '../database/UnitOfWork';
import { conflictWith } from '../projector/applyPolicy';
import { GitWriter } from '../projector/GitWriter';
import { ManifestError } from '../projector/manifests';
import { policyPath } from '../projector/paths';
import { parsePolicy, printPolicy } from '../projector/policyManifest';
import { ApiPolicyStore, NamedPolicy } from './ApiPolicyStore';

/** Writes and removes named policies, Git first. */
export class ApiPolicyService {
  constructor(
    readonly deps: {
      readonly store: ApiPolicyStore;
      readonly writer: GitWriter;
    },
  ) {}

  async get(name: string): Promise<NamedPolicy> {
    const policy = await this.deps.store.get(name);
    if (!policy) throw notFound('policy');
    return policy;
  }

  /**
   * Writes the policy under its name; on all gateways it holds within a second.
   * `ifMatch` is the ETag that was read, for one that is in Git already: missing is
   * 428, stale 412. Throws `stoa.validation` naming the field, `stoa.conflict` where
   * something that names it would contradict itself.
   */
  async put(
    actor: Actor,
    name: string,
    ifMatch: string | undefined,
    input: Schema<'ApiPolicyInput'>,
  ): Promise<{ readonly policy: NamedPolicy; readonly created: boolean }> {
    const { store } = this.deps;
    const known = await store.get(name);
    const treeId = known?.treeId ?? null;
    // Where Git has nothing, nothing of anybody's can be lost.
    if (treeId !== null || ifMatch !== undefined)
      checkIfMatch(tagged(known), ifMatch);
    const { type, config = {} } = input;
    // Without the name of the list it stands in: the body is the step.
    const step = readBody({ type, config });
    await this.#refuseConflict(name, step);
    const content = printPolicy(name, { ...input, config });
    checkContent(content, name);
    await this.#write(actor, name, {
      action: 'stoa.api-policy.update',
      message: `${known?.treeId ? 'Update' : 'Create'} policy ${name}`,
      content,
      expect: treeId,
    });
    return { policy: await this.get(name), created: treeId === null };
  }

  /** Throws `stoa.conflict` while something names it; one that comes with the platform is as it came again. */
  async remove(
    actor: Actor,
    name: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const { treeId } = await this.get(name);
    if (treeId === undefined) {
      throw new StoaError(
        'stoa.conflict',
        'The policy comes with the platform: it can be replaced, not removed.',
      );
    }
    checkIfMatch({ treeId }, ifMatch);
    await this.#refuseConflict(
      name,
      Object.hasOwn(BUILT_IN_POLICIES, name)
        ? BUILT_IN_POLICIES[name].step
        : undefined,
    );
    await this.#write(actor, name, {
      action: 'stoa.api-policy.delete',
      message: `Delete policy ${name}`,
      content: undefined,
      expect: treeId,
    });
  }

  async #refuseConflict(
    name: string,
    step: NamedPolicy['step'] | undefined,
  ): Promise<void> {
    const { knex } = this.deps.store;
    const conflict = await conflictWith(knex, name, step);
    if (conflict) throw new StoaError('stoa.conflict', conflict);
  }

  async #write(
    actor: Actor,
    name: string,
    change: {
      readonly action: string;
      readonly message: string;
      readonly content: string | undefined;
      readonly expect: string | null;
    },
  ): Promise<void> {
    const path = policyPath(name);
    await this.deps.writer.write(actor, {
      action: change.action,
      resource: `policy:${name}`,
      message: change.message,
      changes: [{ path, content: change.content }],
      expect: { [path]: change.expect },
    });
  }
}

/** What the ETag is made of. */
export function tagged(policy: NamedPolicy | undefined): { treeId: string } {
  return { treeId: policy?.treeId ?? (policy ? 'built-in' : 'none') };
}

function readBody(body: unknown): NamedPolicy['step'] {
  try {
    return readStep(body, 'body');
  } catch (error) {
    if (!(error instanceof StoaError)) throw error;
    const [field, message] = error.message.split(/: (.*)/s);
    throw invalid(field.replace(/^body\./, ''), message);
  }
}

/** Throws `stoa.validation` for what the projector would set aside. */
function checkContent(text: string, name: string): void {
  try {
    parsePolicy(text, name);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw invalid('body', error.message);
  }
}
