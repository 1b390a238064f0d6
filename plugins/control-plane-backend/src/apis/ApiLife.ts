import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { setTimeout as pause } from 'node:timers/promises';
import { Actor } from '../database/UnitOfWork';
import { isPostgres } from '../database/values';
import { ApiManifest } from '../projector/manifests';
import { isBeingWritten } from '../projector/writes';
import { TenantStore } from '../tenants/TenantStore';
import { ApiCommit, ApiCommits } from './ApiCommits';
import { ApiEnding } from './ApiEnding';
import { ApiRecord, ApiStore } from './ApiStore';
import { invalid } from './checks';

/** From which states each move is legal. */
const MOVES = {
  publish: ['draft', 'published'],
  deprecate: ['published', 'deprecated'],
  retire: ['published', 'deprecated', 'retired'],
} as const satisfies Record<string, readonly ApiRecord['status'][]>;

const WORDS = {
  publish: 'Publish',
  deprecate: 'Deprecate',
  retire: 'Retire',
} as const;

/** What the move depends on is being changed. */
const AGAIN = new StoaError(
  'stoa.conflict',
  'The API is being changed. Try again in a moment.',
);

/** What is on its way to Git takes about as long. */
const PAUSE_MS = 50;

/** How often a move is tried again when somebody else changes the API meanwhile. */
const TRIES = 20;

/** Draft, published, deprecated, retired: a change of the manifest, as any other. */
export class ApiLife {
  constructor(
    readonly deps: {
      readonly commits: ApiCommits;
      readonly apis: ApiStore;
      readonly tenants: TenantStore;
      readonly ending: ApiEnding;
    },
  ) {}

  /** Shows it in the portal. Throws `stoa.api.illegal_transition`, and `stoa.validation` where it cannot be deployed. */
  async publish(
    actor: Actor,
    tenantId: string,
    apiId: string,
  ): Promise<ApiRecord> {
    return this.#move(actor, tenantId, apiId, 'publish', async api => {
      // Publishing deploys there; half of it would be neither.
      if (!api.environments.some(({ name }) => name === 'dev')) {
        throw invalid(
          'environments',
          'the API has no backend for dev; add it to its environments',
        );
      }
      return { status: 'published' };
    });
  }

  /**
   * Tells that it will end. Again changes what was said. Throws `stoa.validation`
   * for a sunset that is past or a successor that is no other published API of the
   * tenant, `stoa.api.illegal_transition` for a draft and what is retired.
   */
  async deprecate(
    actor: Actor,
    tenantId: string,
    apiId: string,
    input: Schema<'ApiDeprecation'>,
  ): Promise<ApiRecord> {
    const { sunset, successor } = input;
    if (sunset && Date.parse(sunset) <= Date.now())
      throw invalid('sunset', 'must be in the future');
    return this.#move(
      actor,
      tenantId,
      apiId,
      'deprecate',
      async () => {
        if (successor) await this.#checkSuccessor(tenantId, apiId, successor);
        return {
          status: 'deprecated',
          deprecation: {
            ...(sunset && { sunset: new Date(sunset).toISOString() }),
            ...(successor && { successor }),
          },
        };
      },
      successor === undefined
        ? undefined
        : trx => this.#holdSuccessor(trx, tenantId, apiId, successor),
    );
  }

  /**
   * Takes it out of the portal. Throws `stoa.api.in_use` while somebody is
   * subscribed or can call it, unless `force`: then those are ended.
   */
  async retire(
    actor: Actor,
    tenantId: string,
    apiId: string,
    force: boolean,
  ): Promise<ApiRecord> {
    const { ending } = this.deps;
    const retired = await this.#move(
      actor,
      tenantId,
      apiId,
      'retire',
      async api => {
        if (!force && api.status !== 'retired') await ending.refuseInUse(api);
        return { status: 'retired' };
      },
    );
    if (force) await ending.end(actor, retired, 'The API was retired.');
    return retired;
  }

  async #move(
    actor: Actor,
    tenantId: string,
    apiId: string,
    name: keyof typeof MOVES,
    changes: (api: ApiRecord) => Promise<Partial<ApiManifest['spec']>>,
    guard?: ApiCommit['guard'],
  ): Promise<ApiRecord> {
    const { tenants, apis, commits } = this.deps;
    await tenants.active(tenantId);
    for (let tries = 1; ; tries++) {
      const api = await apis.get(tenantId, apiId);
      if (!api) throw notFound('API');
      const from: readonly string[] = MOVES[name];
      if (!from.includes(api.status)) {
        throw new StoaError(
          'stoa.api.illegal_transition',
          `The API is ${api.status}; it cannot be changed by "${name}".`,
          { details: { status: api.status, move: name } },
        );
      }
      const spec = await changes(api);
      if (isSo(api, spec)) return api;
      try {
        return await commits.edit(actor, api, {
          action: 'stoa.api.publish',
          message: `${WORDS[name]} ${apiId} ${api.version}`,
          spec,
          guard,
        });
      } catch (error) {
        // Somebody was faster. Nothing was asked to be unchanged, so look again.
        const { code, details } = error as StoaError;
        const moved =
          error === AGAIN ||
          (code === 'stoa.precondition_failed' && details === undefined);
        if (!moved || tries === TRIES) throw error;
        if (error === AGAIN) await pause(PAUSE_MS);
      }
    }
  }

  /**
   * Two that name each other at the same time would both end, each for the other: under
   * the lock of both rows one of them sees that the other is on its way.
   */
  async #holdSuccessor(
    trx: Knex.Transaction,
    tenantId: string,
    apiId: string,
    successor: string,
  ): Promise<void> {
    const rows = trx('apis')
      .where({ tenant_id: tenantId })
      .whereIn('api_id', [apiId, successor])
      .orderBy('api_id')
      .select('id');
    await (isPostgres(trx) ? rows.forUpdate() : rows);
    const resource = `api:${tenantId}/${successor}`;
    for (const action of ['stoa.api.publish', 'stoa.api.delete']) {
      if (await isBeingWritten(trx, action, resource)) throw AGAIN;
    }
    await this.#checkSuccessor(tenantId, apiId, successor, trx);
  }

  async #checkSuccessor(
    tenantId: string,
    apiId: string,
    successor: string,
    db?: Knex,
  ): Promise<void> {
    const next = await this.deps.apis.get(tenantId, successor, db);
    if (successor === apiId || next?.status !== 'published')
      throw invalid('successor', 'must be another published API of the tenant');
  }
}

function isSo(api: ApiRecord, spec: Partial<ApiManifest['spec']>): boolean {
  return (
    api.status === spec.status &&
    (!spec.deprecation ||
      (spec.deprecation.sunset === api.sunset &&
        spec.deprecation.successor === api.successor))
  );
}
