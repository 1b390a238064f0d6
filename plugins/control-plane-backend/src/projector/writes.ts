import { CommitInfo } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { v4 as uuid } from 'uuid';
import { Actor } from '../database/UnitOfWork';
import { now } from '../database/values';

/** The trailer that ties a commit to the request that made it. */
export const WRITE_TRAILER = 'Stoa-Write';

/** Who wanted a commit, kept by us: authors and trailers of commits are words, never identity. */
export interface Write {
  readonly id: string;
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
  readonly correlationId: string;
}

/** Notes before a commit who is about to make it; good for one commit. */
export async function announceWrite(
  knex: Knex,
  actor: Actor,
  action: string,
  resource: string,
): Promise<Write> {
  const write = {
    id: uuid(),
    subject: actor.principal.subject,
    action,
    resource,
    correlationId: actor.correlationId,
  };
  await knex('git_writes').insert({
    id: write.id,
    subject: write.subject,
    action,
    resource,
    correlation_id: write.correlationId,
    created_at: now(),
  });
  return write;
}

/** Takes the note of a commit, if it is one of ours; a copied trailer finds nothing. */
export async function takeWrite(
  trx: Knex.Transaction,
  commit: CommitInfo,
): Promise<Write | undefined> {
  const id = commit.trailers[WRITE_TRAILER];
  if (!id || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  const row = await trx('git_writes').where({ id }).first();
  if (!row || (await trx('git_writes').where({ id }).del()) === 0)
    return undefined;
  return {
    id,
    subject: row.subject,
    action: row.action,
    resource: row.resource,
    correlationId: row.correlation_id,
  };
}
