import {
  Principal,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { ClientCredentialsPair, IdentityAdmin } from '@stoa/plugin-stoa-node';
import { v7 as uuid } from 'uuid';
import { invalid } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { lockActiveTenant, lockTenant } from '../tenants/TenantStore';
import { ServiceAccount, ServiceAccountStore } from './ServiceAccountStore';

/** How many a tenant may have. */
const MAX_PER_TENANT = 50;

/** An account, and what it proves itself with: told once. */
export interface WithSecret {
  readonly account: ServiceAccount;
  readonly credentials: ClientCredentialsPair;
}

/**
 * What administrators of a tenant do with its programs. The identity provider keeps
 * their secrets and gives them tokens. Everything throws `stoa.not_found` for what is
 * not the tenant's, and `stoa.unavailable` where the provider takes no changes.
 */
export class ServiceAccountService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly accounts: ServiceAccountStore;
      readonly identityAdmin: IdentityAdmin;
    },
  ) {}

  /** Throws `stoa.validation` for scopes that the caller does not hold, `stoa.tenant.quota_exceeded` for one too many. */
  async create(
    actor: Actor,
    principal: Principal,
    tenantId: string,
    input: Schema<'ServiceAccountInput'>,
  ): Promise<WithSecret> {
    const { unitOfWork, accounts, identityAdmin } = this.deps;
    const excess = input.scopes.filter(s => !principal.scopes.includes(s));
    if (excess.length > 0)
      throw invalid('scopes', `must be yours; you lack ${excess.join(', ')}`);
    const createdBy = await this.#personBehind(principal);
    const id = uuid();
    // Also the subject of its tokens, and the name of what it owns.
    const clientId = `sa-${id}`;
    const name = input.name.trim();
    let credentials: ClientCredentialsPair | undefined;
    try {
      await unitOfWork.run(actor, async tx => {
        await lockActiveTenant(tx.db, tenantId);
        if ((await accounts.count(tenantId, tx.db)) >= MAX_PER_TENANT) {
          throw new StoaError(
            'stoa.tenant.quota_exceeded',
            `The tenant may have ${MAX_PER_TENANT} service accounts. Delete one first.`,
          );
        }
        await accounts.create(tx.db, tenantId, {
          ...input,
          id,
          clientId,
          name,
          createdBy,
        });
        const { roles, scopes } = input;
        await audit(tx, tenantId, id, 'create', { roles, scopes });
        // Last, so that nothing that fails here leaves it made.
        credentials = await identityAdmin.createClient({
          clientId,
          name,
          redirectUris: [],
          grants: { [tenantId]: roles },
          scopes,
        });
      });
    } catch (error) {
      if (credentials) await identityAdmin.removeClient(clientId);
      throw error;
    }
    return {
      account: await this.#get(tenantId, id),
      credentials: credentials!,
    };
  }

  /** The secret before is dead. Of several at once, one wins; the others get `stoa.conflict`. */
  async rotateSecret(
    actor: Actor,
    tenantId: string,
    id: string,
  ): Promise<WithSecret> {
    const { unitOfWork, accounts, identityAdmin } = this.deps;
    const account = await this.#get(tenantId, id);
    const credentials = await unitOfWork.run(actor, async tx => {
      await lockActiveTenant(tx.db, tenantId);
      if (!(await accounts.rotate(tx.db, account))) {
        throw new StoaError(
          'stoa.conflict',
          'Its secret was replaced, or it was deleted, at the same time. Look again.',
        );
      }
      await audit(tx, tenantId, id, 'rotate-secret');
      return identityAdmin.rotateClientSecret(account.client_id);
    });
    return { account: await this.#get(tenantId, id), credentials };
  }

  async remove(actor: Actor, tenantId: string, id: string): Promise<void> {
    const { unitOfWork, accounts, identityAdmin } = this.deps;
    const account = await this.#get(tenantId, id);
    await unitOfWork.run(actor, async tx => {
      await lockTenant(tx.db, tenantId);
      if (!(await accounts.remove(tx.db, account)))
        throw notFound('service account');
      await audit(tx, tenantId, id, 'delete');
      await identityAdmin.removeClient(account.client_id);
    });
  }

  /**
   * The principal with the others behind whom the same person is, so that nobody
   * decides on what they asked for by way of a program. Throws
   * `stoa.unauthenticated` for the token of a program that was removed.
   */
  async withAliases(principal: Principal): Promise<Principal> {
    const decidesNothing =
      !principal.platformAdmin && Object.keys(principal.grants).length === 0;
    if (decidesNothing) return principal;
    const kin = await this.deps.accounts.kinOf(principal);
    if (kin.some(k => k.isRemoved && k.clientId === principal.subject)) {
      throw new StoaError(
        'stoa.unauthenticated',
        'The service account was deleted.',
      );
    }
    const all = new Set(kin.flatMap(k => [k.clientId, k.createdBy]));
    all.delete(principal.subject);
    return all.size > 0 ? { ...principal, aliases: [...all] } : principal;
  }

  async #get(tenantId: string, id: string): Promise<ServiceAccount> {
    const account = await this.deps.accounts.get(tenantId, id);
    if (!account) throw notFound('service account');
    return account;
  }

  /** Of a program that makes programs: who made it. */
  async #personBehind({ subject }: Principal): Promise<string> {
    const kin = await this.deps.accounts.kinOf({ subject });
    return kin.find(k => k.clientId === subject)?.createdBy ?? subject;
  }
}

async function audit(
  tx: Tx,
  tenantId: string,
  id: string,
  verb: 'create' | 'rotate-secret' | 'delete',
  details?: Record<string, unknown>,
): Promise<void> {
  await tx.audit({
    tenantId,
    action: 'stoa.service-account.manage',
    resource: `service-account:${id}`,
    outcome: 'success',
    details: { verb, ...details },
  });
}
