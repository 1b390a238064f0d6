import {
  Environment,
  Schema,
  StoaError,
  isTenantId,
  notFound,
} from '@stoa/plugin-stoa-common';
import { DEFAULT_POLICIES, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { checkPolicies } from '../api-policies/check';
import { checkIfMatch, invalid } from '../apis/checks';
import { Actor } from '../database/UnitOfWork';
import { GitWriter } from '../projector/GitWriter';
import { ManifestError } from '../projector/manifests';
import { tenantPath } from '../projector/paths';
import {
  editTenant,
  parseTenant,
  printTenant,
  TENANT_DEFAULTS,
  TenantSpec,
} from '../projector/tenantManifest';
import { Tenant, TenantStore } from './TenantStore';
import { hasLiveDeployments } from './usage';

/** Creates, changes and archives tenants, Git first: `tenant.yaml` says what a tenant is. */
export class TenantService {
  constructor(
    readonly deps: {
      readonly tenants: TenantStore;
      readonly repository: GitOpsRepository;
      readonly writer: GitWriter;
      /** Called when a tenant waits to be provisioned. */
      readonly onPending: () => void;
    },
  ) {}

  async get(tenantId: string): Promise<Tenant> {
    const tenant = await this.deps.tenants.get(tenantId);
    if (!tenant) throw notFound('tenant');
    return tenant;
  }

  /** What the ETag is made of. */
  async treeId(tenantId: string): Promise<string> {
    const kept = await this.deps.tenants.treeId(tenantId);
    if (kept) return kept;
    const { repository } = this.deps;
    const head = await repository.head();
    const path = tenantPath(tenantId);
    return (head && (await repository.objectId(head, path))) ?? 'none';
  }

  /** Throws `stoa.tenant.exists`, also for one that was archived: its audit and usage stay its own. */
  async create(actor: Actor, input: Schema<'TenantCreate'>): Promise<Tenant> {
    const { id } = input;
    if (!isTenantId(id)) throw invalid('id', 'is reserved; choose another');
    if (await this.deps.tenants.get(id)) throw exists(id);
    const content = printTenant(id, {
      ...specOf(input),
      defaultPolicies: input.default_policies ?? [...DEFAULT_POLICIES],
    });
    checkManifest(content, id);
    await this.#checkPolicies(input.default_policies);
    const path = tenantPath(id);
    try {
      await this.deps.writer.write(actor, {
        action: 'stoa.tenant.create',
        resource: `tenant:${id}`,
        message: `Create tenant ${id}`,
        changes: [{ path, content }],
        expect: { [path]: null },
      });
    } catch (error) {
      const taken = (error as StoaError).code === 'stoa.precondition_failed';
      throw taken ? exists(id) : error;
    }
    this.deps.onPending();
    return this.get(id);
  }

  /** Replaces what is given here, and keeps the rest of the manifest. `ifMatch`: missing is 428, stale 412. */
  async update(
    actor: Actor,
    tenantId: string,
    ifMatch: string | undefined,
    input: Schema<'TenantUpdate'>,
  ): Promise<Tenant> {
    const { status } = await this.get(tenantId);
    if (status === 'archived') throw illegal(status, 'update');
    const treeId = await this.treeId(tenantId);
    checkIfMatch({ treeId }, ifMatch);
    const path = tenantPath(tenantId);
    const spec = specOf(input);
    const content = editTenant(await this.#read(path), spec);
    checkManifest(content, tenantId);
    await this.#checkPolicies(input.default_policies);
    await this.deps.writer.write(actor, {
      action: 'stoa.tenant.update',
      resource: `tenant:${tenantId}`,
      message: `Update tenant ${tenantId}`,
      changes: [{ path, content }],
      expect: { [path]: treeId },
      guard: trx => checkEnvironments(trx, tenantId, spec),
    });
    return this.get(tenantId);
  }

  /**
   * Takes the tenant out of Git: nothing of it is reachable, its subscriptions are
   * revoked, its audit and usage stay. Throws `stoa.tenant.in_use` while something of
   * it is deployed, unless `force`.
   */
  async archive(
    actor: Actor,
    tenantId: string,
    how: { readonly force?: boolean; readonly treeId?: string } = {},
  ): Promise<Tenant> {
    const { status } = await this.get(tenantId);
    if (status === 'archived') throw illegal(status, 'archive');
    const path = tenantPath(tenantId);
    await this.deps.writer.write(actor, {
      action: 'stoa.tenant.delete',
      resource: `tenant:${tenantId}`,
      message: `Archive tenant ${tenantId}`,
      changes: [{ path }],
      expect: { [path]: how.treeId ?? (await this.treeId(tenantId)) },
      guard: async trx => {
        await trx('tenants').where({ id: tenantId }).forUpdate().first('id');
        if (how.force || !(await hasLiveDeployments(trx, tenantId))) return;
        throw new StoaError(
          'stoa.tenant.in_use',
          'APIs of the tenant are deployed. Undeploy them first, or archive it with force.',
        );
      },
    });
    return this.get(tenantId);
  }

  async #checkPolicies(
    policies: Schema<'TenantUpdate'>['default_policies'],
  ): Promise<void> {
    const { knex } = this.deps.tenants;
    await checkPolicies(knex, 'default_policies', policies);
  }

  async #read(path: string): Promise<string> {
    const { repository } = this.deps;
    const head = await repository.head();
    const file = head && (await repository.read(head, path));
    if (!file) throw notFound('tenant');
    return file.toString('utf8');
  }
}

