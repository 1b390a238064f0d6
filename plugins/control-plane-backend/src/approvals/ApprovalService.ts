import {
  isSamePerson,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { maskSnapshot, maskText } from '@stoa/plugin-stoa-node';
import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { Actor, systemActor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation, now } from '../database/values';
import { ownRequest } from '../http/refusal';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { Approval, ApprovalCall, ApprovalStore } from './ApprovalStore';
import { isDestructive, MoveName } from './lifecycle';

/** How many calls of one person may wait at a time. */
const MAX_PENDING = 50;
/** Seconds for which a question stands where the gateway does not say. */
const EXPIRES_IN_SECONDS = 600;
/** How many one sweep closes. */
const BATCH = 200;

/** Lets people decide on calls of tools: asked by a gateway, decided once, used once. */
export class ApprovalService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly approvals: ApprovalStore;
      readonly servers: McpServerStore;
    },
  ) {}

  /** Throws `stoa.not_found`. Whether the caller may see it is the policy's answer. */
  async get(id: string): Promise<Approval> {
    const approval = await this.deps.approvals.get(id);
    if (!approval) throw notFound('approval');
    return approval;
  }

  /**
   * Asks about a call, or answers what was asked about it before and still stands.
   * Throws `stoa.not_found` for a tool that is not served, `stoa.rate_limited` when
   * too many calls of the caller wait.
   */
  async ask(
    actor: Actor,
    input: Schema<'McpApprovalRequest'>,
  ): Promise<{ readonly approval: Approval; readonly isNew: boolean }> {
    const { approvals, unitOfWork, servers } = this.deps;
    const server = await servers.get(input.server_id);
    if (!server?.isServed) throw notFound('MCP server');
    const tool = await servers.tool(server.id, input.tool);
    if (!tool) throw notFound('tool');
    const call: ApprovalCall = {
      tenantId: server.tenantId,
      serverId: server.id,
      tool: tool.name,
      subject: input.subject,
      argumentsHash: input.arguments_hash,
    };
    const before = await this.#standing(call);
    if (before) return { approval: before, isNew: false };
    if ((await approvals.countPending(call.subject)) >= MAX_PENDING) {
      throw new StoaError(
        'stoa.rate_limited',
        `${MAX_PENDING} calls wait for approval. Wait for decisions first.`,
      );
    }
    const id = uuid();
    const seconds = input.expires_in_seconds ?? EXPIRES_IN_SECONDS;
    try {
      await unitOfWork.run(actor, async tx => {
        await approvals.create(tx.db, {
          ...call,
          id,
          clientId: input.client_id,
          arguments: maskSnapshot(input.arguments) as Approval['arguments'],
          destructive: isDestructive(tool.annotations),
          requestId: input.request_id,
          status: 'pending',
          createdAt: now(),
          expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
        });
        const approval = (await approvals.get(id, tx.db))!;
        await tell(tx, approval, 'tool-approval-requested');
        await audit(tx, approval, 'request');
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Another gateway has asked about the same call meanwhile.
      const other = await this.#standing(call);
      if (!other) throw error;
      return { approval: other, isNew: false };
    }
    return { approval: await this.get(id), isNew: true };
  }

  /**
   * Throws `stoa.approval.own_request` for whose call it is where the tool may
   * destroy, `stoa.approval.illegal_transition` when it does not wait any more.
   */
  async decide(
    actor: Actor,
    id: string,
    decision: 'approve' | 'deny',
    note: string | undefined,
  ): Promise<Approval> {
    const approval = await this.get(id);
    const isOwn = isSamePerson(actor.principal, approval.subject);
    if (decision === 'approve' && isOwn && approval.destructive)
      throw ownRequest('tool call');
    return this.#move(
      actor,
      approval,
      decision,
      note === undefined ? undefined : maskText(note.trim()),
    );
  }

  /** Lets one call through, and no other: throws as `decide`, and `stoa.not_found` for what was not approved for this call. */
  async use(
    actor: Actor,
    id: string,
    call: { readonly subject: string; readonly arguments_hash: string },
  ): Promise<Approval> {
    const approval = await this.get(id);
    if (
      approval.subject !== call.subject ||
      approval.argumentsHash !== call.arguments_hash
    )
      throw notFound('approval');
    return this.#move(actor, approval, 'use');
  }

  /** Closes what nobody decided on, or used, in time. Several processes may sweep at once. */
  async sweep(): Promise<void> {
    const actor = systemActor('expiry', randomUUID());
    for (const approval of await this.deps.approvals.due(BATCH))
      await this.#expire(actor, approval);
  }

  /** What is open about a call; of what is open beyond its time nothing is left then. */
  async #standing(call: ApprovalCall): Promise<Approval | undefined> {
    const found = await this.deps.approvals.open(call);
    if (found?.status !== 'expired') return found;
    await this.#expire(systemActor('expiry', randomUUID()), found);
    return undefined;
  }

  async #expire(actor: Actor, approval: Approval): Promise<void> {
    await this.deps.unitOfWork.run(actor, async tx => {
      const { subject } = actor.principal;
      const moved = await this.deps.approvals.move(tx.db, approval, 'expire', {
        subject,
      });
      if (moved) await audit(tx, approval, 'expire');
    });
  }

  async #move(
    actor: Actor,
    approval: Approval,
    name: Exclude<MoveName, 'expire'>,
    note?: string,
  ): Promise<Approval> {
    const { approvals, unitOfWork } = this.deps;
    const by = { subject: actor.principal.subject, note };
    await unitOfWork.run(actor, async tx => {
      if (!(await approvals.move(tx.db, approval, name, by)))
        throw illegal(await approvals.get(approval.id, tx.db), name);
      await audit(tx, approval, name);
      if (name === 'use') return;
      const decided = (await approvals.get(approval.id, tx.db))!;
      await tell(tx, decided, 'tool-approval-decided');
    });
    return this.get(approval.id);
  }
}

function illegal(found: Approval | undefined, move: MoveName): StoaError {
  const status = found?.status ?? 'expired';
  return new StoaError(
    'stoa.approval.illegal_transition',
    `The approval is ${status}; it cannot be changed by "${move}".`,
    { details: { status, move } },
  );
}

async function tell(
  tx: Tx,
  approval: Approval,
  type: 'tool-approval-requested' | 'tool-approval-decided',
): Promise<void> {
  await tx.event({
    topic: 'notifications',
    type,
    tenantId: approval.tenantId,
    aggregate: `approval:${approval.id}`,
    aggregateVersion: approval.version,
    payload: {
      approval_id: approval.id,
      server: approval.serverName,
      tool: approval.tool,
      requested_by: approval.subject,
      status: approval.status,
      expires_at: approval.expiresAt,
      ...(approval.note && { reason: approval.note }),
    },
  });
}

async function audit(
  tx: Tx,
  approval: Approval,
  verb: MoveName | 'request',
): Promise<void> {
  await tx.audit({
    tenantId: approval.tenantId,
    action: `stoa.approval.${verb}`,
    resource: `approval:${approval.id}`,
    outcome: 'success',
    details: { tool: approval.tool, arguments_hash: approval.argumentsHash },
    person: approval.subject,
  });
}
