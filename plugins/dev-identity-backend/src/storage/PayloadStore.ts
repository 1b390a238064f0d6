import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { Adapter, AdapterPayload, errors } from 'oidc-provider';

const TABLE = 'oidc_payloads';
const DAY_SECONDS = 24 * 3600;

/** How long a registered client is kept that nobody has used, and after its last use, in seconds. */
const UNUSED_CLIENT_SECONDS = DAY_SECONDS;
const USED_CLIENT_SECONDS = 30 * DAY_SECONDS;

/** Models whose id is what the client holds: a stolen database must not contain them. */
const BEARER_MODELS = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
]);

interface Row {
  readonly model: string;
  readonly id: string;
  readonly payload: string;
  readonly grant_id: string | null;
  readonly uid: string | null;
  readonly consumed_at: number | string | null;
  readonly expires_at: number | string | null;
}

/** Keeps what the issuer must remember in the plugin's database. */
export class PayloadStore {
  readonly #knex: Knex;
  readonly #now: () => number;

  private constructor(knex: Knex, now: () => number) {
    this.#knex = knex;
    this.#now = now;
  }

  /** @param options.now - milliseconds since the epoch */
  static async create(options: {
    database: DatabaseService;
    now?: () => number;
  }): Promise<PayloadStore> {
    const { database, now = Date.now } = options;
    const knex = await database.getClient();
    if (!database.migrations?.skip) {
      await knex.migrate.latest({
        directory: resolvePackagePath(
          '@stoa/plugin-dev-identity-backend',
          'migrations',
        ),
      });
    }
    return new PayloadStore(knex, now);
  }

  /** The view of one model that `oidc-provider` asks for. */
  adapter(model: string): Adapter {
    const rows = () => this.#knex<Row>(TABLE).where({ model });
    const live = () =>
      rows().where(either =>
        either
          .whereNull('expires_at')
          .orWhere('expires_at', '>', this.#seconds()),
      );
    const key = (id: string) => keyOf(model, id);
    return {
      upsert: async (id, payload, expiresIn) => {
        const ttl =
          expiresIn ?? (model === 'Client' ? UNUSED_CLIENT_SECONDS : undefined);
        const row = {
          payload: JSON.stringify(withoutId(model, payload)),
          grant_id: payload.grantId ?? null,
          uid: model === 'Session' ? payload.uid ?? null : null,
          expires_at: ttl === undefined ? null : this.#seconds() + ttl,
        };
        await this.#knex<Row>(TABLE)
          .insert({ model, id: key(id), ...row })
          .onConflict(['model', 'id'])
          .merge(row);
      },
      find: async id => {
        const row = await live()
          .where({ id: key(id) })
          .first();
        return row && payloadOf(row, id);
      },
      findByUid: async uid => {
        const row = await live().where({ uid }).first();
        return row && payloadOf(row, row.id);
      },
      // The device flow, the only one with user codes, is off.
      findByUserCode: async () => undefined,
      consume: async id => {
        const consumed = await rows()
          .where({ id: key(id), consumed_at: null })
          .update({ consumed_at: this.#seconds() });
        // Of two requests with one code only the first gets tokens.
        if (consumed === 0) throw new errors.InvalidGrant('already used');
      },
      destroy: async id => {
        await rows()
          .where({ id: key(id) })
          .delete();
      },
      revokeByGrantId: async grantId => {
        await rows().where({ grant_id: grantId }).delete();
      },
    };
  }

  /** A registered client was used: it stays for another month. */
  async keepClient(id: string): Promise<void> {
    await this.#knex<Row>(TABLE)
      .where({ model: 'Client', id })
      .update({ expires_at: this.#seconds() + USED_CLIENT_SECONDS });
  }

  /** Deletes what has expired; until then it is only no longer found. */
  async removeExpired(): Promise<number> {
    return this.#knex<Row>(TABLE)
      .where('expires_at', '<=', this.#seconds())
      .delete();
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}

function keyOf(model: string, id: string): string {
  return BEARER_MODELS.has(model)
    ? createHash('sha256').update(id).digest('base64url')
    : id;
}

function withoutId(model: string, payload: AdapterPayload): AdapterPayload {
  return BEARER_MODELS.has(model) ? { ...payload, jti: undefined } : payload;
}

function payloadOf(row: Row, id: string): AdapterPayload {
  const payload = JSON.parse(row.payload);
  return {
    ...payload,
    ...(BEARER_MODELS.has(row.model) && { jti: id }),
    ...(row.consumed_at !== null && { consumed: Number(row.consumed_at) }),
  };
}
