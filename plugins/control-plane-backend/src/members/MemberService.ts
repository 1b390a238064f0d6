import {
  Schema,
  StoaError,
  TenantRole,
  notFound,
} from '@stoa/plugin-stoa-common';
import { IdentityAdmin, Person } from '@stoa/plugin-stoa-node';
import { invalid } from '../apis/checks';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { PeopleStore } from '../people/PeopleStore';
import { lockTenant } from '../tenants/TenantStore';

export type Member = Schema<'Member'>;

/** Who has which role in a tenant; the identity provider's answer, which it is also that changes. */
export class MemberService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly people: PeopleStore;
      readonly identityAdmin: IdentityAdmin;
    },
  ) {}

  /** By subject. Where the provider cannot be asked: those whom the platform has met. */
  async list(tenantId: string): Promise<Member[]> {
    const { identityAdmin, people } = this.deps;
    const members = identityAdmin.manages
      ? await identityAdmin.members(tenantId)
      : await people.membersOf(tenantId);
    return members.map(person => toMember(person, tenantId));
  }

  /** Somebody whom the identity provider knows. Throws `stoa.not_found`, also for a part of an address. */
  async add(
    actor: Actor,
    tenantId: string,
    input: Schema<'MemberInput'>,
  ): Promise<Member> {
    const { subject, email, roles } = input;
    if ((subject === undefined) === (email === undefined))
      throw invalid('subject', 'must be given, or email, but not both');
    const person = await this.deps.identityAdmin.findPerson(
      subject === undefined ? { email: email! } : { subject },
    );
    if (!person) throw notFound('person');
    return this.set(actor, tenantId, person.subject, roles);
  }

  /** Throws `stoa.tenant.last_admin` when nobody would be left who administers the tenant. */
  async set(
    actor: Actor,
    tenantId: string,
    subject: string,
    roles: readonly TenantRole[],
  ): Promise<Member> {
    const person = await this.#change(actor, tenantId, subject, roles);
    return toMember(person, tenantId);
  }

  /** Throws as `set`, and `stoa.not_found` for who is no member. */
  async remove(actor: Actor, tenantId: string, subject: string): Promise<void> {
    await this.#change(actor, tenantId, subject, []);
  }

  async #change(
    actor: Actor,
    tenantId: string,
    subject: string,
    roles: readonly TenantRole[],
  ): Promise<Person> {
    const { identityAdmin, unitOfWork, people } = this.deps;
    const changed = await unitOfWork.run(actor, async tx => {
      // Two administrators who remove each other come one after the other.
      await lockTenant(tx.db, tenantId);
      const members = await identityAdmin.members(tenantId);
      const member = members.find(m => m.subject === subject);
      if (roles.length === 0 && !member) throw notFound('member');
      const others = members.filter(m => m.subject !== subject);
      if (isAdmin(member, tenantId) && !roles.includes('tenant-admin')) {
        if (!others.some(other => isAdmin(other, tenantId))) throw lastAdmin();
      }
      await tx.audit({
        tenantId,
        action: 'stoa.member.manage',
        resource: `tenant:${tenantId}`,
        outcome: 'success',
        details: { roles, before: member?.grants[tenantId] ?? [] },
        person: subject,
      });
      // Last, so that nothing that fails here leaves it done.
      return identityAdmin.setRoles(tenantId, subject, roles);
    });
    await people.sync([changed]);
    return changed;
  }
}

function isAdmin(person: Person | undefined, tenantId: string): boolean {
  return person?.grants[tenantId]?.includes('tenant-admin') ?? false;
}

export function lastAdmin(): StoaError {
  return new StoaError(
    'stoa.tenant.last_admin',
    'Nobody else administers the tenant. Make somebody else its administrator first.',
  );
}

function toMember(person: Person, tenantId: string): Member {
  return {
    subject: person.subject,
    name: person.name || person.subject,
    ...(person.email && { email: person.email }),
    roles: [...(person.grants[tenantId] ?? [])],
  };
}
