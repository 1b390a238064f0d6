import { TenantRole } from '@stoa/plugin-stoa-common';

/** A person as the identity provider knows them. */
export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly email?: string;
  /** That they read, as in `fr`. */
  readonly language?: string;
  readonly platformAdmin: boolean;
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
}

/** A program with an identity: it gets tokens for itself, or for people who sign in to it. */
export interface ClientSpec {
  /** Chosen by the platform; a client that has it already is a failure. */
  readonly clientId: string;
  readonly name: string;
  /** Where people come back to after they signed in; none for a program that acts for itself. */
  readonly redirectUris: readonly string[];
  /** Roles that its own tokens carry. */
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
  /** The most that its tokens may do. */
  readonly scopes: readonly string[];
}

/** What a client proves itself with. It is answered once, and can only be replaced. */
export interface ClientCredentialsPair {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * What the platform asks of, and changes in, the identity provider. What cannot be
 * changed because there is no provider that takes changes throws
 * `stoa.unavailable`; whatever is not there throws `stoa.not_found`.
 */
export interface IdentityAdmin {
  /** Whether people and programs can be changed through it. */
  readonly manages: boolean;

  listPeople(): Promise<Person[]>;

  /** Makes what the roles of a tenant hang on. Doing it again changes nothing. */
  ensureTenant(tenantId: string): Promise<void>;

  /** By subject, or by the whole e-mail address in any letter case; never by a part of either. */
  findPerson(
    by: { readonly subject: string } | { readonly email: string },
  ): Promise<Person | undefined>;

  /** Everybody with a role in the tenant, by subject. */
  members(tenantId: string): Promise<Person[]>;

  /** Replaces the roles that a person has in a tenant; with none they leave it. Answers the person as they are then. */
  setRoles(
    tenantId: string,
    subject: string,
    roles: readonly TenantRole[],
  ): Promise<Person>;

  /** Forgets a person. One that is not there, or no longer, is forgotten already. */
  erasePerson(subject: string): Promise<void>;

  createClient(spec: ClientSpec): Promise<ClientCredentialsPair>;

  /** Replaces where people come back to. */
  updateClient(
    clientId: string,
    change: { readonly name: string; readonly redirectUris: readonly string[] },
  ): Promise<void>;

  /** The secret before no longer works. */
  rotateClientSecret(clientId: string): Promise<ClientCredentialsPair>;

  /** One that is not there, or no longer, is removed already. */
  removeClient(clientId: string): Promise<void>;
}
