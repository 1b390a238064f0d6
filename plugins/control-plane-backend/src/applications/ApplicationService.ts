import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { userEntityRefOf } from '@stoa/plugin-stoa-node';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { Application, ApplicationStore } from './ApplicationStore';

/** How many applications one person may have. */
const MAX_PER_OWNER = 100;

/** What consumers do with their own applications. */
export class ApplicationService {
  constructor(
    readonly unitOfWork: UnitOfWork,
    readonly store: ApplicationStore,
  ) {}

  /** Throws `stoa.not_found`. Whether the caller may see it is the policy's answer. */
  async get(id: string): Promise<Application> {
    const application = await this.store.get(id);
    if (!application) throw notFound('application');
    return application;
  }

  /** Throws `stoa.rate_limited` for somebody who has very many already. */
  async create(
    actor: Actor,
    input: Schema<'ApplicationInput'>,
  ): Promise<Application> {
    const owner = userEntityRefOf(actor.principal.subject);
    if ((await this.store.count(owner)) >= MAX_PER_OWNER) {
      throw new StoaError(
        'stoa.rate_limited',
        `You have ${MAX_PER_OWNER} applications. Delete those you do not use.`,
      );
    }
    const id = await this.unitOfWork.run(actor, async tx => {
      const created = await this.store.create(tx.db, owner, input);
      await tx.audit({
        tenantId: 'platform',
        action: 'stoa.application.create',
        resource: `application:${created}`,
        outcome: 'success',
      });
      return created;
    });
    return this.get(id);
  }

  async update(
    actor: Actor,
    { id, owner_ref: owner }: Application,
    input: Schema<'ApplicationInput'>,
  ): Promise<Application> {
    await this.unitOfWork.run(actor, async tx => {
      if (!(await this.store.update(tx.db, id, owner, input)))
        throw notFound('application');
      await tx.audit({
        tenantId: 'platform',
        action: 'stoa.application.update',
        resource: `application:${id}`,
        outcome: 'success',
      });
    });
    return this.get(id);
  }

  /** Throws `stoa.application.in_use` while it ever subscribed to something: its history stays. */
  async remove(
    actor: Actor,
    { id, owner_ref: owner }: Application,
  ): Promise<void> {
    await this.unitOfWork.run(actor, async tx => {
      const used = await tx
        .db('subscriptions')
        .where({ application_id: id })
        .first('status');
      if (used) {
        throw new StoaError(
          'stoa.application.in_use',
          'The application has subscriptions, and their history is kept. Cancel them; the application can stay.',
        );
      }
      const count = await tx
        .db('applications')
        .where({ id, owner_ref: owner })
        .del();
      if (count === 0) throw notFound('application');
      await tx.audit({
        tenantId: 'platform',
        action: 'stoa.application.delete',
        resource: `application:${id}`,
        outcome: 'success',
      });
    });
  }
}
