import { Client } from '@modelcontextprotocol/client';
import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import {
  DiallerService,
  Places,
  Sealer,
  TextCleaner,
} from '@stoa/plugin-stoa-node';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { Asked, askUpstream } from './askUpstream';
import { changesBetween, refusedAs, ToolChange } from './changesBetween';
import { ChangeRecord, ChangeStore, ServerKey } from './ChangeStore';
import { headersOf, secretContext } from './credentials';
import { definitionOf, PinnedDefinition, UnfitTool } from './definitionOf';
import { UpstreamRecord, UpstreamStore } from './UpstreamStore';

/** Servers that are asked at a time: each may answer with as much as one may. */
const AT_ONCE = 16;
const AT_ONCE_PER_TENANT = 4;
const RETRY_SECONDS = 5;
/** How many tools a server may have. */
const MAX_TOOLS = 1000;
/** Of those that cannot be used, how many are told. */
const MAX_UNFIT = 50;

interface Found {
  readonly protocol?: string;
  readonly tools: readonly PinnedDefinition[];
  readonly unfit: { name: string; reason: string }[];
}

/** Asks servers elsewhere what they have, and keeps what they change from everybody until it is accepted. */
export class DiscoveryService {
  readonly #places = new Places();

  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly upstreams: UpstreamStore;
      readonly changes: ChangeStore;
      readonly sealer: Sealer;
      readonly dialler: DiallerService;
    },
  ) {}

  /** Whether it answers; nothing of what it says. */
  async test(
    actor: Actor,
    upstream: UpstreamRecord,
  ): Promise<Schema<'McpUpstreamTest'>> {
    const { tenant_id: tenantId, id } = upstream.wire;
    await this.deps.unitOfWork.run(actor, tx =>
      audit(tx, { tenantId, serverId: id }, 'manage', { verb: 'test' }),
    );
    const asked = await this.#ask(upstream, async client =>
      client.getNegotiatedProtocolVersion(),
    );
    const { durationMs: duration_ms } = asked;
    if ('error' in asked)
      return { reachable: false, error: asked.error, duration_ms };
    const { answer: protocol_version } = asked;
    return {
      reachable: true,
      duration_ms,
      ...(protocol_version && { protocol_version }),
    };
  }

  /** Brings what is held to what the server says now. Several at once come one after the other. */
  async discover(
    actor: Actor,
    upstream: UpstreamRecord,
  ): Promise<Schema<'McpDiscovery'>> {
    const { unitOfWork, upstreams } = this.deps;
    const { wire } = upstream;
    const key = { tenantId: wire.tenant_id, serverId: wire.id };
    const asked = await this.#ask(upstream, listTools);
    const { durationMs: duration_ms } = asked;
    return unitOfWork.run(actor, async tx => {
      if (!(await upstreams.lock(tx.db, key.tenantId, key.serverId)))
        throw notFound('MCP server');
      if ('error' in asked) {
        const { error } = asked;
        await upstreams.discovered(tx.db, wire, { error });
        await audit(tx, key, 'manage', { verb: 'discover', error });
        const nothing = { tools: 0, listed: 0, held: 0, unfit: [] };
        return { discovered: false, error, duration_ms, ...nothing };
      }
      const { tools, unfit, protocol } = asked.answer;
      await upstreams.discovered(tx.db, wire, { protocol });
      const { listed, held } = await this.#compare(tx, key, upstream, tools);
      await audit(tx, key, 'manage', {
        verb: 'discover',
        tools: tools.length,
        listed,
        held,
      });
      return {
        discovered: true,
        duration_ms,
        tools: tools.length,
        listed,
        held,
        unfit,
      };
    });
  }

  /** Of several decisions at once, one wins; the others get `stoa.mcp_server.illegal_transition` naming the state. */
  async decide(
    actor: Actor,
    key: ServerKey,
    id: string,
    decision: 'accept' | 'reject',
  ): Promise<ChangeRecord> {
    const { unitOfWork, upstreams, changes } = this.deps;
    const status = decision === 'accept' ? 'accepted' : 'rejected';
    const { subject } = actor.principal;
    return unitOfWork.run(actor, async tx => {
      if (!(await upstreams.lock(tx.db, key.tenantId, key.serverId)))
        throw notFound('MCP server');
      const moved = await changes.decide(tx.db, key, id, status, subject);
      const change = await changes.get(key, id, tx.db);
      if (!change) throw notFound('change');
      if (!moved) throw illegal(change.status, decision);
      if (decision === 'accept') await changes.apply(tx.db, key, change);
      const { tool, kind, hash } = change;
      await audit(tx, key, 'decide', { decision, tool, kind, hash });
      return change;
    });
  }

  async #ask<T>(
    { wire, sealedSecret }: UpstreamRecord,
    question: (client: Client) => Promise<T>,
  ): Promise<Asked<T>> {
    const secret =
      sealedSecret &&
      (await this.deps.sealer.open(sealedSecret, secretContext(wire.id)));
    const { endpoint, transport, tenant_id: tenantId } = wire;
    const leave = this.#places.take([
      ['all', AT_ONCE],
      [`tenant:${tenantId}`, AT_ONCE_PER_TENANT],
    ]);
    if (typeof leave === 'string') {
      throw new StoaError(
        'stoa.rate_limited',
        'Too many MCP servers are being asked. Try again in a moment.',
        { details: { retry_after: RETRY_SECONDS } },
      );
    }
    try {
      return await askUpstream(
        this.deps.dialler.forTenant(tenantId),
        { endpoint, transport, headers: headersOf(wire.auth, secret) },
        question,
      );
    } finally {
      leave();
    }
  }

  async #compare(
    tx: Tx,
    key: ServerKey,
    { wire }: UpstreamRecord,
    tools: readonly PinnedDefinition[],
  ): Promise<{ listed: number; held: number }> {
    const { changes } = this.deps;
    const differences = changesBetween(
      await changes.pinned(key, tx.db),
      tools,
      {
        newTools: wire.new_tools,
        refused: await changes.refused(key, tx.db),
      },
    );
    const waiting = new Map<string, ToolChange>(
      differences.held.map(change => [refusedAs(change), change]),
    );
    for (const before of await changes.pending(key, tx.db)) {
      if (waiting.delete(refusedAs(before))) continue;
      const { id } = before;
      await changes.decide(tx.db, key, id, 'withdrawn', 'system:discovery');
    }
    for (const change of waiting.values())
      await changes.hold(tx.db, key, change);
    for (const change of differences.accepted)
      await changes.apply(tx.db, key, change);
    return {
      listed: differences.accepted.length,
      held: differences.held.length,
    };
  }
}

