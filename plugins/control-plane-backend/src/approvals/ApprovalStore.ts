import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, isoOrNull, now } from '../database/values';
import {
  ApprovalState,
  MoveName,
  MOVES,
  OPEN_STATES,
  stateAt,
} from './lifecycle';

/** The call that is asked about. */
export interface ApprovalCall {
  readonly tenantId: string;
  readonly serverId: string;
  readonly tool: string;
  readonly subject: string;
  readonly argumentsHash: string;
}

/** A question whether a call may go through, and what became of it. Times are ISO 8601 in UTC. */
export interface Approval extends ApprovalCall {
  readonly id: string;
  readonly serverName: string;
  readonly subjectName?: string;
  readonly clientId?: string;
  /** As the approver sees them: masked. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly destructive: boolean;
  readonly requestId?: string;
  readonly status: ApprovalState;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly note?: string;
  readonly usedAt?: string;
  readonly version: number;
}

export type NewApproval = Omit<
  Approval,
  'serverName' | 'subjectName' | 'version'
>;

/** Whose approvals: those of a tenant's tools, of one person's calls, or all. */
export type ApprovalScope =
  | { readonly tenantId: string }
  | { readonly subject: string }
  | 'all';

/** The queue of calls that wait for a person. */
export class ApprovalStore {
  constructor(readonly knex: Knex) {}

  async get(id: string, db: Knex = this.knex): Promise<Approval | undefined> {
    const row = await this.#select(db).where('a.id', id).first();
    return row && toApproval(row);
  }

  /** The one that is open about a call, if its time is not over. */
  async open(
    call: ApprovalCall,
    db: Knex = this.knex,
  ): Promise<Approval | undefined> {
    const row = await this.#select(db)
      .where({
        'a.tenant_id': call.tenantId,
        'a.server_id': call.serverId,
        'a.tool_name': call.tool,
        'a.subject': call.subject,
        'a.arguments_hash': call.argumentsHash,
      })
      .whereIn('a.status', OPEN_STATES)
      .first();
    return row && toApproval(row);
  }

  /** Newest first. */
  async list(
    scope: ApprovalScope,
    options: PageQuery & { readonly status?: ApprovalState },
  ): Promise<Page<Approval>> {
    const query = this.#select();
    if (scope !== 'all') {
      if ('tenantId' in scope) query.where('a.tenant_id', scope.tenantId);
      else query.where('a.subject', scope.subject);
    }
    if (options.status) inState(query, options.status, now());
    return pageOf(query, options, newestFirst('a.id'), toApproval);
  }

  /** How many calls of a person wait for a decision. */
  async countPending(subject: string): Promise<number> {
    const query = this.knex('mcp_approvals as a').where('a.subject', subject);
    const row = await inState(query, 'pending', now())
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async create(db: Knex, approval: NewApproval): Promise<void> {
    await db('mcp_approvals').insert({
      id: approval.id,
      tenant_id: approval.tenantId,
      server_id: approval.serverId,
      tool_name: approval.tool,
      subject: approval.subject,
      client_id: approval.clientId ?? null,
      arguments_hash: approval.argumentsHash,
      arguments: JSON.stringify(approval.arguments),
      destructive: approval.destructive,
      request_id: approval.requestId ?? null,
      status: approval.status,
      created_at: approval.createdAt,
      expires_at: approval.expiresAt,
      aggregate_version: 1,
    });
  }

  /** False when it is no longer in a state, or of the version, that allows the move. */
  async move(
    db: Knex,
    approval: Approval,
    name: MoveName,
    by: { readonly subject: string; readonly note?: string },
  ): Promise<boolean> {
    const at = now();
    const count = await db('mcp_approvals')
      .where({
        tenant_id: approval.tenantId,
        id: approval.id,
        aggregate_version: approval.version,
      })
      .whereIn('status', MOVES[name].from)
      .andWhere('expires_at', name === 'expire' ? '<=' : '>', at)
      .update({
        status: MOVES[name].to,
        aggregate_version: approval.version + 1,
        ...(name === 'use' && { used_at: at }),
        ...((name === 'approve' || name === 'deny') && {
          decided_by: by.subject,
          decided_at: at,
          note: by.note ?? null,
        }),
      });
    return count === 1;
  }

  /** Those whose time is over and that nobody has closed yet, the oldest first. */
  async due(limit: number): Promise<Approval[]> {
    const rows = await this.#select()
      .whereIn('a.status', OPEN_STATES)
      .andWhere('a.expires_at', '<=', now())
      .orderBy('a.expires_at')
      .limit(limit);
    return rows.map(toApproval);
  }

  #select(db: Knex = this.knex): Knex.QueryBuilder {
    return db('mcp_approvals as a')
      .join('mcp_servers as s', join =>
        join.on('s.id', 'a.server_id').andOn('s.tenant_id', 'a.tenant_id'),
      )
      .leftJoin('people as p', 'p.subject', 'a.subject')
      .leftJoin('people as d', 'd.subject', 'a.decided_by')
      .select(
        'a.*',
        's.name as server_name',
        'p.name as subject_name',
        'd.name as decided_by_name',
      );
  }
}

/** As `stateAt` tells of a row. */
function inState(
  query: Knex.QueryBuilder,
  status: ApprovalState,
  at: string,
): Knex.QueryBuilder {
  if (status === 'expired') {
    return query.where(q =>
      q
        .where('a.status', status)
        .orWhere(r =>
          r.whereIn('a.status', OPEN_STATES).andWhere('a.expires_at', '<=', at),
        ),
    );
  }
  query.where('a.status', status);
  if (OPEN_STATES.includes(status)) query.andWhere('a.expires_at', '>', at);
  return query;
}

function toApproval(row: any): Approval {
  const expiresAt = iso(row.expires_at);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    serverId: row.server_id,
    serverName: row.server_name,
    tool: row.tool_name,
    subject: row.subject,
    subjectName: row.subject_name || undefined,
    clientId: row.client_id ?? undefined,
    argumentsHash: row.arguments_hash,
    arguments: fromJson(row.arguments),
    destructive: Boolean(row.destructive),
    requestId: row.request_id ?? undefined,
    status: stateAt(row.status, expiresAt, now()),
    createdAt: iso(row.created_at),
    expiresAt,
    decidedBy: row.decided_by_name || row.decided_by || undefined,
    decidedAt: isoOrNull(row.decided_at) ?? undefined,
    note: row.note ?? undefined,
    usedAt: isoOrNull(row.used_at) ?? undefined,
    version: row.aggregate_version,
  };
}
