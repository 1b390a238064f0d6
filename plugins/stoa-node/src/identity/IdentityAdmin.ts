import { TenantRole } from '@stoa/plugin-stoa-common';

/** A person as the identity provider knows them. */
export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly email?: string;
  readonly platformAdmin: boolean;
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
}

/** What the platform asks of, and changes in, the identity provider. */
export interface IdentityAdmin {
  listPeople(): Promise<Person[]>;
}
