import { operations } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { isoOrNull, now } from '../database/values';
import { quotaOf } from './quotaOf';

type Answer =
  operations['lookupKey']['responses'][200]['content']['application/json'];
type Found = NonNullable<Answer['api_subscriptions']>;

/** More than a caller can mean; the oldest count. */
const MOST = 1_000;

/** Finds what somebody who calls with an access token is subscribed to. */
export class CallerLookup {
  constructor(readonly knex: Knex) {}

  ofClient(clientId: string): Promise<Found> {
    return this.#active(query => query.where('a.client_id', clientId));
  }

  ofSubject(subject: string): Promise<Found> {
    return this.#active(query => query.where('s.subscriber_id', subject));
  }

  async #active(
    narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
  ): Promise<Found> {
    const rows = await narrow(
      this.knex('subscriptions as s')
        .join('applications as a', 'a.id', 's.application_id')
        .join('tenants as t', 't.id', 's.tenant_id')
        .leftJoin('plans as p', join =>
          join.on('p.tenant_id', 's.tenant_id').andOn('p.id', 's.plan'),
        )
        .where({ 's.status': 'active', 't.status': 'active' })
        .where(open =>
          open.whereNull('s.expires_at').orWhere('s.expires_at', '>', now()),
        ),
    )
      .orderBy('s.id')
      .limit(MOST)
      .select('s.*', 'p.quota_per_day', 'p.quota_per_month');
    return rows.map((row: any) => ({
      subscription_id: row.id,
      application_id: row.application_id,
      subscriber_id: row.subscriber_id,
      tenant_id: row.tenant_id,
      api_id: row.api_id,
      rate_limit: row.rate_limit,
      burst: row.burst,
      ...quotaOf({
        quotaPerDay: row.quota_per_day,
        quotaPerMonth: row.quota_per_month,
      }),
      expires_at: isoOrNull(row.expires_at),
    }));
  }
}
