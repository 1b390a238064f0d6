import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import {
  ClientCredentialsPair,
  IdentityAdmin,
  userEntityRefOf,
} from '@stoa/plugin-stoa-node';
import { v7 as uuid } from 'uuid';
import { invalid } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { Application, ApplicationStore } from './ApplicationStore';
import { APPLICATION_SCOPES, checkRedirectUris } from './oauthClient';

type Input = Schema<'ApplicationInput'>;

/** How many applications one person may have. */
const MAX_PER_OWNER = 100;

/** An application and, when they were just made, its credentials. */
export interface WithCredentials {
  readonly application: Application;
  readonly credentials?: ClientCredentialsPair;
}

/**
 * What consumers do with their own applications. Those of the profile `oauth2` are
 * clients of the identity provider too: `stoa.unavailable` where it takes no changes.
 */
export class ApplicationService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: ApplicationStore;
      readonly identityAdmin: IdentityAdmin;
    },
  ) {}

  /** Throws `stoa.not_found`. Whether the caller may see it is the policy's answer. */
  async get(id: string): Promise<Application> {
    const application = await this.deps.store.get(id);
    if (!application) throw notFound('application');
    return application;
  }

  /** Throws `stoa.rate_limited` for somebody who has very many already, `stoa.validation` for where nobody can be sent back to. */
  async create(actor: Actor, input: Input): Promise<WithCredentials> {
    const { store, unitOfWork, identityAdmin } = this.deps;
    checkClient(input, input.security_profile ?? 'api_key');
    const owner = userEntityRefOf(actor.principal.subject);
    if ((await store.count(owner)) >= MAX_PER_OWNER) {
      throw new StoaError(
        'stoa.rate_limited',
        `You have ${MAX_PER_OWNER} applications. Delete those you do not use.`,
      );
    }
    const id = uuid();
    const isClient = input.security_profile === 'oauth2';
    const clientId = isClient ? `app-${id}` : undefined;
    let credentials: ClientCredentialsPair | undefined;
    try {
      await unitOfWork.run(actor, async tx => {
        await store.create(tx.db, { id, owner, clientId }, input);
        await audit(tx, id, 'create');
        if (!clientId) return;
        // Last, so that nothing that fails here leaves it made.
        credentials = await identityAdmin.createClient({
          clientId,
          name: input.name.trim(),
          redirectUris: input.redirect_uris ?? [],
          grants: {},
          scopes: APPLICATION_SCOPES,
        });
      });
    } catch (error) {
      if (credentials) await identityAdmin.removeClient(clientId!);
      throw error;
    }
    return { application: await this.get(id), credentials };
  }

  /** Throws `stoa.conflict` for another profile: what an application proves itself with does not change. */
  async update(
    actor: Actor,
    application: Application,
    input: Input,
  ): Promise<Application> {
    const { store, unitOfWork, identityAdmin } = this.deps;
    const { id, owner_ref: owner, client_id: clientId } = application;
    const profile = application.security_profile;
    if (input.security_profile && input.security_profile !== profile) {
      throw new StoaError(
        'stoa.conflict',
        'The profile of an application does not change. Create another one.',
      );
    }
    checkClient(input, profile);
    const redirectUris = input.redirect_uris ?? application.redirect_uris;
    await unitOfWork.run(actor, async tx => {
      const all = { ...input, redirect_uris: redirectUris };
      if (!(await store.update(tx.db, id, owner, all)))
        throw notFound('application');
      await audit(tx, id, 'update');
      const name = input.name.trim();
      if (clientId)
        await identityAdmin.updateClient(clientId, { name, redirectUris });
    });
    return this.get(id);
  }

  /**
   * The secret before is dead. Throws `stoa.conflict` for an application without a
   * client, and, of several at once, for all but one.
   */
  async regenerate(
    actor: Actor,
    application: Application,
  ): Promise<Required<WithCredentials>> {
    const { store, unitOfWork, identityAdmin } = this.deps;
    const { id, client_id: clientId } = application;
    if (!clientId) {
      throw new StoaError(
        'stoa.conflict',
        'The application has no client: it calls with the keys of its subscriptions. Rotate those.',
      );
    }
    const credentials = await unitOfWork.run(actor, async tx => {
      if (!(await store.rotate(tx.db, application))) {
        throw new StoaError(
          'stoa.conflict',
          'Its credentials were replaced, or it was deleted, at the same time. Look again.',
        );
      }
      await audit(tx, id, 'update', { credentials: 'regenerated' });
      return identityAdmin.rotateClientSecret(clientId);
    });
    return { application: await this.get(id), credentials };
  }

  /** Throws `stoa.application.in_use` while it ever subscribed to something: its history stays. */
  async remove(
    actor: Actor,
    { id, owner_ref: owner, client_id: clientId }: Application,
  ): Promise<void> {
    const { unitOfWork, identityAdmin } = this.deps;
    await unitOfWork.run(actor, async tx => {
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
      await audit(tx, id, 'delete');
      if (clientId) await identityAdmin.removeClient(clientId);
    });
  }
}

function checkClient(
  { redirect_uris: uris }: Input,
  profile: Application['security_profile'],
): void {
  if (uris && uris.length > 0 && profile !== 'oauth2')
    throw invalid('redirect_uris', 'are for the profile oauth2 alone');
  checkRedirectUris(uris ?? []);
}

async function audit(
  tx: Tx,
  id: string,
  verb: 'create' | 'update' | 'delete',
  details?: Record<string, unknown>,
): Promise<void> {
  await tx.audit({
    tenantId: 'platform',
    action: `stoa.application.${verb}`,
    resource: `application:${id}`,
    outcome: 'success',
    ...(details && { details }),
  });
}