export function illegal(status: string, move: string): StoaError {
  return new StoaError(
    'stoa.tenant.illegal_transition',
    `The tenant is ${status}; it cannot be changed by "${move}".`,
    { details: { status, move } },
  );
}

function exists(id: string): StoaError {
  return new StoaError(
    'stoa.tenant.exists',
    `There is, or was, a tenant "${id}". Choose another id.`,
  );
}

function specOf(input: Schema<'TenantUpdate'>): TenantSpec {
  const { settings = {} } = input;
  const environments: readonly Environment[] =
    settings.supported_environments ?? TENANT_DEFAULTS.supportedEnvironments;
  return {
    displayName: input.display_name,
    description: input.description,
    portalVisibility: input.portal_visibility ?? 'private',
    settings: {
      maxApis: settings.max_apis ?? TENANT_DEFAULTS.maxApis,
      maxApplications:
        settings.max_applications ?? TENANT_DEFAULTS.maxApplications,
      supportedEnvironments: [...environments],
    },
    defaultPolicies: input.default_policies,
    tags: input.tags ?? [],
  };
}

/** Fields of the contract by their path in the manifest, where the names differ. */
const FIELDS: Readonly<Record<string, string>> = {
  'spec.displayName': 'display_name',
  'spec.portalVisibility': 'portal_visibility',
};

/** Throws `stoa.validation` for what the projector would set aside. */
function checkManifest(text: string, tenantId: string): void {
  try {
    parseTenant(text, tenantId);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const [path, message] = error.message.split(/: (.*)/s);
    throw message
      ? invalid(FIELDS[path] ?? path.replace(/^spec\./, ''), message)
      : invalid('body', error.message);
  }
}

/** An environment is not taken away while something is deployed there. */
async function checkEnvironments(
  trx: Knex.Transaction,
  tenantId: string,
  { settings }: TenantSpec,
): Promise<void> {
  const used = await trx('runtime_routes')
    .where({ tenant_id: tenantId })
    .whereNotIn('environment', settings.supportedEnvironments)
    .first('environment');
  if (!used) return;
  throw new StoaError(
    'stoa.tenant.in_use',
    `APIs of the tenant are deployed to ${used.environment}. Undeploy them before you take it away.`,
    { details: { environment: used.environment } },
  );
}
