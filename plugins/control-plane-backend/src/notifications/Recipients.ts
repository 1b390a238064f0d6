import { AuthService } from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { userEntityRefOf } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { ANNOTATION_LANGUAGE } from '../catalog/entities';
import { Notice } from './Notice';
import { isLanguage, Language } from './words';

type Entity = Awaited<
  ReturnType<CatalogService['getEntities']>
>['items'][number];

/** Somebody who is told something. */
export interface Recipient {
  readonly ref: string;
  readonly email?: string;
  readonly language: Language;
}

/** Looked up in the catalog at once. */
const BATCH = 100;

/** Finds who is to be told: the catalog knows who is in a group, and how to reach them. */
export class Recipients {
  constructor(
    readonly deps: {
      readonly catalog: CatalogService;
      readonly auth: AuthService;
      readonly knex: Knex;
      /** Of people whose language is not known. */
      readonly language: Language;
    },
  ) {}

  /** Everybody a notice is for, each once. `complete` is false when the catalog does not know one of them (yet). */
  async of(
    notice: Notice,
  ): Promise<{ people: Recipient[]; complete: boolean }> {
    const { audience, tenantId } = notice;
    if ('roles' in audience) {
      const groups = audience.roles.map(role => `group:${tenantId}/${role}`);
      const but = audience.but && userEntityRefOf(audience.but).toLowerCase();
      const members = await this.#members(groups);
      return {
        people: members.filter(({ ref }) => ref !== but),
        complete: true,
      };
    }
    const subjects =
      'people' in audience
        ? audience.people
        : await this.#subscribers(tenantId, audience.subscribersOf);
    const people = await this.#people(subjects.map(userEntityRefOf));
    return { people, complete: people.length === new Set(subjects).size };
  }

  /** Somebody as the catalog knows them now; undefined for who is not there any more. */
  async get(ref: string): Promise<Recipient | undefined> {
    return (await this.#people([ref]))[0];
  }

  async #members(groups: readonly string[]): Promise<Recipient[]> {
    const { items } = await this.deps.catalog.getEntities(
      {
        filter: groups.map(ref => ({
          kind: 'User',
          'relations.memberOf': ref,
        })),
      },
      await this.#credentials(),
    );
    return items.map(entity => this.#toRecipient(entity));
  }

  async #people(refs: readonly string[]): Promise<Recipient[]> {
    const found: Recipient[] = [];
    for (let i = 0; i < refs.length; i += BATCH) {
      const { items } = await this.deps.catalog.getEntitiesByRefs(
        { entityRefs: refs.slice(i, i + BATCH) },
        await this.#credentials(),
      );
      for (const entity of items)
        if (entity) found.push(this.#toRecipient(entity));
    }
    return found;
  }

  async #subscribers(tenantId: string, apiId: string): Promise<string[]> {
    const rows = await this.deps
      .knex('subscriptions')
      .where({ tenant_id: tenantId, api_id: apiId })
      .whereIn('status', ['active', 'suspended'])
      .distinct('subscriber_id');
    return rows.map(row => row.subscriber_id);
  }

  #toRecipient({ metadata, spec }: Entity): Recipient {
    const { email } = (spec?.profile ?? {}) as { email?: string };
    const language = metadata.annotations?.[ANNOTATION_LANGUAGE];
    return {
      ref: `user:${metadata.namespace ?? 'default'}/${
        metadata.name
      }`.toLowerCase(),
      email,
      language: isLanguage(language) ? language : this.deps.language,
    };
  }

  async #credentials() {
    return { credentials: await this.deps.auth.getOwnServiceCredentials() };
  }
}
