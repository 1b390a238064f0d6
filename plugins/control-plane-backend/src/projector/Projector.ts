import { LoggerService } from '@backstage/backend-plugin-api';
import { StoaError } from '@stoa/plugin-stoa-common';
import { CommitInfo, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { now } from '../database/values';
import { takeWrite } from './writes';

/** What a part of a commit does to the tables; it was read and checked before the transaction opens. */
export type Apply = (tx: Tx) => Promise<void>;

/** Reads what changed in a commit and says, in order, how the tables follow; never throws for bad content. */
export interface CommitProjection {
  prepare(paths: readonly string[], commit: CommitInfo): Promise<Apply[]>;
}

/**
 * The one way from Git to the tables. Each commit becomes rows, events, feed
 * items and audit in one transaction that also moves the mark of what is
 * projected from the commit before: whoever comes second finds the mark moved,
 * and a killed process finds it unmoved.
 */
export class Projector {
  readonly #repository: GitOpsRepository;
  readonly #unitOfWork: UnitOfWork;
  readonly #projection: CommitProjection;
  readonly #logger: LoggerService;
  #running: Promise<void> = Promise.resolve();

  constructor(options: {
    repository: GitOpsRepository;
    unitOfWork: UnitOfWork;
    projection: CommitProjection;
    logger: LoggerService;
  }) {
    this.#repository = options.repository;
    this.#unitOfWork = options.unitOfWork;
    this.#projection = options.projection;
    this.#logger = options.logger;
  }

  /** Projects everything up to the branch's head; calls at the same time run one after the other. */
  async catchUp(): Promise<void> {
    const run = this.#running.then(() => this.#catchUp());
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const head = await this.#repository.head();
      const mark = await this.#mark();
      if (head === undefined || head === mark) return;
      const commits = await this.#repository.commitsBetween(mark, head);
      if (commits === undefined) {
        // The branch was rewritten: what differs is taken as one step.
        this.#logger.warn(
          `History of ${
            this.#repository.id
          } was rewritten; projecting the difference to ${head}`,
        );
        const [commit] = await this.#repository.log({ limit: 1, from: head });
        await this.#project(mark, commit);
      } else {
        let previous = mark;
        for (const commit of commits) {
          if (!(await this.#project(previous, commit))) break;
          previous = commit.commit;
        }
      }
    }
  }

  async #mark(): Promise<string | undefined> {
    const { knex } = this.#unitOfWork;
    const where = { repository: this.#repository.id };
    await knex('git_projections')
      .insert({ ...where, commit: null, updated_at: now() })
      .onConflict('repository')
      .ignore();
    const row = await knex('git_projections').where(where).first('commit');
    return row.commit ?? undefined;
  }

  /** False when another process moved the mark first. */
  async #project(
    previous: string | undefined,
    commit: CommitInfo,
  ): Promise<boolean> {
    const changes = await this.#repository.diff(previous, commit.commit);
    const applies = await this.#projection.prepare(
      changes.map(c => c.path),
      commit,
    );
    const moved = new StoaError('stoa.conflict', 'Projected elsewhere.');
    try {
      const outside: Actor = {
        principal: { subject: `git:${commit.commit.slice(0, 12)}` },
        correlationId: commit.commit,
        address: '',
      };
      await this.#unitOfWork.knex.transaction(async db => {
        const mark = db('git_projections')
          .where({ repository: this.#repository.id })
          .update({ commit: commit.commit, updated_at: now() });
        const count = await (previous
          ? mark.where({ commit: previous })
          : mark.whereNull('commit'));
        if (count === 0) throw moved;
        const write = await takeWrite(db, commit);
        const actor: Actor = write
          ? {
              principal: { subject: write.subject },
              correlationId: write.correlationId,
              address: '',
            }
          : outside;
        const tx = new Tx(db, actor, write?.action);
        for (const apply of applies) await apply(tx);
      });
      this.#unitOfWork.committed();
      return true;
    } catch (error) {
      if (error === moved) return false;
      throw error;
    }
  }
}
