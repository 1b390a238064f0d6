import { StoaError } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import { isUniqueViolation, iso, now } from '../database/values';
import { Reply } from './route';

const KEPT_MS = 24 * 3600_000;
const ABANDONED_MS = 120_000;

/** What a request asks for, so that a key reused for something else is noticed. */
export function requestHash(
  method: string,
  path: string,
  body: unknown,
): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null]))
    .digest('hex');
}

/**
 * Remembers answers by (person, `Idempotency-Key`) for 24 hours. A key is
 * claimed before the work starts, so that two requests at once do the work once;
 * a claim that its process never finished is given up after two minutes.
 */
export class IdempotencyStore {
  constructor(readonly knex: Knex) {}

  /** Runs `work` unless the same request was answered before; `redact` cuts what may be shown only once. */
  async run(
    request: { subject: string; key: string; hash: string },
    redact: (reply: Reply) => Reply,
    work: () => Promise<Reply>,
  ): Promise<Reply> {
    const claim = await this.#claim(request);
    if ('replay' in claim) return claim.replay;
    // A claim that was given up and taken over is no longer ours to answer for.
    const where = {
      subject: request.subject,
      key: request.key,
      created_at: claim.claimedAt,
    };
    try {
      const reply = await work();
      const kept = redact(reply);
      await this.knex('idempotency_keys')
        .where(where)
        .update({
          status: kept.status ?? 200,
          body: JSON.stringify(kept.body ?? null),
        });
      return reply;
    } catch (error) {
      await this.knex('idempotency_keys')
        .where(where)
        .whereNull('status')
        .del();
      throw error;
    }
  }

  /** Forgets what is older than a day. */
  async sweep(): Promise<void> {
    await this.knex('idempotency_keys')
      .where('created_at', '<', new Date(Date.now() - KEPT_MS).toISOString())
      .del();
  }

  async #claim(request: {
    subject: string;
    key: string;
    hash: string;
  }): Promise<{ replay: Reply } | { claimedAt: string }> {
    const where = { subject: request.subject, key: request.key };
    const claimedAt = now();
    try {
      await this.knex('idempotency_keys').insert({
        ...where,
        request_hash: request.hash,
        created_at: claimedAt,
      });
      return { claimedAt };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const row = await this.knex('idempotency_keys').where(where).first();
    if (!row) return this.#claim(request);
    const age = Date.now() - Date.parse(iso(row.created_at));
    if (age > KEPT_MS || (row.status === null && age > ABANDONED_MS)) {
      await this.knex('idempotency_keys')
        .where({ ...where, created_at: row.created_at })
        .del();
      return this.#claim(request);
    }
    if (row.request_hash !== request.hash) {
      throw new StoaError(
        'stoa.idempotency.conflict',
        'This Idempotency-Key was used for another request. Use a new one.',
      );
    }
    if (row.status === null) {
      throw new StoaError(
        'stoa.idempotency.in_progress',
        'The first request with this Idempotency-Key is still being worked on. Try again shortly.',
      );
    }
    return {
      replay: {
        status: row.status,
        body: JSON.parse(row.body),
        headers: { 'Idempotent-Replayed': 'true' },
      },
    };
  }
}
