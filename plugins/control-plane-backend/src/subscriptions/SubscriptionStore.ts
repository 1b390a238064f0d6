import { Knex } from 'knex';
import { SubscriptionBase, toBase } from './SubscriptionBase';
import { SubscriptionTable } from './SubscriptionTable';

/** A subscription of an application to an API, with the names that go with it. */
export interface SubscriptionRecord extends SubscriptionBase {
  readonly applicationId: string;
  readonly applicationName: string;
  /** Of the application, at the identity provider. */
  readonly clientId?: string;
  readonly ownerRef: string;
  readonly apiId: string;
  readonly apiName: string;
}

export class SubscriptionStore extends SubscriptionTable<SubscriptionRecord> {
  protected readonly table = 'subscriptions';
  protected readonly historyTable = 'subscription_history';
  protected readonly toColumn = 'api_id';

  protected joined(query: Knex.QueryBuilder): Knex.QueryBuilder {
    return query
      .join('applications as a', 'a.id', 's.application_id')
      .join('apis as i', join =>
        join.on('i.tenant_id', 's.tenant_id').andOn('i.api_id', 's.api_id'),
      )
      .select(
        'a.name as application_name',
        'a.owner_ref',
        'a.client_id',
        'i.display_name as api_name',
      );
  }

  protected toRecord(row: any): SubscriptionRecord {
    return {
      ...toBase(row),
      applicationId: row.application_id,
      applicationName: row.application_name,
      clientId: row.client_id ?? undefined,
      ownerRef: row.owner_ref,
      apiId: row.api_id,
      apiName: row.api_name,
    };
  }
}
