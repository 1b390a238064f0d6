import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { IdentityAdmin, userEntityRefOf } from '@stoa/plugin-stoa-node';
import { setTimeout as after } from 'node:timers/promises';
import { Actor, systemActor, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation, now } from '../database/values';
import { PeopleStore } from '../people/PeopleStore';
import { Revocable } from '../tenants/TenantLife';
import { Erasure, ErasureStore } from './ErasureStore';

/** Milliseconds that a request waits for what was written before to be carried. */
const WAIT_MS = 10_000;
/** As long as the sweep waits. */
const SWEEP_WAIT_MS = 2_000;
const POLL_MS = 25;

type Result = Schema<'PersonErasure'>;

/**
 * Erases people: what is theirs ends, and what they did stays without their name.
 * The audit knows them by a pseudonym, whose key is forgotten, so that its chains
 * still verify. It may be cut short at any step: the sweep goes on from there.
 */
export class ErasureService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: ErasureStore;
      readonly people: PeopleStore;
      readonly identityAdmin: IdentityAdmin;
      readonly revocables: readonly Revocable[];
    },
  ) {}

  /** Throws `stoa.not_found` for somebody of whom nothing is known, `stoa.conflict` for the caller themselves. */
  async erase(actor: Actor, subject: string): Promise<Result> {
    const { store } = this.deps;
    if (subject === actor.principal.subject) {
      throw new StoaError(
        'stoa.conflict',
        'Nobody erases themselves. Ask another administrator of the platform.',
      );
    }
    const erasure =
      (await store.open(subject)) ?? (await this.#begin(actor, subject));
    return this.#goOn(erasure, WAIT_MS);
  }

  /** Goes on with what was cut short. */
  async sweep(): Promise<void> {
    const { store } = this.deps;
    for (const erasure of await store.unfinished())
      await this.#goOn(erasure, SWEEP_WAIT_MS);
    await store.sweep();
  }

  async #begin(actor: Actor, subject: string): Promise<Erasure> {
    const { store, unitOfWork, identityAdmin } = this.deps;
    const isKnown =
      (await store.knows(subject)) ||
      (await identityAdmin.findPerson({ subject })) !== undefined;
    if (!isKnown) throw notFound('person');
    try {
      return await unitOfWork.run(actor, async tx => {
        const erasure = await store.begin(tx.db, subject);
        await tx.audit({
          tenantId: 'platform',
          action: 'stoa.person.erase',
          resource: `person:${erasure.tombstone}`,
          outcome: 'success',
        });
        return erasure;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Another request has begun it meanwhile, and may have finished.
      const other = await store.open(subject);
      if (!other) throw notFound('person');
      return other;
    }
  }

  async #goOn(erasure: Erasure, waitMs: number): Promise<Result> {
    const { store, unitOfWork, people, identityAdmin } = this.deps;
    const { subject, tombstone } = erasure;
    const { manages } = identityAdmin;
    const actor = systemActor('erasure', erasure.id);
    if (manages) await identityAdmin.erasePerson(subject);
    const result = {
      tombstone,
      identity_provider: manages ? ('erased' as const) : ('unmanaged' as const),
      subscriptions_ended: await this.#endSubscriptions(actor, subject),
      tenants_without_admin: [...erasure.tenantsWithoutAdmin],
    };
    for (const clientId of await store.clients(subject))
      await identityAdmin.removeClient(clientId);
    await unitOfWork.run(actor, tx =>
      tx.feed({
        tenantId: 'platform',
        kind: 'entity',
        op: 'delete',
        key: userEntityRefOf(subject),
      }),
    );
    if (!(await this.#carried(now(), waitMs)))
      return { ...result, status: 'erasing' };
    await unitOfWork.run(actor, tx => store.forget(tx.db, erasure));
    people.forget(subject);
    return { ...result, status: 'erased' };
  }

  async #endSubscriptions(actor: Actor, subject: string): Promise<number> {
    let ended = 0;
    for (const { table, revoke } of this.deps.revocables) {
      const ids = await this.deps.store.liveSubscriptions(table, subject);
      for (const id of ids)
        await revoke(actor, id, 'Its owner was erased.').catch(unlessEnded);
      ended += ids.length;
    }
    return ended;
  }

  /** Whether all that was written until then has been carried, so that nothing brings the person back. */
  async #carried(until: string, waitMs: number): Promise<boolean> {
    for (const end = Date.now() + waitMs; ; await after(POLL_MS)) {
      if (!(await this.deps.store.isCarrying(until))) return true;
      if (Date.now() >= end) return false;
    }
  }
}

/** It may have ended by itself meanwhile. */
function unlessEnded(error: StoaError): void {
  if (error.code !== 'stoa.subscription.illegal_transition') throw error;
}
