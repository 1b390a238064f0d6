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

/** A note without a commit after this long is of a process that died before it. */
const ABANDONED_MS = 600_000;

/**
 * Notes before a commit who is about to make it; good for one commit. `guard`
 * runs in the same transaction and may refuse by throwing.
 */
export async function announceWrite(
  knex: Knex,
  actor: Actor,
  action: string,
  resource: string,
  guard: (trx: Knex.Transaction) => Promise<void> = async () => {},
): Promise<Write> {
  const write = {
    id: uuid(),
    subject: actor.principal.subject,
    action,
    resource,
    correlationId: actor.correlationId,
  };
  await knex.transaction(async trx => {
    await guard(trx);
    await trx('git_writes').insert({
      id: write.id,
      subject: write.subject,
      action,
      resource,
      correlation_id: write.correlationId,
      created_at: now(),
    });
  });
  return write;
}

/** On how many resources that begin so, beside one, writes of an action are on their way to Git. */
export async function countWrites(
  db: Knex,
  action: string,
  resourcePrefix: string,
  except: string,
): Promise<number> {
  const row = await db('git_writes')
    .where({ action })
    .whereNot({ resource: except })
    .where('created_at', '>', abandonedBefore())
    .whereRaw('substr(resource, 1, ?) = ?', [
      resourcePrefix.length,
      resourcePrefix,
    ])
    .countDistinct({ n: 'resource' })
    .first();
  return Number(row?.n ?? 0);
}

/** Whether a write of an action, on just this resource, is on its way to Git. */
export async function isBeingWritten(
  db: Knex,
  action: string,
  resource: string,
): Promise<boolean> {
  const row = await db('git_writes')
    .where({ action, resource })
    .where('created_at', '>', abandonedBefore())
    .first('id');
  return row !== undefined;
}

/** Forgets notes whose commit never came. */
export async function sweepWrites(knex: Knex): Promise<void> {
  await knex('git_writes').where('created_at', '<', abandonedBefore()).del();
}

function abandonedBefore(): string {
  return new Date(Date.now() - ABANDONED_MS).toISOString();
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