async function listTools(client: Client): Promise<Found> {
  const { tools: said } = await client.listTools();
  const tools = new Map<string, PinnedDefinition>();
  const unfit: Found['unfit'] = [];
  const refuse = (name: unknown, reason: string) => {
    if (unfit.length >= MAX_UNFIT) return;
    unfit.push({ name: new TextCleaner().text(name, 64) ?? '', reason });
  };
  for (const tool of said) {
    try {
      const definition = definitionOf(tool);
      if (tools.has(definition.name))
        refuse(tool.name, 'another tool has this name');
      else if (tools.size >= MAX_TOOLS)
        refuse(tool.name, `a server may have ${MAX_TOOLS} tools`);
      else tools.set(definition.name, definition);
    } catch (error) {
      if (!(error instanceof UnfitTool)) throw error;
      refuse(tool.name, error.message);
    }
  }
  return {
    protocol: client.getNegotiatedProtocolVersion(),
    tools: [...tools.values()],
    unfit,
  };
}

function illegal(status: string, move: string): StoaError {
  return new StoaError(
    'stoa.mcp_server.illegal_transition',
    `The change is ${status}; it cannot be changed by "${move}".`,
    { details: { status, move } },
  );
}

async function audit(
  tx: Tx,
  { tenantId, serverId }: ServerKey,
  what: 'manage' | 'decide',
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({
    tenantId,
    action: `stoa.mcp-server.${what}`,
    resource: `mcp-server:${serverId}`,
    outcome: 'success',
    details,
  });
}
