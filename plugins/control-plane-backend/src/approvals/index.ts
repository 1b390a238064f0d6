import { isSamePerson, Principal, Schema } from '@stoa/plugin-stoa-common';
import { PolicyEngine, policyInput } from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { route, Routes } from '../http/route';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { ApprovalService } from './ApprovalService';
import { Approval, ApprovalScope, ApprovalStore } from './ApprovalStore';

/** Calls of tools that wait for a person. */
export function createApprovals(options: {
  readonly unitOfWork: UnitOfWork;
  readonly servers: McpServerStore;
  readonly policy: PolicyEngine;
}): { readonly routes: Routes; readonly sweep: () => Promise<void> } {
  const { policy } = options;
  const approvals = new ApprovalStore(options.unitOfWork.knex);
  const service = new ApprovalService({ ...options, approvals });
  const view = async (
    principal: Principal,
    approval: Approval,
  ): Promise<Schema<'McpApproval'>> => {
    const input = policyInput(
      principal,
      'stoa.approval.decide',
      resourceOf(approval),
    );
    const mayDeny =
      approval.status === 'pending' && (await policy.decide(input)).allow;
    const isOwn = isSamePerson(principal, approval.subject);
    return toWire(approval, {
      approve: mayDeny && !(isOwn && approval.destructive),
      deny: mayDeny,
    });
  };
  const byId = {
    what: 'approval',
    resource: async (call: { params: { approval_id: string } }) =>
      resourceOf(await service.get(call.params.approval_id)),
  };
  const gateways = { resource: () => ({}) };

  return {
    sweep: () => service.sweep(),
    routes: {
      ...route('listMcpApprovals', {
        resource: ({ query }) =>
          query.tenant_id === undefined ? {} : { tenantId: query.tenant_id },
        handler: async ({ principal, decision, query }) => {
          const page = await approvals.list(
            scopeOf(query.tenant_id, decision.filter === 'all', principal),
            query,
          );
          return {
            body: {
              ...page,
              items: await Promise.all(
                page.items.map(item => view(principal, item)),
              ),
            },
          };
        },
      }),
      ...route('getMcpApproval', {
        ...byId,
        handler: async ({ principal, params }) => ({
          body: await view(principal, await service.get(params.approval_id)),
        }),
      }),
      ...route('approveMcpApproval', {
        ...byId,
        handler: async ({ actor, principal, params, body }) => ({
          body: await view(
            principal,
            await service.decide(
              actor,
              params.approval_id,
              'approve',
              body?.note,
            ),
          ),
        }),
      }),
      ...route('denyMcpApproval', {
        ...byId,
        handler: async ({ actor, principal, params, body }) => ({
          body: await view(
            principal,
            await service.decide(actor, params.approval_id, 'deny', body.note),
          ),
        }),
      }),
      ...route('createMcpApproval', {
        ...gateways,
        handler: async ({ actor, body }) => {
          const { approval, isNew } = await service.ask(actor, body);
          return { status: isNew ? 201 : 200, body: toWire(approval) };
        },
      }),
      ...route('useMcpApproval', {
        ...gateways,
        handler: async ({ actor, params, body }) => ({
          body: toWire(await service.use(actor, params.approval_id, body)),
        }),
      }),
    },
  };
}

/** What the policy knows of one: whose tool it is, and whose call. */
function resourceOf(approval: Approval) {
  return {
    tenantId: approval.tenantId,
    owners: [approval.subject],
    status: approval.status,
  };
}

function scopeOf(
  tenantId: string | undefined,
  all: boolean,
  principal: Principal,
): ApprovalScope {
  if (tenantId !== undefined) return { tenantId };
  return all ? 'all' : { subject: principal.subject };
}

function toWire(
  a: Approval,
  permissions = { approve: false, deny: false },
): Schema<'McpApproval'> {
  return {
    id: a.id,
    tenant_id: a.tenantId,
    server_id: a.serverId,
    server_name: a.serverName,
    tool: a.tool,
    subject: a.subject,
    ...(a.subjectName && { subject_name: a.subjectName }),
    ...(a.clientId && { client_id: a.clientId }),
    arguments: a.arguments,
    arguments_hash: a.argumentsHash,
    destructive: a.destructive,
    ...(a.requestId && { request_id: a.requestId }),
    status: a.status,
    created_at: a.createdAt,
    expires_at: a.expiresAt,
    ...(a.decidedBy && { decided_by: a.decidedBy, decided_at: a.decidedAt }),
    ...(a.note && { note: a.note }),
    ...(a.usedAt && { used_at: a.usedAt }),
    permissions,
  };
}
