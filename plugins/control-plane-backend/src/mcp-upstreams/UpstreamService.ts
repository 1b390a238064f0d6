import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { DiallerService, maskText, Sealer } from '@stoa/plugin-stoa-node';
import { v7 as uuid } from 'uuid';
import { changedMeanwhile } from '../alerts/AlertRuleService';
import { checkIfMatch } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation } from '../database/values';
import { lockActiveTenant, TenantStore } from '../tenants/TenantStore';
import { checkUrl } from '../webhooks/checkUrl';
import { checkAuth, secretContext } from './credentials';
import {
  taggable,
  UpstreamFields,
  UpstreamRecord,
  UpstreamStore,
} from './UpstreamStore';

/** How many a tenant may have. */
const MAX_PER_TENANT = 100;

/** What administrators of a tenant do with the servers that it registers. Everything throws `stoa.not_found` for what is not theirs. */
export class UpstreamService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly upstreams: UpstreamStore;
      readonly tenants: TenantStore;
      readonly sealer: Sealer;
      readonly dialler: DiallerService;
    },
  ) {}

  async get(tenantId: string, id: string): Promise<UpstreamRecord> {
    const found = await this.deps.upstreams.get(tenantId, id);
    if (!found) throw notFound('MCP server');
    return found;
  }

  /**
   * Throws `stoa.validation` naming the field, `stoa.mcp_server.exists` where the
   * name is taken, also by a ToolSet, and `stoa.tenant.quota_exceeded` for one too many.
   */
  async create(
    actor: Actor,
    input: Schema<'McpUpstreamCreate'>,
  ): Promise<UpstreamRecord> {
    const { unitOfWork, upstreams, tenants } = this.deps;
    const { tenant_id: tenantId, slug } = input;
    await tenants.active(tenantId);
    const id = uuid();
    const fields = await this.#fieldsOf(tenantId, id, input);
    try {
      await unitOfWork.run(actor, async tx => {
        await lockActiveTenant(tx.db, tenantId);
        if ((await upstreams.count(tenantId, tx.db)) >= MAX_PER_TENANT) {
          throw new StoaError(
            'stoa.tenant.quota_exceeded',
            `The tenant may have ${MAX_PER_TENANT} registered MCP servers. Delete one first.`,
          );
        }
        await upstreams.create(tx.db, { tenantId, id, slug }, fields);
        await audit(tx, tenantId, id, 'create', { slug, ...open(fields) });
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoaError(
        'stoa.mcp_server.exists',
        `The tenant has an MCP server "${slug}" already.`,
      );
    }
    return this.get(tenantId, id);
  }

  /** Changes all of it. `ifMatch` is the ETag that was read: missing is 428, stale 412. */
  async update(
    actor: Actor,
    tenantId: string,
    id: string,
    ifMatch: string | undefined,
    input: Schema<'McpUpstreamInput'>,
  ): Promise<UpstreamRecord> {
    const { unitOfWork, upstreams, tenants } = this.deps;
    const kept = await this.get(tenantId, id);
    checkIfMatch(taggable(kept), ifMatch);
    await tenants.active(tenantId);
    const fields = await this.#fieldsOf(tenantId, id, input, kept);
    await unitOfWork.run(actor, async tx => {
      if (!(await upstreams.update(tx.db, kept, fields)))
        throw changedMeanwhile();
      await audit(tx, tenantId, id, 'update', {
        ...open(fields),
        secret_replaced: input.auth?.secret !== undefined,
      });
    });
    return this.get(tenantId, id);
  }

  async remove(
    actor: Actor,
    tenantId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const kept = await this.get(tenantId, id);
    checkIfMatch(taggable(kept), ifMatch);
    await this.deps.unitOfWork.run(actor, async tx => {
      if (!(await this.deps.upstreams.remove(tx.db, kept)))
        throw changedMeanwhile();
      await audit(tx, tenantId, id, 'delete');
    });
  }

  async #fieldsOf(
    tenantId: string,
    id: string,
    input: Schema<'McpUpstreamInput'>,
    kept?: UpstreamRecord,
  ): Promise<UpstreamFields> {
    const { endpoint, auth = { type: 'none' } } = input;
    await checkUrl(this.deps.dialler, tenantId, 'endpoint', endpoint);
    // A secret that was given for one host is not sent to another.
    const isKept =
      kept?.wire.auth.type === auth.type &&
      new URL(kept.wire.endpoint).origin === new URL(endpoint).origin;
    checkAuth(auth, isKept);
    const sealed = auth.secret
      ? await this.deps.sealer.seal(auth.secret, secretContext(id))
      : kept?.sealedSecret;
    return {
      name: input.display_name.trim(),
      description: input.description,
      endpoint,
      transport: input.transport ?? kept?.wire.transport ?? 'streamable_http',
      auth: { type: auth.type, ...(auth.header && { header: auth.header }) },
      sealedSecret: auth.type === 'none' ? undefined : sealed,
      visibility: input.visibility ?? kept?.wire.visibility ?? 'private',
      status: input.status ?? kept?.wire.status ?? 'active',
      newTools: input.new_tools ?? kept?.wire.new_tools ?? 'hold',
    };
  }
}

/** What may be known of it: an address may hold what nobody should read. */
function open({ sealedSecret: _, ...fields }: UpstreamFields) {
  return { ...fields, endpoint: maskText(fields.endpoint) };
}

async function audit(
  tx: Tx,
  tenantId: string,
  id: string,
  verb: 'create' | 'update' | 'delete',
  details?: Record<string, unknown>,
): Promise<void> {
  await tx.audit({
    tenantId,
    action: 'stoa.mcp-server.manage',
    resource: `mcp-server:${id}`,
    outcome: 'success',
    details: { verb, ...details },
  });
}
