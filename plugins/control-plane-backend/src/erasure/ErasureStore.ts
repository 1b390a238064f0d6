import { userEntityRefOf } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import { v4 as uuid } from 'uuid';
import { fromJson, isPostgres, now } from '../database/values';
import { DOCUMENTS, FORGOTTEN, NAMED, replaced, replacements } from './traces';

/** An erasure that is under way. */
export interface Erasure {
  readonly id: string;
  readonly subject: string;
  /** What stands in the person's place afterwards; no subject of an identity provider has a colon. */
  readonly tombstone: string;
  /** Names of the tenants that nobody else administered when it began. */
  readonly tenantsWithoutAdmin: readonly string[];
}

/** How long tokens that were given before may still come. */
const HASH_KEPT_MS = 24 * 3600_000;

/** Finds, and takes away, what is kept of somebody. */
export class ErasureStore {
  constructor(readonly knex: Knex) {}

  async open(subject: string): Promise<Erasure | undefined> {
    const row = await this.#open().where({ subject }).first();
    return row && fromRow(row);
  }

  async unfinished(): Promise<Erasure[]> {
    const rows = await this.#open().whereNotNull('subject').orderBy('id');
    return rows.map(fromRow);
  }

  /** Whether the platform has met somebody; programs are not people. */
  async knows(subject: string): Promise<boolean> {
    const row = await this.knex('people').where({ subject }).first('subject');
    return row !== undefined;
  }

  async begin(db: Knex, subject: string): Promise<Erasure> {
    const id = uuid();
    const tombstone = `erased:${id}`;
    const tenantsWithoutAdmin = await this.#administersAlone(db, subject);
    await db('person_erasures').insert({
      id,
      subject,
      subject_hash: hashOf(subject),
      tombstone,
      status: 'erasing',
      started_at: now(),
      tenants_without_admin: JSON.stringify(tenantsWithoutAdmin),
    });
    return { id, subject, tombstone, tenantsWithoutAdmin };
  }

  /** Live subscriptions of the person, or of an application of theirs. */
  async liveSubscriptions(
    table: 'subscriptions' | 'mcp_subscriptions',
    subject: string,
  ): Promise<string[]> {
    const query = this.knex(`${table} as s`)
      .whereIn('s.status', ['pending', 'active', 'suspended'])
      .orderBy('s.id');
    if (table === 'mcp_subscriptions') query.where('s.subscriber_id', subject);
    else {
      query
        .join('applications as a', 'a.id', 's.application_id')
        .where(q =>
          q
            .where('s.subscriber_id', subject)
            .orWhere('a.owner_ref', userEntityRefOf(subject)),
        );
    }
    return query.pluck('s.id');
  }

  /** The clients of the person's applications. */
  async clients(subject: string): Promise<string[]> {
    return this.knex('applications')
      .where({ owner_ref: userEntityRefOf(subject) })
      .whereNotNull('client_id')
      .pluck('client_id');
  }

  /** Whether something that was written until then has still to be carried. */
  async isCarrying(until: string): Promise<boolean> {
    const written = (table: string) =>
      this.knex(table).where('created_at', '<=', until).first('id');
    // Whom a notice is for is found out after its event was carried.
    const notices = written('notification_deliveries')
      .where({ channel: 'people' })
      .whereIn('status', ['pending', 'sending']);
    const found = (await written('outbox')) ?? (await notices);
    return found !== undefined;
  }

  /** Takes the person out of every table, once; followers of the feed that are behind start anew. */
  async forget(trx: Knex.Transaction, erasure: Erasure): Promise<void> {
    const { id, subject, tombstone } = erasure;
    const finished = await trx('person_erasures')
      .where({ id, status: 'erasing' })
      .update({ subject: null, status: 'erased', finished_at: now() });
    if (finished === 0) return;
    const row = await trx('people').where({ subject }).first('email');
    const email: string | undefined = row?.email ?? undefined;
    const by = replacements({ subject, email }, tombstone);
    const ref = userEntityRefOf(subject);
    for (const [table, column] of FORGOTTEN) {
      await trx(table)
        .where(column, column === 'recipient' ? ref : subject)
        .del();
    }
    await trx('mcp_approvals').where({ subject }).update({ arguments: '{}' });
    for (const [table, column] of NAMED)
      await trx(table).where(column, subject).update(column, tombstone);
    await trx('applications')
      .where({ owner_ref: ref })
      .update({
        owner_ref: userEntityRefOf(tombstone),
        name: 'An application of somebody who was erased',
        description: null,
        redirect_uris: '[]',
        client_id: null,
      });
    await trx('feed')
      .whereIn('key', [ref, `subject:${subject}`])
      .del();
    for (const [table, column, key] of DOCUMENTS)
      await this.#rewrite(trx, { table, column, key }, by);
    await trx('feed_head')
      .where({ id: 1 })
      .update({ kept_from: trx.ref('seq') });
  }

  /** Forgets of those who were erased long ago that they were here. */
  async sweep(): Promise<void> {
    const before = new Date(Date.now() - HASH_KEPT_MS).toISOString();
    await this.knex('person_erasures').where('finished_at', '<', before).del();
  }

  async #administersAlone(db: Knex, subject: string): Promise<string[]> {
    const role = 'tenant-admin';
    return db('person_grants as g')
      .where({ 'g.subject': subject, 'g.role': role })
      .whereNotExists(
        db('person_grants as o')
          .select('o.subject')
          .whereRaw('o.tenant_id = g.tenant_id')
          .where('o.role', role)
          .whereNot('o.subject', subject),
      )
      .orderBy('g.tenant_id')
      .pluck('g.tenant_id');
  }

  async #rewrite(
    trx: Knex.Transaction,
    at: { readonly table: string; readonly column: string; key: string },
    by: ReadonlyMap<string, string>,
  ): Promise<void> {
    const find = isPostgres(trx) ? 'strpos' : 'instr';
    const rows = await trx(at.table)
      .where(q => {
        for (const text of by.keys()) {
          const quoted = JSON.stringify(text);
          q.orWhereRaw(`${find}(cast(?? as text), ?) > 0`, [at.column, quoted]);
        }
      })
      .select(at.key, at.column);
    for (const row of rows) {
      const value = replaced(fromJson(row[at.column]), by);
      await trx(at.table)
        .where(at.key, row[at.key])
        .update(at.column, JSON.stringify(value));
    }
  }

  #open(): Knex.QueryBuilder {
    return this.knex('person_erasures')
      .where({ status: 'erasing' })
      .select('id', 'subject', 'tombstone', 'tenants_without_admin');
  }
}

function fromRow({
  tenants_without_admin: found,
  ...row
}: Omit<Erasure, 'tenantsWithoutAdmin'> & {
  readonly tenants_without_admin: string;
}): Erasure {
  return { ...row, tenantsWithoutAdmin: fromJson(found) };
}

/** Under what a subject is known for a day after its erasure. */
export function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('hex');
}
