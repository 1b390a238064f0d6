import { Principal, Schema } from '@stoa/plugin-stoa-common';
import { ownershipRefs, userEntityRefOf } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, now } from '../database/values';

export type Application = Schema<'Application'>;

/** The refs under which a principal owns things: their own, and those of their groups. */
export function ownerRefsOf(principal: Principal): string[] {
  return [userEntityRefOf(principal.subject), ...ownershipRefs(principal)];
}

/** An owner as the policy knows it: a person's subject, or the ref of a group. */
export function policyOwner(ownerRef: string): string {
  const user = userEntityRefOf('');
  return ownerRef.startsWith(user) ? ownerRef.slice(user.length) : ownerRef;
}

/** States in which a subscription still counts. */
export const LIVE = ['pending', 'active', 'suspended'] as const;

/** Applications, always by owner: they belong to people and groups, not to tenants. */
export class ApplicationStore {
  constructor(readonly knex: Knex) {}

  async get(id: string): Promise<Application | undefined> {
    const row = await this.#select().where('applications.id', id).first();
    return row && toApplication(row);
  }

  async list(
    owners: readonly string[],
    options: PageQuery,
  ): Promise<Page<Application>> {
    const query = this.#select().whereIn('owner_ref', [...owners]);
    return pageOf(
      query,
      options,
      newestFirst('applications.id'),
      toApplication,
    );
  }

  async count(owner: string): Promise<number> {
    const row = await this.knex('applications')
      .where({ owner_ref: owner })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async create(
    db: Knex,
    at: {
      readonly id: string;
      readonly owner: string;
      readonly clientId: string | undefined;
    },
    input: Schema<'ApplicationInput'>,
  ): Promise<void> {
    await db('applications').insert({
      id: at.id,
      owner_ref: at.owner,
      name: input.name.trim(),
      description: input.description ?? null,
      redirect_uris: JSON.stringify(input.redirect_uris ?? []),
      environment: 'dev',
      security_profile: input.security_profile ?? 'api_key',
      client_id: at.clientId ?? null,
      created_at: now(),
      updated_at: now(),
    });
  }

  async update(
    db: Knex,
    id: string,
    owner: string,
    input: Schema<'ApplicationInput'>,
  ): Promise<boolean> {
    const count = await db('applications')
      .where({ id, owner_ref: owner })
      .update({
        name: input.name.trim(),
        description: input.description ?? null,
        redirect_uris: JSON.stringify(input.redirect_uris ?? []),
        updated_at: now(),
      });
    return count === 1;
  }

  /** False when its credentials were replaced since it was read, or it is gone. */
  async rotate(db: Knex, application: Application): Promise<boolean> {
    const { id, owner_ref, rotation_count } = application;
    const count = await db('applications')
      .where({ id, owner_ref, rotation_count })
      .update({ rotation_count: rotation_count + 1, updated_at: now() });
    return count === 1;
  }

  /** Those that have, or had, a subscription to an API of the tenant; of their subscriptions, those count that are to it. */
  async listOfTenant(
    tenantId: string,
    options: PageQuery,
  ): Promise<Page<Application>> {
    const { knex } = this;
    const query = knex('applications')
      .select('applications.*', this.#liveSubscriptions({ tenantId }))
      .whereExists(
        knex('subscriptions as s')
          .select('s.id')
          .whereRaw('s.application_id = applications.id')
          .where('s.tenant_id', tenantId),
      );
    return pageOf(
      query,
      options,
      newestFirst('applications.id'),
      toApplication,
    );
  }

  #select() {
    return this.knex('applications').select(
      'applications.*',
      this.#liveSubscriptions(),
    );
  }

  #liveSubscriptions(to?: { readonly tenantId: string }) {
    const query = this.knex('subscriptions as s')
      .count('*')
      .whereRaw('s.application_id = applications.id')
      .whereIn('s.status', [...LIVE]);
    if (to) query.where('s.tenant_id', to.tenantId);
    return query.as('subscription_count');
  }
}

function toApplication(row: any): Application {
  return {
    id: row.id,
    name: row.name,
    ...(row.description && { description: row.description }),
    owner_ref: row.owner_ref,
    subscription_count: Number(row.subscription_count),
    security_profile: row.security_profile,
    redirect_uris: fromJson(row.redirect_uris),
    ...(row.client_id && { client_id: row.client_id }),
    rotation_count: row.rotation_count,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
