import {
  Principal,
  StoaError,
  TENANT_ROLES,
  TenantRole,
} from '@stoa/plugin-stoa-common';
import { Person } from '@stoa/plugin-stoa-node';
import { UnitOfWork, systemActor } from '../database/UnitOfWork';
import { now } from '../database/values';
import { hashOf } from '../erasure/ErasureStore';
import { userEntity } from '../catalog/entities';
import { Language } from '../notifications/words';

/** How many people's last seen state is remembered, to write only what changed. */
const REMEMBERED = 10_000;

/**
 * The people the platform has met, or was told of by the identity provider.
 * Each becomes a User entity in its groups, so that notifications reach them.
 */
export class PeopleStore {
  readonly #seen = new Map<string, Person>();

  constructor(readonly unitOfWork: UnitOfWork) {}

  /** Takes what the identity provider knows; called at start-up. */
  async sync(people: readonly Person[]): Promise<void> {
    for (const person of people) await this.#upsert(person);
  }

  /**
   * Takes what a session or token tells of the person behind it, and the language
   * that they read it in. Programs are not people. Throws `stoa.unauthenticated` for
   * the token of somebody who was erased meanwhile.
   */
  async meet(principal: Principal, language?: Language): Promise<void> {
    if (principal.kind !== 'user') return;
    const { subject } = principal;
    if (!this.#seen.has(subject)) await this.#refuseErased(subject);
    await this.#upsert({
      subject: principal.subject,
      name: principal.name ?? '',
      email: principal.email,
      language,
      platformAdmin: principal.platformAdmin,
      grants: principal.grants,
    });
  }

  /** Knows somebody no longer. */
  forget(subject: string): void {
    this.#seen.delete(subject);
  }

  async name(subject: string): Promise<{ name: string; email: string }> {
    const row = await this.unitOfWork.knex('people').where({ subject }).first();
    return {
      name: row?.name || subject,
      email: row?.email || `${subject}@users.invalid`,
    };
  }

  /** Everyone with a role in the tenant, by subject. */
  async membersOf(tenantId: string): Promise<Person[]> {
    const rows = await this.unitOfWork
      .knex('person_grants as g')
      .join('people as p', 'p.subject', 'g.subject')
      .where('g.tenant_id', tenantId)
      .orderBy('g.subject')
      .select('p.subject', 'p.name', 'p.email', 'p.platform_admin', 'g.role');
    const found = new Map<string, Person>();
    for (const row of rows) {
      const roles = found.get(row.subject)?.grants[tenantId] ?? [];
      found.set(row.subject, {
        subject: row.subject,
        name: row.name ?? row.subject,
        email: row.email ?? undefined,
        platformAdmin: Boolean(row.platform_admin),
        grants: { [tenantId]: [...roles, row.role] },
      });
    }
    return [...found.values()];
  }

  /** Subjects of everyone with a role in the tenant. */
  async members(tenantId: string, role?: TenantRole): Promise<string[]> {
    const query = this.unitOfWork
      .knex('person_grants')
      .where({ tenant_id: tenantId })
      .distinct('subject');
    if (role) query.where({ role });
    return (await query).map(row => row.subject);
  }

  async #refuseErased(subject: string): Promise<void> {
    const erased = await this.unitOfWork
      .knex('person_erasures')
      .where({ subject_hash: hashOf(subject) })
      .first('id');
    if (!erased) return;
    throw new StoaError('stoa.unauthenticated', 'You were erased.');
  }

  async #upsert(person: Person): Promise<void> {
    if (tellsNothingNew(person, this.#seen.get(person.subject))) return;
    const grants = Object.entries(person.grants).flatMap(([tenantId, roles]) =>
      roles
        .filter(role => TENANT_ROLES.includes(role))
        .map(role => ({ subject: person.subject, tenant_id: tenantId, role })),
    );
    await this.unitOfWork.run(systemActor('people', ''), async tx => {
      const known = await tx
        .db('people')
        .where({ subject: person.subject })
        .first();
      const row = {
        // A session without a profile does not make us forget a name.
        name: person.name || known?.name || null,
        email: person.email ?? known?.email ?? null,
        language: person.language ?? known?.language ?? null,
        platform_admin: person.platformAdmin,
        updated_at: now(),
      };
      await tx
        .db('people')
        .insert({ subject: person.subject, ...row })
        .onConflict('subject')
        .merge(row);
      await tx.db('person_grants').where({ subject: person.subject }).del();
      if (grants.length > 0) await tx.db('person_grants').insert(grants);
      const entity = userEntity({
        ...person,
        name: row.name ?? person.subject,
        email: row.email ?? undefined,
        language: row.language ?? undefined,
      });
      await tx.feed({
        tenantId: 'platform',
        kind: 'entity',
        op: 'put',
        key: entity.ref,
        value: entity.value,
      });
    });
    if (this.#seen.size >= REMEMBERED) this.#seen.clear();
    this.#seen.set(person.subject, person);
  }
}

/** A session carries no profile, so a missing name or address is not a change. */
function tellsNothingNew(person: Person, seen: Person | undefined): boolean {
  return (
    seen !== undefined &&
    seen.platformAdmin === person.platformAdmin &&
    JSON.stringify(seen.grants) === JSON.stringify(person.grants) &&
    (!person.name || person.name === seen.name) &&
    (!person.email || person.email === seen.email) &&
    (!person.language || person.language === seen.language)
  );
}
