import { Principal, Schema, notFound } from '@stoa/plugin-stoa-common';
import {
  DiallerService,
  PolicyEngine,
  policyInput,
  Sealer,
  SecretStore,
} from '@stoa/plugin-stoa-node';
import { etagOf } from '../apis/checks';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { toDefinition } from '../mcp-servers/view';
import { TenantStore } from '../tenants/TenantStore';
import { ChangeRecord, ChangeStore } from './ChangeStore';
import { DiscoveryService } from './DiscoveryService';
import { UpstreamService } from './UpstreamService';
import { taggable, UpstreamRecord, UpstreamStore } from './UpstreamStore';

type ById = { params: { server_id: string } };

export interface McpUpstreams {
  readonly routes: Routes;
  /** The server as its managers see it, for those who may manage it. */
  readonly forManager: (
    principal: Principal,
    server: { readonly tenantId: string; readonly id: string },
  ) => Promise<UpstreamRecord | undefined>;
}

/** MCP servers that are elsewhere: kept, asked what they have, and their changes decided on. */
export function createMcpUpstreams(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly servers: McpServerStore;
  readonly policy: PolicyEngine;
  readonly secrets: SecretStore;
  readonly dialler: DiallerService;
}): McpUpstreams {
  const { unitOfWork, servers, policy } = options;
  const upstreams = new UpstreamStore(unitOfWork.knex);
  const changes = new ChangeStore(unitOfWork.knex);
  const sealer = new Sealer(options.secrets);
  const service = new UpstreamService({ ...options, upstreams, sealer });
  const discovery = new DiscoveryService({
    ...options,
    upstreams,
    changes,
    sealer,
  });
  const keyOf = async ({ params }: ById) => {
    const server = await servers.get(params.server_id);
    if (server?.kind !== 'mcp') throw notFound('MCP server');
    return { tenantId: server.tenantId, serverId: server.id };
  };
  const find = async (call: ById) => {
    const { tenantId, serverId } = await keyOf(call);
    return service.get(tenantId, serverId);
  };
  const byId = {
    what: 'MCP server',
    resource: async (call: ById) => ({
      tenantId: (await keyOf(call)).tenantId,
    }),
  };
  const may = async (
    principal: Principal,
    action: 'stoa.mcp-server.manage' | 'stoa.mcp-server.decide',
    tenantId: string,
  ) =>
    (await policy.decide(policyInput(principal, action, { tenantId }))).allow;
  const view = async (
    principal: Principal,
    tenantId: string,
    list: readonly ChangeRecord[],
  ): Promise<Schema<'McpToolChange'>[]> => {
    const decides = await may(principal, 'stoa.mcp-server.decide', tenantId);
    return list.map(change => toWire(change, decides));
  };
  const deciding = (decision: 'accept' | 'reject') => ({
    ...byId,
    handler: async (call: {
      actor: Parameters<DiscoveryService['decide']>[0];
      principal: Principal;
      params: { server_id: string; change_id: string };
    }) => {
      const key = await keyOf(call);
      const { change_id: id } = call.params;
      const change = await discovery.decide(call.actor, key, id, decision);
      const [body] = await view(call.principal, key.tenantId, [change]);
      return { body };
    },
  });

  return {
    forManager: async (principal, { tenantId, id }) =>
      (await may(principal, 'stoa.mcp-server.manage', tenantId))
        ? upstreams.get(tenantId, id)
        : undefined,
    routes: {
      ...route('createMcpServer', {
        what: 'tenant',
        resourceOfBody: async body => ({ tenantId: body.tenant_id }),
        handler: async ({ actor, body }) =>
          one(await service.create(actor, body), 201),
      }),
      ...route('updateMcpServer', {
        ...byId,
        handler: async ({ actor, body, ifMatch, ...call }) => {
          const { tenantId, serverId } = await keyOf(call);
          return one(
            await service.update(actor, tenantId, serverId, ifMatch, body),
          );
        },
      }),
      ...route('deleteMcpServer', {
        ...byId,
        handler: async ({ actor, ifMatch, ...call }) => {
          const { tenantId, serverId } = await keyOf(call);
          await service.remove(actor, tenantId, serverId, ifMatch);
          return {};
        },
      }),
      ...route('testMcpServer', {
        ...byId,
        handler: async ({ actor, ...call }) => ({
          body: await discovery.test(actor, await find(call)),
        }),
      }),
      ...route('discoverMcpServer', {
        ...byId,
        handler: async ({ actor, ...call }) => ({
          body: await discovery.discover(actor, await find(call)),
        }),
      }),
      ...route('listMcpServerChanges', {
        ...byId,
        handler: async ({ principal, query, ...call }) => {
          const key = await keyOf(call);
          const page = await changes.list(key, query);
          const items = await view(principal, key.tenantId, page.items);
          return { body: { ...page, items } };
        },
      }),
      ...route('acceptMcpServerChange', deciding('accept')),
      ...route('rejectMcpServerChange', deciding('reject')),
      ...route('listAllMcpServers', {
        resource: () => ({}),
        handler: async ({ query }) => ({
          body: await upstreams.listAll(query),
        }),
      }),
    },
  };
}

function one(upstream: UpstreamRecord, status = 200) {
  return {
    status,
    body: upstream.wire,
    headers: { ETag: etagOf(taggable(upstream)) },
  };
}

function toWire(
  change: ChangeRecord,
  decides: boolean,
): Schema<'McpToolChange'> {
  const open = decides && change.status === 'pending';
  return {
    id: change.id,
    server_id: change.serverId,
    tool: change.tool,
    kind: change.kind,
    hash: change.hash,
    ...(change.definition && { definition: toDefinition(change.definition) }),
    ...(change.pinned && { pinned: toDefinition(change.pinned) }),
    status: change.status,
    found_at: change.foundAt,
    ...(change.decidedBy && {
      decided_by: change.decidedBy,
      decided_at: change.decidedAt,
    }),
    permissions: { accept: open, reject: open },
  };
}
