import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { fromJson } from '../database/values';
import { LIVE_STATES } from '../subscriptions/lifecycle';

export type Plan = Schema<'Plan'>;

/** A plan with what only the platform needs to know. */
export interface PlanTerms extends Plan {
  readonly autoApproveRoles: readonly string[];
}

/** What every tenant starts with; the smallest needs no approval only where a provider says so. */
const SEEDED = [
  {
    id: 'free',
    name: 'Free',
    rate_limit_per_minute: 10,
    burst: 0,
    quota_per_day: 1_000,
  },
  {
    id: 'basic',
    name: 'Basic',
    rate_limit_per_minute: 60,
    burst: 10,
    quota_per_day: 20_000,
  },
  {
    id: 'pro',
    name: 'Pro',
    rate_limit_per_minute: 600,
    burst: 100,
    quota_per_day: 500_000,
  },
] as const;

/** Prices are kept in millionths, which add up exactly. */
const MICROS = 1_000_000;

export class PlanStore {
  constructor(readonly knex: Knex) {}

  /** Gives a new tenant its first plans; does nothing where there are some. */
  static async seed(trx: Knex.Transaction, tenantId: string): Promise<void> {
    await trx('plans')
      .insert(
        SEEDED.map(plan => ({
          ...plan,
          tenant_id: tenantId,
          quota_per_month: null,
          requires_approval: true,
          auto_approve_roles: JSON.stringify([]),
        })),
      )
      .onConflict(['tenant_id', 'id'])
      .ignore();
  }

  async list(tenantId: string): Promise<PlanTerms[]> {
    const rows = await this.knex('plans')
      .where({ tenant_id: tenantId })
      .orderBy(['rate_limit_per_minute', 'id']);
    return rows.map(toPlan);
  }

  async get(
    tenantId: string,
    id: string,
    db: Knex = this.knex,
  ): Promise<PlanTerms | undefined> {
    const row = await db('plans').where({ tenant_id: tenantId, id }).first();
    return row && toPlan(row);
  }

  async count(tenantId: string, db: Knex): Promise<number> {
    const row = await db('plans')
      .where({ tenant_id: tenantId })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async insert(
    db: Knex,
    tenantId: string,
    input: Schema<'PlanCreate'>,
  ): Promise<void> {
    const { id, ...terms } = input;
    await db('plans').insert({ tenant_id: tenantId, id, ...columns(terms) });
  }

  /** False when there is no such plan. */
  async update(
    db: Knex,
    tenantId: string,
    id: string,
    terms: Schema<'PlanInput'>,
  ): Promise<boolean> {
    const count = await db('plans')
      .where({ tenant_id: tenantId, id })
      .update(columns(terms));
    return count === 1;
  }

  async remove(db: Knex, tenantId: string, id: string): Promise<boolean> {
    const count = await db('plans').where({ tenant_id: tenantId, id }).del();
    return count === 1;
  }

  /** What still needs the plan, in words; undefined when nothing does. */
  async usedBy(
    db: Knex,
    tenantId: string,
    id: string,
  ): Promise<string | undefined> {
    const where = { tenant_id: tenantId };
    for (const table of ['subscriptions', 'mcp_subscriptions']) {
      const live = await db(table)
        .where({ ...where, plan: id })
        .whereIn('status', [...LIVE_STATES])
        .first('id');
      if (live) return 'subscriptions';
    }
    for (const [table, words] of [
      ['apis', 'APIs'],
      ['mcp_servers', 'ToolSets'],
    ]) {
      const rows = await db(table)
        .where(where)
        .whereNull('deleted_at')
        .select('plans');
      if (rows.some(row => fromJson<string[]>(row.plans).includes(id)))
        return words;
    }
    return undefined;
  }
}

function columns(terms: Schema<'PlanInput'>) {
  return {
    name: terms.name,
    rate_limit_per_minute: terms.rate_limit_per_minute,
    burst: terms.burst ?? 0,
    quota_per_day: terms.quota_per_day ?? null,
    quota_per_month: terms.quota_per_month ?? null,
    price_micros:
      terms.price_per_thousand_calls === undefined
        ? null
        : Math.round(terms.price_per_thousand_calls * MICROS),
    currency: terms.currency ?? null,
    requires_approval: terms.requires_approval ?? true,
    auto_approve_roles: JSON.stringify(terms.auto_approve_roles ?? []),
  };
}

/** A plan as those see it who may manage it. */
export function toWire({
  autoApproveRoles,
  ...plan
}: PlanTerms): Schema<'TenantPlan'> {
  return {
    ...plan,
    auto_approve_roles: [
      ...autoApproveRoles,
    ] as Schema<'TenantPlan'>['auto_approve_roles'],
  };
}

/** A plan as consumers see it. */
export function publicPlan({ autoApproveRoles: _, ...plan }: PlanTerms): Plan {
  return plan;
}

function toPlan(row: any): PlanTerms {
  return {
    id: row.id,
    name: row.name,
    rate_limit_per_minute: row.rate_limit_per_minute,
    burst: row.burst,
    ...(row.quota_per_day && { quota_per_day: row.quota_per_day }),
    ...(row.quota_per_month && { quota_per_month: row.quota_per_month }),
    ...(row.price_micros !== null && {
      price_per_thousand_calls: Number(row.price_micros) / MICROS,
      currency: row.currency,
    }),
    requires_approval: Boolean(row.requires_approval),
    autoApproveRoles: fromJson(row.auto_approve_roles),
  };
}
