import { StoaError } from '@stoa/plugin-stoa-common';
import { FileChange, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { Actor } from '../database/UnitOfWork';
import { PeopleStore } from '../people/PeopleStore';
import { Projector } from './Projector';
import { announceWrite, WRITE_TRAILER } from './writes';

/** A change that somebody asked for. */
export interface GitWrite {
  /** Of the policy, such as `stoa.api.update`. */
  readonly action: string;
  /** What it is done to, as the audit names it. */
  readonly resource: string;
  /** First line of the commit. */
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** Git's id that each folder or file must still have; `null`: must not exist. */
  readonly expect: Readonly<Record<string, string | null>>;
  /** Runs in a transaction before the commit and may refuse by throwing. */
  readonly guard?: (trx: Knex.Transaction) => Promise<void>;
}

/** Turns a change into a commit whose author is the caller, and waits until it is projected. */
export class GitWriter {
  constructor(
    readonly deps: {
      readonly knex: Knex;
      readonly repository: GitOpsRepository;
      readonly projector: Projector;
      readonly people: PeopleStore;
    },
  ) {}

  /** Throws `stoa.precondition_failed` when what was expected is no longer so; a write that fails changes nothing. */
  async write(actor: Actor, write: GitWrite): Promise<void> {
    const { knex, repository, projector, people } = this.deps;
    const announced = await announceWrite(
      knex,
      actor,
      write.action,
      write.resource,
      write.guard,
    );
    const author = await people.name(actor.principal.subject);
    try {
      await repository.commit({
        changes: write.changes,
        message: write.message,
        author,
        trailers: {
          'Correlation-Id': actor.correlationId,
          [WRITE_TRAILER]: announced.id,
        },
        expect: write.expect,
      });
    } catch (error) {
      await knex('git_writes').where({ id: announced.id }).del();
      // Whoever reads again finds what came before them.
      if ((error as StoaError).code === 'stoa.precondition_failed') {
        await projector.catchUp();
        await refuseSetAside(knex, Object.keys(write.expect));
      }
      throw error;
    }
    await projector.catchUp();
  }
}

/** Whoever reads again would find what they know: what is in Git was not taken. */
async function refuseSetAside(
  knex: Knex,
  paths: readonly string[],
): Promise<void> {
  const found = await knex('quarantine')
    .whereIn('path', [...paths])
    .first();
  if (!found) return;
  const { path, commit, reason } = found;
  throw new StoaError(
    'stoa.precondition_failed',
    `What is in Git cannot be used: ${reason}. Mend it there first.`,
    { details: { path, commit, reason } },
  );
}
